"""How uploaded files are served."""

from http import HTTPStatus

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(media_folder) -> str:
    """The address of a stored PDF."""
    path = media_folder / "documents" / "guide-1a2b.pdf"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"%PDF-1.7 guide")
    return "/media/documents/guide-1a2b.pdf"


def test_picture_is_kept_for_good_and_cannot_do_anything(client, make_image):
    image = make_image()
    name = image.renditions["wide"]["files"]["avif"][0][1]

    response = client.get(f"/media/{name}")

    assert response.headers["Content-Type"] == "image/avif"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"].startswith("inline")
    assert not response.cookies
    assert b"".join(response)[4:12] == b"ftypavif"


def test_document_is_downloaded(client, document):
    response = client.get(document)

    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == 'attachment; filename="guide-1a2b.pdf"'
    assert "immutable" not in response.headers["Cache-Control"]
    assert b"".join(response) == b"%PDF-1.7 guide"


def test_unchanged_file_is_not_sent_again(client, document):
    first = client.get(document)
    etag = first.headers["ETag"]
    first.close()

    response = client.get(document, headers={"If-None-Match": etag})

    assert response.status_code == HTTPStatus.NOT_MODIFIED
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_head_says_the_same_without_the_file(client, document):
    response = client.head(document)

    assert (response.status_code, response.content) == (HTTPStatus.OK, b"")
    assert response.headers["Content-Length"] == "14"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "documents",
        "documents/",
        "documents/missing.pdf",
        "documents/../secret.pdf",
        "documents/%2e%2e/secret.pdf",
        "../secret.pdf",
        "/etc/passwd",
        "secret.pdf",
        "documents/.hidden.pdf",
        "documents/page.html",
        "documents/link.pdf",
        "documents/guide-1a2b.pdf/",
        "documents/guide%00.pdf",
        "documents/" + "a" * 300 + ".pdf",
    ],
)
def test_everything_else_does_not_exist(client, document, media_folder, tmp_path, name):
    (media_folder / "secret.pdf").write_bytes(b"%PDF-")
    (tmp_path / "outside.pdf").write_bytes(b"%PDF-")
    (media_folder / "documents" / ".hidden.pdf").write_bytes(b"%PDF-")
    (media_folder / "documents" / "page.html").write_bytes(b"<script>")
    (media_folder / "documents" / "link.pdf").symlink_to(tmp_path / "outside.pdf")

    assert client.get(f"/media/{name}").status_code == HTTPStatus.NOT_FOUND


def test_only_reading_is_allowed(client, document):
    assert client.post(document).status_code == HTTPStatus.METHOD_NOT_ALLOWED
