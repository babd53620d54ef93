"""The home page of the sample site, from articles/sample/home.toml."""

from typing import Any

from django.db import transaction

from articles.models import Article, Image
from articles.sample_site import FOLDER, article_of, make, mistakes_in, picture_title, read
from m2c.models import Home, HomeFeature, HomeTool

PATH = FOLDER / "home.toml"
PICTURES = ("image", "guide_image", "video_image", "partner_image")


@transaction.atomic
def load_home() -> None:
    """Arrange the home page in each language. The sample's pictures and articles must be there; raises SampleError."""
    for language, about in read(PATH).items():
        with mistakes_in(PATH):
            load_language(language, about)


def load_language(language: str, about: dict[str, Any]) -> None:
    """The home page of one language with its tool cards and featured articles."""
    fields = {name: value for name, value in about.items() if name not in {"tools", "features", "ticks"}}
    for name in PICTURES:
        if name in fields:
            fields[name] = picture(fields[name])
    if "guide_article" in fields:
        fields["guide_article"] = article_of(fields["guide_article"], language)
    home = make(Home, language=language, ticks="\n".join(about.get("ticks", [])), **fields)
    for order, tool in enumerate(about.get("tools", [])):
        make(HomeTool, home=home, order=order, **tool | article(tool, language))
    for order, group in enumerate(about.get("features", [])):
        make(HomeFeature, home=home, order=order, article=article_of(group, language))


def picture(key: str) -> Image:
    """The sample picture with a key. Raises KeyError when there is none."""
    found = Image.objects.filter(title=picture_title(key)).first()
    if found is None:
        raise KeyError(key)
    return found


def article(tool: dict[str, str], language: str) -> dict[str, Article]:
    """The article of a tool card in place of its group, if it has one."""
    return {"article": article_of(tool["article"], language)} if "article" in tool else {}
