"""Background work on pictures, and on the terms of the glossary."""

import logging

from django.tasks import task

from articles import images, terms
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


@task
def mark_terms() -> None:
    """The glossary has changed: mark its terms anew in what is public and what will be."""
    logger.info("The terms of %s articles were marked anew.", terms.mark_if_changed())


@periodic("17 9 * * 0")
@task
def mark_terms_again() -> None:
    """A net under `mark_terms`, for what was being published at the very moment of a change."""
    logger.info("The terms of %s articles were marked anew.", terms.mark_all())


def enqueue_marking() -> None:
    """What settings.GLOSSARY_USERS asks for when a term has changed."""
    mark_terms.enqueue()


def release() -> None:
    """Publish what waited for pictures; one that cannot go live keeps waiting and its editor sees why."""
    release_waiting(Article)
