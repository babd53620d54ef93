"""Background work on pictures."""

import logging

from django.tasks import task

from articles import images
from articles.models import Article, Image
from m2c.tasks import periodic, retry
from publishing.release import release_waiting

logger = logging.getLogger(__name__)


@retry(max_attempts=5, on=(OSError,))
@task(queue_name="images")
def render_image(image_id: int) -> None:
    """Render a picture, if it still exists and lacks anything; then publish what waited for it."""
    image = Image.objects.filter(pk=image_id).first()
    if image is None:
        return
    if not images.is_rendered(image):
        images.render(image)
    release()


@periodic("*/10 * * * *")
@task(queue_name="images")
def render_pending() -> None:
    """A net under `render_image`: render what was added by other ways, or whose task has given up."""
    for image in images.pending():
        try:
            images.render(image)
        except OSError:
            logger.exception("The picture %s (%s) cannot be rendered.", image.pk, image.file.name)
    release()


@periodic("41 8 * * 0")  # Sunday night in Canada
@task(queue_name="images")
def clear_files() -> None:
    """Delete the files of pictures that nothing has used for a while."""
    logger.info("%s files of pictures were cleared away.", images.clear())


def release() -> None:
    """Publish what waited for pictures; one that cannot go live keeps waiting and its editor sees why."""
    release_waiting(Article)
