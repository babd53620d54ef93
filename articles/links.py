"""Links between articles: kept by id when a text is saved, shown with current addresses when a page is made."""

import re
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.translation import override

from publishing import richtext


def article_id(href: str) -> int | None:
    """The id of the article that an address of ours leads to, now or by an earlier slug; None for any other address."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return None
    if parts.netloc and f"{parts.scheme}://{parts.netloc}".lower() != settings.SITE_URL.lower():
        return None
    path = parts.path if parts.path.endswith("/") else parts.path + "/"
    if (stored_already := re.fullmatch(r"/a/([0-9]{1,18})/", path)) is not None:
        return int(stored_already[1])
    language = path[1:3]
    if not path.startswith(("/en/", "/fr/")):
        return None
    try:
        with override(language):
            match = resolve(path)
    except Resolver404:
        return None
    if match.view_name != "articles:article_detail":
        return None
    slug = match.kwargs["slug"]
    publications = apps.get_model("articles", "Publication").objects.filter(language=language, slug=slug)
    found = publications.order_by("-live_from").values_list("article_id", flat=True).first()
    if found is None:
        drafts = apps.get_model("articles", "Article").objects.filter(language=language, slug=slug)
        found = drafts.values_list("pk", flat=True).first()
    return found


def stored(html: str) -> str:
    """A text with links to our own articles in the stored form."""
    return richtext.store_links(html, article_id)
