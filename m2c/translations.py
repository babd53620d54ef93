"""The French of the site: what the code and the templates say, what the catalogue has, and what is missing.

Babel reads and writes the catalogues, so no machine needs GNU gettext. the commands `*_translations` are the doors.
"""

from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

LANGUAGE = "fr"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PASSED_OVER = {".venv", ".data", "node_modules", "tests", "benchmarks", "migrations", "static", "bin", "deploy"}


def catalogue_path() -> Path:
    """The French catalogue's source."""
    return Path(settings.BASE_DIR) / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def sources() -> Iterator[tuple[Path, bytes]]:
    """Every file that speaks to people, as Python: templates are turned into calls of gettext first."""
    base = Path(settings.BASE_DIR)
    for path in sorted(base.rglob("*")):
        inside = path.relative_to(base)
        if inside.parts[0] in PASSED_OVER or inside.parts[0].startswith(".") or "migrations" in inside.parts:
            continue
        if path.suffix == ".py":
            yield inside, path.read_bytes()
        elif path.suffix in {".html", ".txt", ".xml"} and "templates" in inside.parts:
            yield inside, templatize(path.read_text(encoding="utf-8"), origin=str(inside)).encode()


def extracted() -> Catalog:
    """All messages of the site with the places where they stand."""
    catalogue = Catalog(locale=LANGUAGE, project="M2C", fuzzy=False)
    for path, text in sources():
        for line, message, _comments, context in extract(
            "python", BytesIO(text), KEYWORDS, options={"encoding": "utf-8"}
        ):
            catalogue.add(message, locations=[(str(path), line)], context=context)
    return catalogue


def read() -> Catalog:
    """The French catalogue as it is written."""
    if not catalogue_path().exists():
        return Catalog(locale=LANGUAGE, project="M2C", fuzzy=False)
    with catalogue_path().open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def update(others: Iterable[Path] = ()) -> Catalog:
    """Rewrite the French catalogue: new messages in, unused ones out, translations kept or taken from `others`."""
    known = {(message.id, message.context): message for message in read() if message.id}
    for path in others:
        with path.open("rb") as file:
            known |= {(entry.id, entry.context): entry for entry in read_po(file, locale=LANGUAGE) if _written(entry)}
    fresh = extracted()
    for message in fresh:
        old = known.get((message.id, message.context))
        if message.id and old is not None:
            message.string = old.string
            message.flags |= old.flags & {"fuzzy"}
    catalogue_path().parent.mkdir(parents=True, exist_ok=True)
    with catalogue_path().open("wb") as file:
        write_po(file, fresh, width=120, sort_output=True, omit_header=False, include_lineno=False)
    return fresh


def compile_catalogue() -> Path:
    """Write the compiled catalogue beside its source, if the source is newer; returns its path."""
    source, target = catalogue_path(), catalogue_path().with_suffix(".mo")
    if not target.exists() or target.stat().st_mtime <= source.stat().st_mtime:
        with target.open("wb") as file:
            write_mo(file, read())
    return target


def problems() -> list[str]:
    """A line for each message that has no French, an uncertain one, or placeholders that differ."""
    written = {(message.id, message.context): message for message in read() if message.id}
    found = []
    for message in extracted():
        if not message.id:
            continue
        place = f"{message.locations[0][0]}:{message.locations[0][1]}"
        french = written.get((message.id, message.context))
        if french is None or not _written(french):
            found.append(f"{place}: no French for {message.id!r}")
        elif french.fuzzy:
            found.append(f"{place}: uncertain French for {message.id!r}")
        else:
            found += [f"{place}: {error}" for error in french.check(written_catalogue())]
    return found


def written_catalogue() -> Catalog:
    """An empty French catalogue, which tells Babel's checks how many plurals French has."""
    return Catalog(locale=LANGUAGE)


def _written(message) -> bool:  # type: ignore[no-untyped-def]  # Babel's Message is untyped
    strings = message.string if isinstance(message.string, (tuple, list)) else [message.string]
    return all(strings)
