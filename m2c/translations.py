"""The French of the site: what the code and the templates say, what the catalogue has, and what is missing.

Babel reads and writes the catalogues, so no machine needs GNU gettext. The commands `*_translations` are the doors.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
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
HEADER = "# The French of M2C: `manage.py update_translations` keeps it in step with the code."

_indentation = re.compile(r"^[ \t]+", re.MULTILINE)
_placeholder = re.compile(r"%\(\w+\)[a-z]|\{\w*\}")


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
            calls = templatize(path.read_text(encoding="utf-8"), origin=str(inside))
            yield inside, _indentation.sub("", calls).encode()  # which means something to Python only


def extracted() -> Catalog:
    """All messages of the site with the places where they stand."""
    catalogue = empty_catalogue()
    for path, text in sources():
        for line, message, _comments, context in extract(
            "python", BytesIO(text), KEYWORDS, options={"encoding": "utf-8"}
        ):
            catalogue.add(message, locations=[(str(path), line)], context=context)
    return catalogue


def empty_catalogue() -> Catalog:
    """A French catalogue without messages, which knows how many plurals French has; its header never changes."""
    born = datetime(2026, 11, 22, tzinfo=UTC)  # a date that moved would be a change in every commit
    return Catalog(
        locale=LANGUAGE,
        project="M2C",
        version="1",
        header_comment=HEADER,
        last_translator="M2C",
        language_team="M2C",
        msgid_bugs_address="M2C",
        creation_date=born,
        revision_date=born,
        fuzzy=False,
    )


def read() -> Catalog:
    """The French catalogue as it is written."""
    if not catalogue_path().exists():
        return empty_catalogue()
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
        elif errors := list(french.check(empty_catalogue())):
            found += [f"{place}: {error} in the French of {message.id!r}" for error in errors]
        elif any(_placeholders(text) != _placeholders(_texts(message.id)[-1]) for text in _texts(french.string)):
            found.append(f"{place}: other placeholders in the French of {message.id!r}")
    return found


def _written(message: Message) -> bool:
    return all(_texts(message.string))


def _texts(value: str | Sequence[str] | None) -> list[str]:
    """A message's one text, or all its plurals."""
    return [value] if isinstance(value, str) else list(value or [""])


def _placeholders(text: str) -> set[str]:
    """What the code fills into a text: `%(name)s` of gettext, `{name}` of str.format and of our scripts."""
    return set(_placeholder.findall(text))
