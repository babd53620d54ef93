"""Files in the media folder, named for what is in them: how they come in, and how they are written."""

import contextlib
import os
import secrets
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy as _

MODE = 0o644  # a web server in front reads them too


def read(upload: File, limit: int) -> bytes:
    """All of an upload. Raises ValidationError (size) when it is empty or larger than `limit` megabytes."""
    largest = limit * 1024 * 1024
    data = upload.read(largest + 1)
    if not data:
        raise ValidationError(_("The file is empty."), code="size")
    if len(data) > largest:
        raise ValidationError(
            _("The file is larger than %(limit)s MB. Make it smaller and try again."),
            code="size",
            params={"limit": limit},
        )
    return data


def path_of(name: str) -> Path:
    """Where the file called `name` lies in the media folder."""
    return Path(default_storage.path(name))


def touched(path: Path) -> bool:
    """Is there a file? If so it is marked as used now, which keeps it from being cleared away."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def write(path: Path, data: bytes) -> None:
    """Put `data` at `path`: a reader sees the whole file or none, also when the disk is full or the power fails.

    A file that is there already holds the same (its name says what is in it): it is only marked as used now.

    Raises OSError when it cannot be written; nothing is left behind then.
    """
    if touched(path):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.chmod(MODE)
        unfinished.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        raise
