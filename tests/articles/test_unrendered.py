"""What templates show of a picture whose files the worker has not made yet."""

import pytest
from django.template.loader import render_to_string

pytestmark = pytest.mark.django_db


def advert(image):
    """The advertisement with a picture, as HTML."""
    block = {"image": image, "alt": "A lamp", "url": "https://lamps.example/", "advertiser": "Lamps"}
    return render_to_string("articles/blocks/advert.html", {"block": block}).strip()


def avatar(portrait):
    """The round picture of an author, as HTML."""
    return render_to_string("partials/avatar.html", {"author": {"portrait": portrait, "initials": "SS"}})


def test_an_advertisement_without_its_picture_is_nothing(make_image):
    assert advert(make_image(rendered=False)) == ""


def test_an_advertisement_is_its_picture_and_leads_somewhere(make_image):
    html = advert(make_image())

    assert "<picture>" in html
    assert 'href="https://lamps.example/"' in html


@pytest.mark.parametrize("has_portrait", [True, False])
def test_an_author_without_a_rendered_portrait_has_initials(make_image, has_portrait):
    html = avatar(make_image(rendered=False) if has_portrait else None)

    assert ">SS<" in html
    assert "<picture>" not in html


def test_an_author_with_a_portrait_has_no_initials(make_image):
    html = avatar(make_image())

    assert "<picture>" in html
    assert "SS" not in html
