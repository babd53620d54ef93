"""The pictures of the site: added once, rendered in the background, cleared away when nothing needs them."""

import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from articles import renditions
from articles.files import path_of, touched, write
from articles.models import Image

if TYPE_CHECKING:
    from articles.uploads import CheckedImage

KEPT_DAYS = 30  # how long a file stays that no picture names any more: old pages and feeds may still ask for it


class Duplicate(ValidationError):
    """The picture is here already, as `image`."""

    def __init__(self, image: Image) -> None:
        super().__init__(_("This picture is here already: %(title)s."), code="duplicate", params={"title": image.title})
        self.image = image


def check(upload: File) -> "CheckedImage":
    """The picture of an upload, as `articles.uploads.checked` has it, and not here yet.

    Raises ValidationError as that does, and Duplicate. Until the transaction ends nobody else gets past this point with
    the same picture, so that a double click adds it once.
    """
    from articles.uploads import checked  # Pillow takes 9 MB, and most web processes never see an upload

    picture = checked(upload)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(picture.sha256[:15], 16)])
    if existing := Image.objects.filter(sha256=picture.sha256).first():
        raise Duplicate(existing)
    return picture


def attach(image: Image, picture: "CheckedImage") -> None:
    """Make `image`, not saved yet, the row of a checked picture, and store its file. Raises OSError (a full disk)."""
    write(path_of(picture.name), picture.data)
    image.file.name = picture.name
    image.sha256, image.width, image.height = picture.sha256, picture.width, picture.height


@transaction.atomic
def add(
    upload: File | bytes,
    *,
    title: str,
    alt_en: str,
    alt_fr: str,
    credit: str = "",
    licence: str = "",
    focus_x: float = 0.5,
    focus_y: float = 0.5,
    by: User | None = None,
) -> Image:
    """Add a picture from code and ask for its renditions. focus_x, focus_y: from the left and the top, 0 to 1.

    Raises ValidationError for what `articles.uploads.checked` refuses, Duplicate, OSError.
    """
    picture = check(ContentFile(upload) if isinstance(upload, bytes) else upload)
    image = Image(
        title=title,
        alt_en=alt_en,
        alt_fr=alt_fr,
        credit=credit,
        licence=licence,
        focus_x=focus_x,
        focus_y=focus_y,
        created_by=by,
    )
    attach(image, picture)
    image.save()
    request_render(image)
    return image


def request_render(image: Image) -> None:
    """Have the worker render the picture, as soon as this transaction is committed."""
    from articles.tasks import render_image  # tasks call this module

    render_image.enqueue(image.pk)


def source_of(image: Image) -> renditions.Source:
    return renditions.Source(image.sha256, image.width, image.height, (image.focus_x, image.focus_y))


def is_rendered(image: Image) -> bool:
    """Has the picture the renditions that its focus and today's settings ask for? Looks at the row, not at files."""
    planned = renditions.as_json(renditions.plan(source_of(image)))
    return image.rendered_at is not None and image.renditions == planned


def pending() -> list[Image]:
    """The pictures that want rendering: new ones, moved focuses, changed settings. The oldest first."""
    return [image for image in Image.objects.order_by("pk") if not is_rendered(image)]


def render(image: Image) -> bool:
    """Make what the picture lacks and note it in its row; the old renditions are shown until then.

    Safe to run twice, also at the same time. Returns False when the picture or its focus changed meanwhile: whoever
    changed it asked for another run. Raises OSError when a file cannot be read or written.
    """
    make(image)
    return note(image)


def render_all(images: list[Image], jobs: int) -> Iterator[tuple[Image, OSError | None]]:
    """Render many pictures in `jobs` processes; yields each as it ends, with what went wrong if anything did."""
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        running = {pool.submit(renditions.make, *work(image)): image for image in images}
        for done in as_completed(running):
            image = running[done]
            try:
                done.result()
                note(image)
            except OSError as error:
                yield image, error
            else:
                yield image, None


def work(image: Image) -> tuple[Path, Path, list[renditions.Rendition]]:
    """What `renditions.make` is called with; it can be sent to another process."""
    planned = renditions.plan(source_of(image))
    return path_of(image.file.name or ""), path_of(""), [one for several in planned.values() for one in several]


def make(image: Image) -> int:
    return renditions.make(*work(image))


def note(image: Image) -> bool:
    """Write the finished renditions into the row, unless it asks for others by now; returns whether it did."""
    source = source_of(image)
    made = renditions.as_json(renditions.plan(source))
    before = names(image.renditions)
    same = Image.objects.filter(pk=image.pk, sha256=source.sha256, focus_x=source.focus[0], focus_y=source.focus[1])
    noted = bool(same.update(renditions=made, rendered_at=Now()))
    if noted:
        for name in before - names(made):
            touched(path_of(name))  # the days they are kept begin now
        image.refresh_from_db(fields=["renditions", "rendered_at"])
    return noted


def names(made: dict[str, Any]) -> set[str]:
    """The files that `Image.renditions` names."""
    return {name for shape in made.values() for sizes in shape["files"].values() for _width, name in sizes}


def clear() -> int:
    """Delete files of pictures and renditions that no row names, KEPT_DAYS after their last use; returns how many.

    Documents stay for good: what was public once can be shown.
    """
    rows = Image.objects.values_list("file", "renditions")
    used = {name for file, made in rows for name in (file, *names(made))}
    root, since = path_of(""), time.time() - KEPT_DAYS * 24 * 3600
    unused = [
        path
        for folder in ("pictures", "renditions")
        for path in (root / folder).rglob("*")
        if path.is_file() and path.relative_to(root).as_posix() not in used and path.stat().st_mtime < since
    ]
    for path in unused:
        path.unlink(missing_ok=True)
    return len(unused)
