"""What every public page knows of the site."""

from functools import cache, partial
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse, translate_url
from django.utils.translation import get_language, gettext, gettext_lazy, override

from articles import simple_pages
from articles.sections import SECTIONS

NAMES = {"en": "English", "fr": "Français"}
SITE = {
    "name": settings.SITE_NAME,
    "url": settings.SITE_URL,
    "organisation": settings.SITE_NAME,
    "postal_address": settings.POSTAL_ADDRESS,
    "contact_email": settings.CONTACT_EMAIL,
    "tagline": gettext_lazy("Find your way to Canada"),
}


def absolute(path: str) -> str:
    """A path of this site as a whole address, whatever host the request came by."""
    return urljoin(settings.SITE_URL + "/", path)


def other_language() -> str:
    """The code of the language that the page is not in."""
    return "en" if (get_language() or "en").startswith("fr") else "fr"


@cache
def menus(language: str) -> dict[str, Any]:
    """What menus show in a language. It is made of code alone, so it is made once."""
    with override(language):
        return {
            "sections": [
                {
                    "key": section.key,
                    "name": str(section.name),
                    "question": str(section.question),
                    "description": str(section.description),
                    "url": section.url,
                }
                for section in SECTIONS.values()
            ],
            "tool_pages": [
                (gettext("Immigration quiz"), reverse("quizzes:quiz")),
                (gettext("Study quiz"), reverse("quizzes:student")),
                (gettext("CRS calculator"), reverse("quizzes:crs")),
                (gettext("Federal Skilled Worker points"), reverse("quizzes:fsw")),
                (gettext("Language test converter"), reverse("quizzes:language")),
            ],
            "ledger_pages": [
                (gettext("All programs"), reverse("programs:programs")),
                (gettext("Status of every program"), reverse("programs:register")),
                (gettext("Compare programs"), reverse("programs:compare")),
                (gettext("Express Entry rounds"), reverse("rounds:rounds")),
                (gettext("Facts"), reverse("facts:facts")),
                (gettext("Changes"), reverse("facts:changes")),
                (gettext("Corrections"), reverse("facts:corrections")),
                (gettext("Glossary"), reverse("facts:glossary")),
            ],
            "articles_url": reverse("articles:list"),
        }


def site(request: HttpRequest) -> dict[str, Any]:
    """Context processor: menus, addresses and defaults; reads neither cookie nor session.

    Its one query is for the simple pages, of a page whose view does not say `simple_pages` itself.
    """
    if request.path_info.startswith("/admin/"):
        return {"site": SITE}
    language, other = get_language() or "en", other_language()
    path = request.path if request.path.startswith(("/en/", "/fr/")) else reverse("home")
    translated = translate_url(path, other)
    if translated == path:  # nothing there in the other language
        with override(other):
            translated = reverse("home")
    here, there = absolute(path), absolute(translated)
    english = there if other == "en" else here
    return {
        **menus(language),
        "simple_pages": cache(partial(simple_pages.listed, language)),  # a template asks at most once
        "site": SITE,
        "other_language": {"code": other, "name": NAMES[other], "url": translated},
        "canonical": here,
        "alternates": [(other, there), (language, here), ("x-default", english)],
        "social_image": absolute(static("images/social.jpg")),
        "og_type": "website",
    }
