"""What a fact's value can be: read from a form or a file, checked, stored as JSON, and shown in a language.

| kind     | stored as                                                      | written in a form                |
|----------|----------------------------------------------------------------|----------------------------------|
| money    | "990" or "85.5": Canadian dollars                              | 990, 1,895 or 1 895,50           |
| number   | "1560", counted in the fact's unit                             | the same                         |
| percent  | "4.5"                                                          | the same, with or without %      |
| date     | "2026-11-03"                                                   | 2026-11-03                       |
| duration | {"n": 6, "unit": "month"}                                      | 6 months, 6 mois                 |
| text     | {"en": "…", "fr": "…"}                                         | one line in each language        |
| status   | one of `Status`                                                | the same                         |
| table    | {"columns": [{"key", "en", "fr", "kind"}], "rows": [[cell]]}   | lines of cells, see `read_table` |
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import models
from django.utils.formats import number_format
from django.utils.translation import get_language, gettext, ngettext, override, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from publishing.dates import date_format

LONGEST_TEXT = 300  # characters of a text or a cell
MOST_ROWS, MOST_COLUMNS = 300, 10
LONGEST_TABLE = 60_000  # characters of a table in a form
NO_BREAK = "\u00a0"


class Kind(models.TextChoices):
    """What sort of value a fact has."""

    MONEY = "money", pgettext_lazy("kind", "Money")
    NUMBER = "number", _("Number")
    PERCENT = "percent", _("Percentage")
    DATE = "date", _("Date")
    DURATION = "duration", _("Duration")
    TEXT = "text", _("Text")
    TABLE = "table", _("Table")
    STATUS = "status", _("Status of a program")


class Unit(models.TextChoices):
    """What a number counts."""

    NONE = "", _("Nothing: a plain number")
    CAD = "CAD", _("Canadian dollars")
    POINTS = "points", _("points")
    SCORE = "score", _("score")
    HOURS = "hours", _("hours")
    DAYS = "days", _("days")
    MONTHS = "months", _("months")
    YEARS = "years", _("years")
    PEOPLE = "people", _("people")
    LEVEL = "level", _("level (CLB or NCLC)")
    INVITATIONS = "invitations", _("invitations")


class Status(models.TextChoices):
    """Whether a program can be used now."""

    OPEN = "open", _("Open")
    SEASONAL = "seasonal", _("Opens at times")
    PAUSED = "paused", _("Paused")
    CLOSED = "closed", _("Closed")
    UNCONFIRMED = "unconfirmed", _("Unconfirmed")
    NO_APPLICATION = "no_application", _("No application")
    POINTER = "pointer", _("See the official page")


class Shape(models.TextChoices):
    """What a table must look like."""

    FREE = "", _("Any table")
    FAMILY_SIZE = "family_size", _("An amount for each family size")
    COUNTRIES = "countries", _("Countries with their conditions")
    POINTS = "points", _("Points for each answer")
    LANGUAGE_CHART = "language_chart", _("Test scores for each language level")
    MINIMUMS = "minimums", _("A minimum for each program")


class BadValue(ValueError):
    """A value that cannot be kept; the message says what is wrong, and where, in the reader's language."""


# Reading and checking


def check(kind: str, value: Any, shape: str = "") -> Any:
    """A value from a file in the one form in which it is stored. Raises BadValue, for a table with the row."""
    if kind == Kind.TEXT:
        if not isinstance(value, dict) or set(value) != {"en", "fr"}:
            raise BadValue(gettext("A text is written in English and in French."))
        return {language: checked_text(value[language]) for language in ("en", "fr")}
    if kind == Kind.TABLE:
        return checked_table(value, shape)
    if kind == Kind.DURATION and isinstance(value, dict):
        value = f"{value.get('n')} {value.get('unit')}"
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        raise BadValue(gettext("“%(value)s” is not a single value.") % {"value": str(value)[:60]})
    return READERS[kind](str(value))


def read(kind: str, text_en: str, text_fr: str = "", shape: str = "") -> Any:
    """A value as somebody writes it in a form. Raises BadValue, for a table with the line."""
    if kind == Kind.TEXT:
        return check(kind, {"en": text_en, "fr": text_fr}, shape)
    if kind == Kind.TABLE:
        return read_table(text_en, shape)
    return READERS[kind](text_en)


def written(kind: str, value: Any) -> tuple[str, str]:
    """How a stored value is written in a form: the first field, and the second one of a text."""
    if kind == Kind.TEXT:
        return value["en"], value["fr"]
    if kind == Kind.TABLE:
        return written_table(value), ""
    if kind == Kind.DURATION:
        return f"{value['n']} {value['unit']}{'s' if value['n'] != 1 else ''}", ""
    return str(value), ""


def read_number(text: str) -> str:
    """A number without sign, as "1560" or "85.5"; both languages' separators are understood."""
    plain = re.sub(r"[\s\u00a0\u202f$]", "", text).removesuffix("%")
    if re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", plain):
        plain = plain.replace(",", "")
    plain = plain.replace(",", ".")
    if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,4})?", plain):
        raise BadValue(gettext("“%(value)s” is not a number. Write it like 1560 or 85.50.") % {"value": text[:60]})
    try:
        number = Decimal(plain)
    except InvalidOperation as error:  # pragma: no cover  the pattern lets none through
        raise BadValue(gettext("“%(value)s” is not a number.") % {"value": text[:60]}) from error
    return f"{number.normalize():f}"


def read_date(text: str) -> str:
    """A day as "2026-11-03"."""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise BadValue(gettext("“%(value)s” is not a day. Write it like 2026-11-03.") % {"value": text[:60]}) from None


DURATION_WORDS = {
    "day": "day",
    "days": "day",
    "jour": "day",
    "jours": "day",
    "week": "week",
    "weeks": "week",
    "semaine": "week",
    "semaines": "week",
    "month": "month",
    "months": "month",
    "mois": "month",
    "year": "year",
    "years": "year",
    "an": "year",
    "ans": "year",
    "année": "year",
    "années": "year",
}


def read_duration(text: str) -> dict[str, Any]:
    """A duration such as "6 months" or "6 mois"."""
    found = re.fullmatch(r"([0-9]{1,4})[\s\u00a0]+([^\W\d_]+)", text.strip().lower())
    if found is None or found[2] not in DURATION_WORDS or int(found[1]) < 1:
        words = gettext("“%(value)s” is not a duration. Write it like 6 months, with days, weeks, months or years.")
        raise BadValue(words % {"value": text[:60]})
    return {"n": int(found[1]), "unit": DURATION_WORDS[found[2]]}


def read_status(text: str) -> str:
    """One of the statuses of a program."""
    if text.strip() not in Status.values:
        known = ", ".join(Status.values)
        raise BadValue(gettext("“%(value)s” is not a status: %(known)s.") % {"value": text[:60], "known": known})
    return text.strip()


READERS: dict[str, Callable[[str], Any]] = {
    Kind.MONEY: read_number,
    Kind.NUMBER: read_number,
    Kind.PERCENT: read_number,
    Kind.DATE: read_date,
    Kind.DURATION: read_duration,
    Kind.STATUS: read_status,
}


def checked_text(text: Any) -> str:
    """A line of plain text. Raises BadValue for markup, control characters and what is too long or empty."""
    if not isinstance(text, str) or not text.strip():
        raise BadValue(gettext("A text is written in English and in French."))
    text = text.strip()
    if len(text) > LONGEST_TEXT:
        raise BadValue(gettext("A text has at most %(most)d characters.") % {"most": LONGEST_TEXT})
    if re.search(r"<[a-zA-Z/!?]", text) or any(unicodedata.category(letter) == "Cc" for letter in text):
        raise BadValue(gettext("Write plain words: “%(value)s” has markup in it.") % {"value": text[:60]})
    return text


# Tables

COLUMN_KINDS = ("text", "number", "money", "flag")
FLAGS = ("yes", "no", "unknown")
_key = re.compile(r"[a-z][a-z0-9_]{0,30}")


def at_row(number: int, words: str) -> BadValue:
    """A fault in one row of a table, the first row below the headings being 1."""
    return BadValue(gettext("Row %(number)d: %(fault)s") % {"number": number, "fault": words})


def checked_table(value: Any, shape: str = "") -> dict[str, Any]:
    """A table that is rectangular, of known kinds, not endless, and of the shape that its fact asks for."""
    if not isinstance(value, dict) or not isinstance(value.get("columns"), list) or not value["columns"]:
        raise BadValue(gettext("A table has columns and rows."))
    columns = [checked_column(column) for column in value["columns"][: MOST_COLUMNS + 1]]
    if len(columns) > MOST_COLUMNS:
        raise BadValue(gettext("A table has at most %(most)d columns.") % {"most": MOST_COLUMNS})
    if len({column["key"] for column in columns}) < len(columns):
        raise BadValue(gettext("Two columns have the same key."))
    given = value.get("rows")
    if not isinstance(given, list) or not given:
        raise BadValue(gettext("The table has no rows."))
    if len(given) > MOST_ROWS:
        raise BadValue(gettext("A table has at most %(most)d rows.") % {"most": MOST_ROWS})
    rows = []
    seen: dict[str, int] = {}
    for number, cells in enumerate(given, start=1):
        if not isinstance(cells, list) or len(cells) != len(columns):
            have = len(cells) if isinstance(cells, list) else 0
            words = gettext("%(have)d cells where %(want)d are wanted.")
            raise at_row(number, words % {"have": have, "want": len(columns)})
        try:
            row = [checked_cell(column["kind"], cell) for column, cell in zip(columns, cells, strict=True)]
        except BadValue as error:
            raise at_row(number, str(error)) from None
        first = str(row[0])
        if first in seen:
            raise at_row(number, gettext("its first cell stands in row %(other)d too.") % {"other": seen[first]})
        seen[first] = number
        rows.append(row)
    SHAPES.get(shape, lambda columns, rows: None)(columns, rows)
    return {"columns": columns, "rows": rows}


def checked_column(column: Any) -> dict[str, str]:
    """A column's key, names and kind."""
    if not isinstance(column, dict) or not _key.fullmatch(str(column.get("key", ""))):
        raise BadValue(gettext("A column has a key of small letters, such as amount."))
    if column.get("kind") not in COLUMN_KINDS:
        words = gettext("Column %(key)s: its kind is one of %(kinds)s.")
        raise BadValue(words % {"key": column["key"], "kinds": ", ".join(COLUMN_KINDS)})
    names = {language: checked_text(column.get(language)) for language in ("en", "fr")}
    return {"key": column["key"], **names, "kind": column["kind"]}


def checked_cell(kind: str, cell: Any) -> Any:
    """One cell: a number as "15263", a flag, or a text that is the same or another one in each language."""
    if kind in {"number", "money"}:
        return read_number(str(cell))
    if kind == "flag":
        if cell not in FLAGS:
            words = gettext("“%(value)s” is none of yes, no, unknown.")
            raise BadValue(words % {"value": str(cell)[:60]})
        return cell
    if isinstance(cell, dict):
        if set(cell) != {"en", "fr"}:
            raise BadValue(gettext("A text is written in English and in French."))
        return {language: checked_text(cell[language]) for language in ("en", "fr")}
    return checked_text(cell)


def wants_columns(columns: list[dict[str, str]], *wanted: tuple[str, str]) -> None:
    """Raises BadValue unless the columns have these keys and kinds, in this order."""
    if [(column["key"], column["kind"]) for column in columns] != list(wanted):
        names = ", ".join(f"{key} ({kind})" for key, kind in wanted)
        raise BadValue(gettext("This table has the columns %(names)s.") % {"names": names})


def check_family_size(columns: list[dict[str, str]], rows: list[list[Any]]) -> None:
    """Sizes 1, 2, 3 … and one last row for each extra person; more people need more money."""
    if len(columns) != 2 or columns[0]["kind"] != "text" or columns[1]["kind"] != "money":
        raise BadValue(gettext("This table has a column of family sizes and one of amounts."))
    *sizes, extra = rows
    before = Decimal(0)
    for number, (size, amount) in enumerate(sizes, start=1):
        if size != str(number):
            raise at_row(number, gettext("family size %(size)d is wanted here.") % {"size": number})
        if Decimal(amount) <= before:
            raise at_row(number, gettext("a larger family needs a larger amount."))
        before = Decimal(amount)
    if len(sizes) < 4 or not isinstance(extra[0], dict) or Decimal(extra[1]) <= 0:
        raise BadValue(gettext("The last row says what each extra person adds, in English // in French."))


def check_countries(columns: list[dict[str, str]], rows: list[list[Any]]) -> None:
    """A name, an ISO code, an upper age and flags."""
    kinds = [column["kind"] for column in columns]
    if kinds[:3] != ["text", "text", "number"] or set(kinds[3:]) != {"flag"} or columns[1]["key"] != "code":
        raise BadValue(gettext("This table has a country, its code, an upper age, and columns of yes or no."))
    codes: set[str] = set()
    for number, row in enumerate(rows, start=1):
        if not isinstance(row[1], str) or not re.fullmatch(r"[A-Z]{2}", row[1]) or row[1] in codes:
            raise at_row(number, gettext("a country has a code of two capital letters of its own."))
        codes.add(row[1])
        if not 18 <= Decimal(row[2]) <= 99:
            raise at_row(number, gettext("an upper age lies between 18 and 99."))


def check_points(columns: list[dict[str, str]], rows: list[list[Any]]) -> None:
    """A text and a number of points."""
    if columns[0]["kind"] != "text" or columns[-1]["kind"] != "number":
        raise BadValue(gettext("This table has a column of answers and, last, one of points."))
    for number, row in enumerate(rows, start=1):
        if Decimal(row[-1]) > 1200:
            raise at_row(number, gettext("no ranking has more than 1200 points."))


def check_language_chart(columns: list[dict[str, str]], rows: list[list[Any]]) -> None:
    """A level and the scores of the four abilities."""
    abilities = ("level", "speaking", "listening", "reading", "writing")
    wants_columns(columns, *((key, "text") for key in abilities))


def check_minimums(columns: list[dict[str, str]], rows: list[list[Any]]) -> None:
    """A program and its minimum."""
    wants_columns(columns, ("program", "text"), ("minimum", "text"))


SHAPES: dict[str, Callable[[list[dict[str, str]], list[list[Any]]], None]] = {
    Shape.FAMILY_SIZE: check_family_size,
    Shape.COUNTRIES: check_countries,
    Shape.POINTS: check_points,
    Shape.LANGUAGE_CHART: check_language_chart,
    Shape.MINIMUMS: check_minimums,
}


def read_table(text: str, shape: str = "") -> dict[str, Any]:
    """A table as it is written or pasted: cells are parted by tabs, or by semicolons where there is no tab.

    The first line names the columns, each as `key:kind:English//French`; a cell whose words differ by language is
    written `English // French`. Raises BadValue with the number of the line.
    """
    if len(text) > LONGEST_TABLE:
        raise BadValue(gettext("A table has at most %(most)d characters.") % {"most": LONGEST_TABLE})
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise BadValue(gettext("The table has no rows."))
    parting = "\t" if "\t" in text else ";"
    columns = []
    for heading in lines[0].split(parting):
        key, _colon, rest = heading.strip().partition(":")
        kind, _colon, names = rest.partition(":")
        english, slashes, french = names.partition("//")
        if not slashes:
            words = gettext("The first line names each column like amount:money:Amount//Montant, not “%(value)s”.")
            raise BadValue(words % {"value": heading.strip()[:60]})
        columns.append({"key": key.strip(), "kind": kind.strip(), "en": english.strip(), "fr": french.strip()})
    rows: list[list[Any]] = []
    for line in lines[1:]:
        cells: list[Any] = []
        for cell in line.split(parting):
            english, slashes, french = cell.partition("//")
            cells.append({"en": english.strip(), "fr": french.strip()} if slashes else cell.strip())
        rows.append(cells)
    return checked_table({"columns": columns, "rows": rows}, shape)


def written_table(table: dict[str, Any]) -> str:
    """A table as `read_table` reads it; with tabs, since a cell may hold a semicolon but no tab."""
    heading = "\t".join(f"{one['key']}:{one['kind']}:{one['en']}//{one['fr']}" for one in table["columns"])
    lines = [
        "\t".join(f"{cell['en']} // {cell['fr']}" if isinstance(cell, dict) else str(cell) for cell in row)
        for row in table["rows"]
    ]
    return "\n".join([heading, *lines])


# Showing


def shown(kind: str, value: Any, unit: str = "", language: str = "") -> str:
    """A value as plain text in a language (the active one by default), with no-break spaces; a table in short."""
    with override(language or get_language() or "en"):
        match kind:
            case Kind.MONEY:
                return shown_money(value)
            case Kind.NUMBER:
                return shown_count(value, unit)
            case Kind.PERCENT:
                return f"{shown_number(value)}{NO_BREAK}%" if is_french() else f"{shown_number(value)}%"
            case Kind.DATE:
                return date_format(date.fromisoformat(value)).replace(" ", NO_BREAK)
            case Kind.DURATION:
                return shown_duration(value)
            case Kind.STATUS:
                return str(Status(value).label)
            case Kind.TEXT:
                return value["fr" if is_french() else "en"]
        rows = len(value["rows"])
        return ngettext("a table of %(rows)d row", "a table of %(rows)d rows", rows) % {"rows": rows}


def is_french() -> bool:
    return (get_language() or "en").startswith("fr")


def shown_number(value: str) -> str:
    """A number with the language's separators: 1,560.5 or 1 560,5."""
    return number_format(Decimal(value), force_grouping=True).replace(" ", NO_BREAK)


def shown_money(value: str) -> str:
    """Canadian dollars: $1,895 or 1 895 $; cents only where there are some."""
    amount = Decimal(value)
    if amount != amount.to_integral_value():
        amount = amount.quantize(Decimal("0.01"))
    text = number_format(amount, force_grouping=True).replace(" ", NO_BREAK)
    return f"{text}{NO_BREAK}$" if is_french() else f"${text}"


def shown_count(value: str, unit: str) -> str:
    """A number with what it counts."""
    number = shown_number(value)
    amount = Decimal(value)
    many = 1 if amount == 1 else 2 if amount >= 2 else 0  # French counts 0 and 1.5 as one
    words = {
        Unit.POINTS: ngettext("%(number)s point", "%(number)s points", many),
        Unit.HOURS: ngettext("%(number)s hour", "%(number)s hours", many),
        Unit.DAYS: ngettext("%(number)s day", "%(number)s days", many),
        Unit.MONTHS: ngettext("%(number)s month", "%(number)s months", many),
        Unit.YEARS: ngettext("%(number)s year", "%(number)s years", many),
        Unit.PEOPLE: ngettext("%(number)s person", "%(number)s people", many),
        Unit.INVITATIONS: ngettext("%(number)s invitation", "%(number)s invitations", many),
    }.get(Unit(unit), "%(number)s")
    return (words % {"number": number}).replace(" ", NO_BREAK)


def shown_duration(value: dict[str, Any]) -> str:
    """A duration in words: 6 months."""
    number = value["n"]
    words = {
        "day": ngettext("%(number)d day", "%(number)d days", number),
        "week": ngettext("%(number)d week", "%(number)d weeks", number),
        "month": ngettext("%(number)d month", "%(number)d months", number),
        "year": ngettext("%(number)d year", "%(number)d years", number),
    }[value["unit"]]
    return (words % {"number": number}).replace(" ", NO_BREAK)


def shown_table(value: dict[str, Any], language: str = "") -> dict[str, Any]:
    """A table for a template: `{"columns": [{"name", "is_number"}], "rows": [[text]]}` in a language."""
    with override(language or get_language() or "en"):
        code = "fr" if is_french() else "en"
        columns = [
            {"name": column[code], "is_number": column["kind"] in {"number", "money"}} for column in value["columns"]
        ]
        kinds = [column["kind"] for column in value["columns"]]
        rows = [[shown_cell(kind, cell, code) for kind, cell in zip(kinds, row, strict=True)] for row in value["rows"]]
    return {"columns": columns, "rows": rows}


def shown_cell(kind: str, cell: Any, code: str) -> str:
    """One cell as text."""
    if kind == "money":
        return shown_money(cell)
    if kind == "number":
        return shown_number(cell)
    if kind == "flag":
        return {"yes": gettext("Yes"), "no": gettext("No")}.get(cell, gettext("Not known"))
    return cell[code] if isinstance(cell, dict) else cell
