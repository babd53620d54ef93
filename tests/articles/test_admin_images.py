"""Pictures and documents in the admin: adding, choosing, moving the focus, deleting."""

import io
from http import HTTPStatus

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from articles import files, images
from articles.chooser import ImageChooserWidget
from articles.models import ArticleDownload, ArticlePicture, Document, Image

ADD = reverse("admin:articles_image_add")
LIST = reverse("admin:articles_image_changelist")
CHOOSE = reverse("admin:articles_image_choose")
LABELS = reverse("admin:articles_image_labels")
WORDS = {
    "title": "Harbour",
    "alt_en": "A harbour at dawn",
    "alt_fr": "Un port à l’aube",
    "credit": "",
    "licence": "",
    "focus_x": "0.5",
    "focus_y": "0.5",
}


def change(image: Image) -> str:
    return reverse("admin:articles_image_change", args=[image.pk])


def delete(image: Image) -> str:
    return reverse("admin:articles_image_delete", args=[image.pk])


def pdf(data: bytes = b"%PDF-1.7 guide", name: str = "Guide d’arrivée <1>.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


@pytest.fixture
def colleague(client, db):
    """A client signed in as somebody who may look at pictures and at nothing else."""
    user = User.objects.create_user("colleague", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_image"))
    client.force_login(user)
    return client


def test_added_picture_is_checked_stored_and_sent_to_the_worker(admin_client, admin_user, make_upload, media_folder):
    response = admin_client.post(ADD, {**WORDS, "upload": make_upload((40, 30), "WEBP", name="shell.php")})

    assertRedirects(response, LIST)
    image = Image.objects.get()
    assert (image.width, image.height, image.created_by) == (40, 30, admin_user)
    assert (media_folder / image.file.name).exists()
    assert ProcrastinateJob.objects.get().args["args"] == [image.pk]


def test_refused_file_is_an_error_at_its_field_and_the_words_stay(admin_client, db):
    svg = SimpleUploadedFile("logo.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>")

    response = admin_client.post(ADD, {**WORDS, "upload": svg})

    assert "SVG" in response.context["adminform"].form.errors["upload"][0]
    assertContains(response, 'value="A harbour at dawn"')
    assert not Image.objects.exists()


def test_second_upload_of_a_picture_leads_to_the_first(admin_client, make_upload):
    upload = make_upload()
    first = images.add(upload, title="Old <harbour>", alt_en="x", alt_fr="x")
    upload.seek(0)

    response = admin_client.post(ADD, {**WORDS, "upload": upload})

    assertContains(response, f'<a href="{change(first)}">Old &lt;harbour&gt;</a>')


def test_full_disk_is_said_in_the_form(admin_client, make_upload, monkeypatch):
    def no_space(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", no_space)

    response = admin_client.post(ADD, {**WORDS, "upload": make_upload()})

    assertContains(response, "The disk may be full")
    assert not Image.objects.exists()


def test_moved_focus_asks_for_new_renditions_and_other_changes_do_not(admin_client, make_image):
    image = make_image()
    ProcrastinateJob.objects.all().delete()

    admin_client.post(change(image), {**WORDS, "title": "Port"})
    assert not ProcrastinateJob.objects.exists()
    admin_client.post(change(image), {**WORDS, "focus_x": "0.2"})

    assert ProcrastinateJob.objects.get().args["args"] == [image.pk]
    image.refresh_from_db()
    assert (image.focus_x, bool(image.rendered_at)) == (0.2, True)


def test_focus_outside_the_picture_is_refused(admin_client, make_image):
    response = admin_client.post(change(make_image()), {**WORDS, "focus_y": "1.5"})

    assert "focus_y" in response.context["adminform"].form.errors


def test_list_costs_the_same_for_many_pictures(admin_client, make_image, django_assert_num_queries):
    make_image()
    with django_assert_num_queries(6):  # session, person, two for the dates, count, rows
        admin_client.get(LIST)
    for _ in range(5):
        make_image()

    with django_assert_num_queries(6):
        response = admin_client.get(LIST)

    assertContains(response, 'class="image-thumbnail"', count=6)


def test_picture_that_is_not_rendered_yet_shows_itself(admin_client, make_image):
    image = make_image(rendered=False)

    assertContains(admin_client.get(LIST), f'src="{image.file.url}"')
    assertContains(admin_client.get(change(image)), f'src="{image.file.url}"')


def test_page_of_a_picture_says_where_it_is_used(admin_client, make_image, make_article, make_author):
    image = make_image()
    author = make_author(portrait=image)
    article = make_article(title="Renting", blocks=[(ArticlePicture, {"image": image})])

    response = admin_client.get(change(image))

    place = reverse("admin:articles_article_change", args=[article.pk])
    assertContains(response, f'<a href="{place}">Article: Renting</a> (picture)')
    assertContains(response, f'<a href="{place}">Article: Renting</a> (is public with it)')
    assertContains(response, f"Author: {author.name}</a> (portrait)")


def test_drafts_of_others_are_not_named(colleague, make_image, make_draft):
    image = make_image()
    make_draft(title="Secret plan", image=image)

    response = colleague.get(change(image))

    assertContains(response, "<li>Article (picture)</li>")
    assertNotContains(response, "Secret plan")


def test_used_picture_is_not_deleted_and_the_page_says_why(admin_client, make_image, make_draft):
    image = make_image()
    make_draft(title="Renting", blocks=[(ArticlePicture, {"image": image})])

    response = admin_client.post(delete(image), {"post": "yes"})

    assertContains(response, "This picture cannot be deleted")
    assertContains(response, "Article: Renting</a> (picture)")
    assert Image.objects.exists()


def test_picture_of_an_old_publication_is_not_deleted(admin_client, make_image, make_article):
    image = make_image()
    make_article(title="Renting", blocks=[(ArticlePicture, {"image": image})])
    ArticlePicture.objects.all().delete()
    form = {"action": "delete_selected", "_selected_action": [image.pk], "post": "yes"}

    response = admin_client.post(LIST, form)

    assertContains(response, "Nothing was deleted")
    assertContains(response, "is public with it")
    assert Image.objects.exists()


def test_unused_picture_is_deleted(admin_client, make_image):
    image = make_image()

    assertRedirects(admin_client.post(delete(image), {"post": "yes"}), LIST)
    assert not Image.objects.exists()


def test_dialog_finds_pictures_by_their_words(admin_client, make_image):
    make_image(title="Lighthouse <b>")
    make_image(title="Prairie")

    assertContains(admin_client.get(CHOOSE), "data-id", count=2)
    found = admin_client.get(CHOOSE, {"q": "light"})

    assertContains(found, 'data-title="Lighthouse &lt;b&gt;"')
    assertNotContains(found, "Prairie")
    assertNotContains(found, "<form")
    assertContains(admin_client.get(CHOOSE, {"q": "nothing like it"}), "No picture was found.")


def test_dialog_shows_more_in_steps(admin_client, make_image, django_assert_num_queries):
    for _ in range(25):
        make_image(rendered=False)

    with django_assert_num_queries(3):  # session, person, pictures
        first = admin_client.get(CHOOSE)
    rest = admin_client.get(CHOOSE, {"q": "", "start": "24"})

    assertContains(first, "data-id", count=24)
    assertContains(first, 'data-start="24"')
    assertContains(rest, "data-id", count=1)
    assertNotContains(rest, "data-start")


@pytest.mark.parametrize("start", ["-1", "x", "9" * 30])
def test_dialog_starts_over_when_the_start_makes_no_sense(admin_client, make_image, start):
    make_image()

    assertContains(admin_client.get(CHOOSE, {"q": "", "start": start}), "data-id", count=1)


def test_labels_of_all_fields_cost_one_query(admin_client, make_image, django_assert_num_queries):
    first, second = make_image(title="First"), make_image(title="Second")

    with django_assert_num_queries(3):  # session, person, pictures
        response = admin_client.get(LABELS, {"ids": f"{first.pk},{second.pk},99999999,x,{'9' * 40}"})

    found = {label["id"]: label for label in response.json()["images"]}
    assert {pk: label["title"] for pk, label in found.items()} == {first.pk: "First", second.pk: "Second"}
    assert found[first.pk]["thumbnail"].startswith("/media/renditions/")


@pytest.mark.parametrize("address", [CHOOSE, LABELS])
def test_choosing_needs_the_right_to_see_pictures(client, db, address):
    client.force_login(User.objects.create_user("nobody", is_staff=True))

    assert client.get(address).status_code == HTTPStatus.FORBIDDEN


def test_field_works_without_a_script_and_asks_the_database_nothing(make_image, django_assert_num_queries):
    image = make_image()

    with django_assert_num_queries(0):
        html = ImageChooserWidget().render("image", image.pk, {"id": "id_image"})

    assert f'<input type="text" name="image" value="{image.pk}" inputmode="numeric"' in html
    assert f'href="{LIST}"' in html


def test_pdf_is_stored_under_a_safe_name(admin_client, media_folder):
    address = reverse("admin:articles_document_add")

    admin_client.post(address, {"title_en": "Guide", "title_fr": "", "upload": pdf()})

    document = Document.objects.get()
    assert document.file.name.startswith("documents/guide-darrivee-1-")
    assert document.file.name.endswith(".pdf")
    assert (media_folder / document.file.name).read_bytes() == b"%PDF-1.7 guide"
    assert document.size == 14


@pytest.mark.parametrize(
    "data",
    [b"", b"<html>%PDF-1.7", b"PK\x03\x04", b"%PDF-" + bytes(20 * 1024 * 1024)],
    ids=["empty", "html", "zip", "huge"],
)
def test_what_is_no_pdf_or_too_large_is_refused(admin_client, data):
    address = reverse("admin:articles_document_add")

    response = admin_client.post(address, {"title_en": "Guide", "title_fr": "", "upload": pdf(data)})

    assert "upload" in response.context["adminform"].form.errors
    assert not Document.objects.exists()


def test_document_needs_a_file_and_a_title(admin_client):
    response = admin_client.post(reverse("admin:articles_document_add"), {"title_en": "", "title_fr": ""})

    assert set(response.context["adminform"].form.errors) == {"upload", "title_en"}


def test_new_edition_takes_the_place_of_the_document_and_the_old_file_stays(admin_client, media_folder):
    admin_client.post(reverse("admin:articles_document_add"), {"title_en": "Guide", "title_fr": "", "upload": pdf()})
    document = Document.objects.get()
    old = document.file.name
    address = reverse("admin:articles_document_change", args=[document.pk])

    admin_client.post(address, {"title_en": "Guide 2", "title_fr": ""})
    document.refresh_from_db()
    assert (document.title_en, document.file.name) == ("Guide 2", old)
    admin_client.post(address, {"title_en": "Guide", "title_fr": "", "upload": pdf(b"%PDF-1.7 second")})

    document.refresh_from_db()
    assert document.file.name != old
    assert (media_folder / old).exists()


def test_document_of_an_article_is_not_deleted(admin_client, make_draft):
    document = Document.objects.create(file="documents/guide.pdf", title_en="Guide")
    make_draft(blocks=[(ArticleDownload, {"document": document})])

    admin_client.post(reverse("admin:articles_document_delete", args=[document.pk]), {"post": "yes"})

    assert Document.objects.exists()


def test_cut_off_upload_is_refused_in_the_form(admin_client, make_upload):
    data = make_upload((200, 200), "JPEG").read()

    response = admin_client.post(ADD, {**WORDS, "upload": SimpleUploadedFile("a.jpg", io.BytesIO(data).read(600))})

    assert "damaged" in response.context["adminform"].form.errors["upload"][0]


def test_missing_picture_is_said_by_the_site_and_not_by_the_browser(admin_client):
    address = reverse("admin:articles_advertisement_add")

    assert "required" not in str(admin_client.get(address).context["adminform"].form["image"])
    assert "image" in admin_client.post(address, {"image": ""}).context["adminform"].form.errors
