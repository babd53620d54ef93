"""Pictures once they are here: renditions, the task that makes them, and the pages that wait for it."""

import os
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from PIL import Image as Picture
from procrastinate.contrib.django.models import ProcrastinateJob

from articles import images, renditions, tasks
from articles.models import ArticlePicture, Image, Publication
from publishing.history import save_revision
from publishing.release import publish


def source(width: int, height: int, focus: tuple[float, float] = (0.5, 0.5)) -> renditions.Source:
    """A picture of this size, which need not exist."""
    return renditions.Source("ab" * 32, width, height, focus)


def sizes(planned: list[renditions.Rendition]) -> list[tuple[int, int]]:
    return [(rendition.width, rendition.height) for rendition in planned]


def files_in(folder) -> set[str]:
    """All files below a folder, by their paths in it."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_large_picture_is_planned_in_every_width():
    planned = renditions.plan(source(3200, 2400))

    assert {shape: sizes(several) for shape, several in planned.items()} == {
        "wide": [(480, 270), (800, 450), (1200, 675), (1600, 900)],
        "natural": [(480, 360), (800, 600), (1200, 900)],
        "square": [(96, 96), (192, 192), (400, 400)],
        "social": [(1200, 630)],
    }


def test_nothing_is_enlarged():
    planned = renditions.plan(source(1000, 300))

    assert {shape: sizes(several)[-1] for shape, several in planned.items()} == {
        "wide": (533, 300),
        "natural": (1000, 300),
        "square": (300, 300),
        "social": (571, 300),
    }


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 5000), (5000, 1), (95, 97)])
def test_odd_pictures_have_a_plan_inside_them(width, height):
    for several in renditions.plan(source(width, height, (1.0, 0.0))).values():
        for rendition in several:
            left, top, right, bottom = rendition.box
            assert 0 <= left < right <= width
            assert 0 <= top < bottom <= height


def test_picture_in_sixteen_to_nine_shares_the_files_of_wide_and_natural():
    planned = renditions.plan(source(1366, 768))  # a pixel off, which nobody sees

    assert planned["natural"] == planned["wide"][:3]


@pytest.mark.parametrize(
    ("focus", "box"),
    [
        ((0.5, 0.5), (500, 0, 1500, 1000)),
        ((0.0, 0.5), (0, 0, 1000, 1000)),
        ((0.6, 0.9), (700, 0, 1700, 1000)),
        ((1.0, 1.0), (1000, 0, 2000, 1000)),
    ],
)
def test_cut_has_the_focus_in_its_middle_as_far_as_the_edges_allow(focus, box):
    assert renditions.cut(source(2000, 1000, focus), 1) == box


def test_files_are_what_the_row_says(make_image, media_folder):
    image = make_image((120, 90))

    for shape in image.renditions.values():
        for kind, several in shape["files"].items():
            for width, name in several:
                with Picture.open(media_folder / name) as picture:
                    assert (picture.format.lower(), picture.width) == (kind, width)
            assert several[-1][0] == shape["width"]
    assert set(image.renditions["social"]["files"]) == {"jpeg"}
    assert image.rendered_at is not None


def test_square_shows_what_is_around_the_focus(db, make_upload, media_folder):
    upload = make_upload((90, 30), "PNG")
    with Picture.open(upload) as picture:
        picture.paste("white", (60, 0, 90, 30))
        picture.save(path := media_folder.with_suffix(".png"))
    image = images.add(path.read_bytes(), title="x", alt_en="x", alt_fr="x", focus_x=1.0)

    images.render(image)

    with Picture.open(media_folder / image.renditions["square"]["files"]["jpeg"][0][1]) as square:
        assert min(square.getpixel((3, 15))) > 240


def test_rendering_twice_makes_every_file_once(make_image, media_folder):
    image = make_image()
    before = {name: (media_folder / name).stat().st_ino for name in files_in(media_folder)}

    assert images.make(image) == 0
    assert {name: (media_folder / name).stat().st_ino for name in files_in(media_folder)} == before


def test_rendering_goes_on_where_it_was_broken_off(make_image, media_folder):
    image = make_image()
    lost = media_folder / image.renditions["square"]["files"]["webp"][0][1]
    lost.unlink()

    assert images.make(image) == 1
    assert lost.exists()


def test_moved_focus_keeps_the_old_files_and_names_until_the_new_ones_are_there(make_image, media_folder):
    image = make_image((60, 30))
    before = images.names(image.renditions)
    Image.objects.update(focus_x=0.0)
    image.refresh_from_db()

    assert images.names(image.renditions) == before
    assert images.pending() == [image]

    images.render(image)

    after = images.names(image.renditions)
    assert before != after
    assert before | after <= files_in(media_folder)
    assert images.pending() == []


def test_rendering_for_a_focus_that_has_moved_on_is_not_noted(make_image):
    image = make_image(rendered=False)
    Image.objects.update(focus_x=0.1)

    assert images.render(image) is False
    assert Image.objects.get().rendered_at is None


def test_adding_a_picture_asks_for_its_renditions(make_image):
    image = make_image(rendered=False)

    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.queue_name) == ("articles.tasks.render_image", "images")
    assert job.args["args"] == [image.pk]


def test_task_for_a_deleted_picture_does_nothing(db):
    tasks.render_image.call(1)


def test_article_goes_live_when_its_last_picture_is_rendered(make_image, make_draft):
    hero, inside = make_image(rendered=False), make_image(rendered=False)
    article = make_draft(image=hero, blocks=[(ArticlePicture, {"image": inside})])

    assert publish(article, article.revisions.first()) is None
    tasks.render_image.call(hero.pk)
    assert not Publication.objects.live().exists()
    tasks.render_image.call(inside.pk)

    assert Publication.objects.live().get().article == article


def test_article_with_a_moved_focus_is_published_without_waiting(make_image, make_draft):
    image = make_image()
    Image.objects.update(focus_x=0.2)
    article = make_draft(image=image)

    assert publish(article, save_revision(article, None)) is not None


def test_net_renders_what_no_task_did(make_image):
    image = make_image(rendered=False)

    tasks.render_pending.call()

    image.refresh_from_db()
    assert image.rendered_at is not None


def test_net_passes_over_a_picture_whose_file_is_lost(make_image, media_folder, caplog):
    lost, other = make_image(rendered=False), make_image(rendered=False)
    (media_folder / lost.file.name).unlink()

    tasks.render_pending.call()

    assert [image.pk for image in images.pending()] == [lost.pk]
    assert lost.file.name in caplog.text
    assert Image.objects.get(pk=other.pk).rendered_at


def test_command_renders_everything_in_processes(make_image):
    make_image(rendered=False), make_image(rendered=False)
    out = StringIO()

    call_command("render_images", jobs=2, stdout=out)

    assert "2 pictures rendered" in out.getvalue()
    assert images.pending() == []


def test_command_names_a_picture_that_it_could_not_render(make_image, media_folder):
    image = make_image(rendered=False)
    (media_folder / image.file.name).write_bytes(b"Broken since.")
    errors = StringIO()

    with pytest.raises(CommandError, match="1 pictures"):
        call_command("render_images", jobs=1, stderr=errors)

    assert image.file.name in errors.getvalue()


def test_clearing_deletes_only_what_no_row_has_named_for_a_month(make_image, media_folder):
    image, gone = make_image((60, 30)), make_image()
    gone.delete()
    unfinished = media_folder / "renditions" / ".picture.avif.1a2b.part"
    unfinished.write_bytes(b"half")
    document = media_folder / "documents" / "guide.pdf"
    document.parent.mkdir()
    document.write_bytes(b"%PDF-")
    assert images.clear() == 0

    long_ago = (timezone.now() - timedelta(days=31)).timestamp()
    for name in files_in(media_folder):
        os.utime(media_folder / name, (long_ago, long_ago))
    images.clear()

    assert files_in(media_folder) == {image.file.name, *images.names(image.renditions), "documents/guide.pdf"}


def test_renditions_of_the_old_focus_stay_a_month_from_the_change(make_image, media_folder):
    image = make_image((60, 30))
    before = images.names(image.renditions)
    long_ago = (timezone.now() - timedelta(days=400)).timestamp()
    for name in before:
        os.utime(media_folder / name, (long_ago, long_ago))
    image.focus_x = 0.0
    image.save()

    images.render(image)

    assert images.clear() == 0
    assert before <= files_in(media_folder)
