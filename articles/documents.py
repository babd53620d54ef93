"""Documents that readers download: PDF by content, under a safe name."""

import hashlib
from dataclasses import dataclass
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from articles.files import read

LARGEST_DOCUMENT = 20  # megabytes


@dataclass(frozen=True)
class CheckedDocument:
    """A PDF and its place in the media folder."""

    data: bytes
    name: str


def checked(upload: File) -> CheckedDocument:
    """The PDF in `upload`, whatever its name says. Raises ValidationError with the code size or format."""
    data = read(upload, LARGEST_DOCUMENT)
    if not data.startswith(b"%PDF-"):
        raise ValidationError(_("This is not a PDF. Save the document as PDF and upload that."), code="format")
    stem = slugify(PurePath(upload.name or "").stem)[:50].strip("-_") or "document"
    return CheckedDocument(data, f"documents/{stem}-{hashlib.sha256(data).hexdigest()[:12]}.pdf")
