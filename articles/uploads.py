"""Uploaded pictures: judged by what they decode to, and made anew so that nothing else of the upload gets in."""

import hashlib
import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms

from articles.files import read

LARGEST_PICTURE = 10  # megabytes
MOST_PIXELS = 40_000_000  # of all frames together
LONGEST_SIDE = 3200  # of what is kept; the widest rendition is half of it
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
ONE_PICTURE = {"MPO"}  # a camera's JPEG with previews or a depth map behind it; only the first picture is read

# The size is compared below as well: this is for whatever else opens a picture in this process.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)

KINDS = (  # what people try, by the first bytes, so that a refusal can name it
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG", "PNG"),
    (b"GIF8", "GIF"),
    (b"%PDF", "PDF"),
    (b"%!PS", "EPS"),
    (b"\xc5\xd0\xd3\xc6", "EPS"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"8BPS", "Photoshop"),
)
HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}
TURNS = {  # EXIF orientation: what brings the picture upright
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
ORIENTATION = 0x0112

LONGEST_WAIT = 10  # seconds, in which a request holds a thread of the web server
_turn = Lock()  # one at a time in a process: the largest pictures take up to 600 MB while they are decoded


@dataclass(frozen=True)
class CheckedImage:
    """A picture made anew from an upload: JPEG in sRGB, upright, without metadata. width, height: pixels."""

    data: bytes
    width: int
    height: int

    @property
    def sha256(self) -> str:
        """Of `data`, in hexadecimal: the same picture gives the same, whatever was written into its file."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def name(self) -> str:
        """Its place in the media folder."""
        return f"pictures/{self.sha256[:2]}/{self.sha256}.jpg"


def checked(upload: File) -> CheckedImage:
    """The picture in `upload`, whatever its name says: JPEG, PNG, WebP or AVIF, one frame, within the limits above.

    Transparent parts become white. Raises ValidationError with the code size, format, animated, pixels, busy or
    damaged.
    """
    data = read(upload, LARGEST_PICTURE)
    with one_at_a_time(), opened(data) as picture:
        try:
            canvas = made_anew(picture)
        except Exception as error:  # decoders raise all kinds of errors on bytes that lie
            raise damaged() from error
    out = io.BytesIO()
    canvas.save(out, "JPEG", quality=92, subsampling=0, optimize=True, progressive=True)
    return CheckedImage(out.getvalue(), canvas.width, canvas.height)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait until no other picture is decoded. Raises ValidationError when that takes too long."""
    if not _turn.acquire(timeout=LONGEST_WAIT):
        raise ValidationError(_("The site is busy with other pictures. Try again in a minute."), code="busy")
    try:
        yield
    finally:
        _turn.release()


def opened(data: bytes) -> Image.Image:
    """The picture with its header read and judged, and not a pixel decoded. Raises ValidationError."""
    try:
        picture = Image.open(io.BytesIO(data), formats=FORMATS)
        frames = 1 if picture.format in ONE_PICTURE else getattr(picture, "n_frames", 1)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise too_many_pixels() from error
    except Exception as error:  # as above
        raise wrong_format(data) from error
    if picture.width * picture.height * frames > MOST_PIXELS:
        raise too_many_pixels()
    if frames > 1:
        raise ValidationError(_("This picture moves. Save one frame of it and upload that."), code="animated")
    return picture


def made_anew(picture: Image.Image) -> Image.Image:
    """A new RGB picture in sRGB with the same view, upright, at most LONGEST_SIDE long and without anything else."""
    profile = picture.info.get("icc_profile")
    picture = in_plain_mode(picture)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=3)
    if turn := TURNS.get(orientation(picture)):
        picture = picture.transpose(turn)
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    canvas = Image.new("RGB", picture.size, "white")
    canvas.paste(in_srgb(picture.convert("RGB") if alpha else picture, profile), mask=alpha)
    return canvas


def in_plain_mode(picture: Image.Image) -> Image.Image:
    """The picture as RGB, RGBA, CMYK or 8-bit grey, which can be scaled and converted."""
    if picture.mode.startswith("I;16"):  # convert() would cut off what is brighter than 255
        return picture.convert("I").point([value >> 8 for value in range(65536)], "L")
    if picture.has_transparency_data:
        return picture.convert("RGBA")
    return picture if picture.mode in {"RGB", "CMYK", "L"} else picture.convert("RGB")


def in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in RGB with its colours in sRGB; one without a readable profile is taken to be in it already."""
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None
        if converted is not None:
            return converted
    return picture.convert("RGB")


def orientation(picture: Image.Image) -> int:
    """How the camera was held, by its EXIF; 1 (upright) when that says nothing or cannot be read."""
    try:
        return int(picture.getexif().get(ORIENTATION, 1))
    except Exception:  # broken EXIF is common, and no reason to refuse a picture
        return 1


def damaged() -> ValidationError:
    return ValidationError(
        _("The picture is damaged or cut off. Save or download it once more and try again."), code="damaged"
    )


def too_many_pixels() -> ValidationError:
    return ValidationError(
        _("The picture has more than %(limit)s megapixels. Make it smaller and try again."),
        code="pixels",
        params={"limit": MOST_PIXELS // 1_000_000},
    )


def wrong_format(data: bytes) -> ValidationError:
    """The refusal of what none of the four formats can read, by its real name where we know it."""
    kind = kind_of(data)
    if kind in {"JPEG", "PNG", "WebP", "AVIF"}:
        return damaged()
    if kind:
        return ValidationError(
            _("This is a file of the kind %(kind)s. Save the picture as JPEG, PNG, WebP or AVIF and upload that."),
            code="format",
            params={"kind": kind},
        )
    return ValidationError(_("This is not a picture in JPEG, PNG, WebP or AVIF."), code="format")


def kind_of(data: bytes) -> str:
    """The format by its first bytes, or "" when they say nothing."""
    if data[4:8] == b"ftyp":
        return "HEIC" if data[8:12] in HEIC_BRANDS else "AVIF" if data[8:12] in {b"avif", b"avis"} else ""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    for start, kind in KINDS:
        if data.startswith(start):
            return kind
    return "SVG" if b"<svg" in data[:4096].lower() else ""
