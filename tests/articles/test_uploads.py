"""What may be uploaded as a picture, and what is left of it on the disk."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Picture
from PIL import ImageCms

from articles import files, images, uploads
from articles.models import Image

ROOT = Path(uploads.__file__).parents[1]
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n%%EOF"


def refusal(data: bytes, name: str = "picture.png") -> ValidationError:
    """The error that these bytes are refused with."""
    with pytest.raises(ValidationError) as caught:
        uploads.checked(SimpleUploadedFile(name, data))
    return caught.value


def large_png(megapixels: int) -> bytes:
    """A black-and-white PNG with so many pixels and few bytes."""
    out = io.BytesIO()
    Picture.new("1", (megapixels * 200, 5000)).save(out, "PNG", compress_level=1)
    return out.getvalue()


def kept(upload: ContentFile) -> Picture.Image:
    """The picture that is kept of an upload."""
    return Picture.open(io.BytesIO(uploads.checked(upload).data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_four_formats_are_taken_whatever_the_name_says(make_upload, kind):
    picture = uploads.checked(make_upload((40, 30), kind, name="holiday.html"))

    assert (picture.width, picture.height) == (40, 30)
    assert kept(ContentFile(picture.data)).format == "JPEG"
    assert picture.name == f"pictures/{picture.sha256[:2]}/{picture.sha256}.jpg"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (SVG, "SVG"),
        (EPS, "EPS"),
        (b"%PDF-1.7\n%%EOF", "PDF"),
        (b"BM" + bytes(60), "BMP"),
        (b"\0\0\0\x18ftypheic" + bytes(40), "HEIC"),
    ],
)
def test_other_formats_are_refused_by_name(data, kind):
    error = refusal(data, "picture.jpg")

    assert error.code == "format"
    assert kind in error.messages[0]


def test_gif_with_a_script_behind_it_is_refused():
    out = io.BytesIO()
    Picture.new("P", (4, 4)).save(out, "GIF")

    error = refusal(out.getvalue() + b"<script>alert(1)</script>", "picture.png")

    assert (error.code, "GIF" in error.messages[0]) == ("format", True)


def test_text_is_refused():
    assert refusal(b"Not a picture at all.").code == "format"


def test_empty_file_is_refused():
    assert refusal(b"").code == "size"


def test_more_than_ten_megabytes_are_refused():
    assert refusal(bytes(10 * 1024 * 1024 + 1)).code == "size"


def test_39_megapixels_are_taken_and_made_smaller():
    picture = uploads.checked(ContentFile(large_png(39)))

    assert (picture.width, picture.height) == (3200, 2051)


def test_largest_picture_stays_within_its_memory(tmp_path):
    path = tmp_path / "large.png"
    Picture.new("RGBA", (8000, 4900), (1, 2, 3, 100)).save(path, compress_level=1)
    script = (
        "import resource, sys; from django.core.files import File; from articles import uploads; "
        "uploads.checked(File(open(sys.argv[1], 'rb'))); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )

    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, check=True, cwd=ROOT, text=True)

    assert int(done.stdout) < 800  # MB


@pytest.mark.parametrize("megapixels", [41, 144])
def test_more_than_40_megapixels_are_refused_before_a_pixel_is_decoded(megapixels, monkeypatch):
    data = large_png(megapixels)
    monkeypatch.setattr(Picture.Image, "load", lambda self: pytest.fail("It was decoded."))

    assert refusal(data).code == "pixels"


def test_frames_count_as_pixels():
    frames = [Picture.new("RGB", (2000, 2000), (number * 10, 0, 0)) for number in range(11)]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], method=0)

    assert refusal(out.getvalue()).code == "pixels"


@pytest.mark.parametrize("kind", ["WEBP", "PNG", "AVIF"])
def test_moving_pictures_are_refused(kind):
    frames = [Picture.new("RGB", (16, 16), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])

    assert refusal(out.getvalue()).code == "animated"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_cut_off_pictures_are_refused(make_upload, kind):
    data = make_upload((200, 200), kind).read()

    assert refusal(data[: len(data) * 2 // 3]).code == "damaged"


def test_nothing_behind_the_picture_survives(make_upload):
    polyglot = make_upload().read() + b"<html><script>alert(1)</script></html>"

    data = uploads.checked(ContentFile(polyglot)).data

    assert b"script" not in data
    assert data.endswith(b"\xff\xd9")


def test_metadata_does_not_survive_and_the_picture_stands_upright(make_upload):
    exif = Picture.Exif()
    exif[0x0112] = 6  # held upright
    exif[0x010F] = "SECRET CAMERA"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (45.0, 25.0, 29.0)
    upload = make_upload((40, 20), "JPEG", exif=exif, comment=b"SECRET WORDS", xmp=b"<x:xmpmeta>SECRET</x:xmpmeta>")

    picture = uploads.checked(upload)

    assert (picture.width, picture.height) == (20, 40)
    assert not dict(kept(ContentFile(picture.data)).getexif())
    assert not any(word in picture.data for word in (b"SECRET", b"Exif", b"xmp", b"ICC_PROFILE"))


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_broken_exif_is_no_reason_to_refuse(make_upload):
    assert uploads.checked(make_upload((40, 20), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")).width == 40


def test_colours_are_brought_into_srgb():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"____").replace(b"bXYZ", b"rXYZ").replace(b"____", b"bXYZ")
    out = io.BytesIO()
    Picture.new("RGB", (8, 8), "red").save(out, "PNG", icc_profile=swapped)

    red, _green, blue = kept(ContentFile(out.getvalue())).getpixel((4, 4))

    assert (red < 10, blue > 245) == (True, True)


def test_unreadable_colour_profile_is_ignored(make_upload):
    assert uploads.checked(make_upload(icc_profile=b"nonsense")).width == 32


def test_transparent_parts_become_white():
    out = io.BytesIO()
    Picture.new("RGBA", (8, 8), (255, 0, 0, 0)).save(out, "PNG")

    assert kept(ContentFile(out.getvalue())).getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA"])
def test_every_kind_of_pixel_is_taken(make_upload, mode):
    assert kept(make_upload(mode=mode)).mode == "RGB"


def test_16_bit_grey_keeps_its_shades():
    out = io.BytesIO()
    Picture.new("I;16", (8, 8), 128 * 256).save(out, "PNG")

    assert abs(kept(ContentFile(out.getvalue())).getpixel((4, 4))[0] - 128) <= 1


def test_cmyk_is_taken(make_upload):
    assert kept(make_upload(kind="JPEG", mode="CMYK")).mode == "RGB"


def test_camera_picture_with_a_second_one_behind_it_is_taken():
    out = io.BytesIO()
    first, second = Picture.new("RGB", (40, 30), "red"), Picture.new("RGB", (40, 30), "blue")
    first.save(out, "MPO", save_all=True, append_images=[second])

    picture = uploads.checked(ContentFile(out.getvalue()))

    assert picture.width == 40
    assert picture.data.count(b"\xff\xd8\xff") == 1


def test_added_picture_lies_on_the_disk_under_the_name_of_its_content(make_image, media_folder):
    image = make_image(rendered=False)

    data = (media_folder / image.file.name).read_bytes()
    assert uploads.CheckedImage(data, 32, 18).sha256 == image.sha256
    assert (media_folder / image.file.name).stat().st_mode & 0o777 == 0o644


def test_same_picture_with_other_metadata_is_a_duplicate(db, make_upload):
    upload = make_upload()
    first = images.add(upload, title="First", alt_en="x", alt_fr="x")
    upload.seek(0)
    out = io.BytesIO()
    Picture.open(upload).save(out, "WEBP", lossless=True)

    with pytest.raises(images.Duplicate) as caught:
        images.add(out.getvalue(), title="Second", alt_en="x", alt_fr="x")

    assert caught.value.image == first
    assert Image.objects.count() == 1


def test_file_that_cannot_be_written_leaves_nothing_behind(tmp_path, monkeypatch):
    def no_space(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", no_space)

    with pytest.raises(OSError, match="No space"):
        files.write(tmp_path / "folder" / "picture.jpg", b"data")

    assert list((tmp_path / "folder").iterdir()) == []


def test_a_picture_that_waits_too_long_for_its_turn_is_sent_away(make_upload, monkeypatch):
    monkeypatch.setattr(uploads, "LONGEST_WAIT", 0)
    with uploads.one_at_a_time(), pytest.raises(ValidationError) as refused:
        uploads.checked(make_upload())

    assert refused.value.code == "busy"
    assert uploads.checked(make_upload()).width == 32  # its turn comes once the other is done
