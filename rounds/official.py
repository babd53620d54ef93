"""The official feed of rounds: what a row has to look like, and what its words mean.

The feed is one object with `rounds`, the newest first, and every value of a row is a text: "5,000", "July 3rd 2026",
"October 7 at 16:38:21 UTC". Names carry versions and have been changed later; some fields are HTML; a pool of nothing
but zeros was not recorded. All of it is read here and nowhere else, and what cannot be read is said with its row.
"""

import html
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from rounds.models import (
    BANDS,
    FIRST_DAY,
    MOST_INVITATIONS,
    MOST_POINTS,
    NUMBER_PATTERN,
    SUMS,
    TOTAL,
    Reading,
    RoundType,
)

type Day = date  # where a field is called so

LARGEST = 5 * 1024 * 1024  # bytes
MOST_ROWS = 5_000
LONGEST_TEXT, LONGEST_DATE = 2_000, 80
MOST_FAULTS = 20  # that are told of one feed

POOL = [f"dd{number}" for number in range(1, len(BANDS) + 1)]
NEEDED = [
    *("drawNumber", "drawDate", "drawName", "drawText2", "drawSize", "drawCRS", "drawDateTime", "drawCutOff"),
    *("drawDistributionAsOn", *POOL),
]
MONTHS = [
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
]

_tag = re.compile(r"<[^<>]*>")
_number = re.compile(r"\d{1,7}|\d{1,3}(?:[, ]\d{3}){1,2}")
_day = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?[ ,.]{0,2}(20\d\d)?", re.IGNORECASE)
_time = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))? ?(AM|PM)? ?(UTC)?", re.IGNORECASE)
_repeated_day = re.compile(r"20\d\d-\d\d-\d\d ")
_version = re.compile(r"\(version [^)]*\)|,? *\d{4}-version \d+", re.IGNORECASE)

# Words at the start of a name, and the type they mean; the first that fits.
NAMES = {
    "no program specified": RoundType.GENERAL,
    "general": RoundType.GENERAL,
    "provincial nominee": RoundType.PNP,
    "canadian experience": RoundType.CEC,
    "federal skilled worker": RoundType.FSW,
    "federal skilled trade": RoundType.FST,
    "french": RoundType.FRENCH,
    "health": RoundType.HEALTHCARE,
    "stem ": RoundType.STEM,
    "science, technology": RoundType.STEM,
    "trade": RoundType.TRADES,
    "transport": RoundType.TRANSPORT,
    "agricultur": RoundType.AGRICULTURE,
    "education": RoundType.EDUCATION,
    "senior manager": RoundType.SENIOR_MANAGERS,
    "physician": RoundType.PHYSICIANS,
    "skilled military": RoundType.MILITARY,
}


class BadFeed(ValueError):
    """The feed is not what it should be: a sentence for each thing that is wrong, with its row."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Entry:
    """One round of the feed, read; the names are those of the model."""

    number: str
    name: str
    type: str
    programs: str
    date: date
    drawn_at: datetime | None
    invitations: int
    cutoff: int
    tie_break: datetime | None
    tie_break_words: str
    tie_break_reading: str
    pool_as_of: Day | None
    pool: list[int] | None
    raw: dict[str, Any] = field(repr=False)

    @property
    def doubts(self) -> list[str]:
        """What an editor should look at; none of it keeps the round out."""
        found = []
        if self.type == RoundType.OTHER:
            found.append(_("“%(name)s” is a type that this site does not know yet.") % {"name": self.name})
        if self.pool and not adds_up(self.pool):
            found.append(_("The numbers of its pool do not add up."))
        if self.tie_break and self.tie_break.date() > self.date + timedelta(days=1):
            found.append(_("Its tie-break is later than the round."))
        return [f"#{self.number}: {words}" for words in found]


def read(content: bytes, *, latest: date) -> list[Entry]:
    """Every round of a feed, the newest first.

    content: the file; latest: no round may be later than this day.

    Raises BadFeed, with everything that is wrong.
    """
    faults: list[str] = []
    entries: list[Entry] = []
    for place, row in enumerate(rows_of(content), start=1):
        try:
            entries.append(read_row(row, latest))
        except BadFeed as bad:
            faults += [f"{name_of(row, place)}: {fault}" for fault in bad.faults]
    numbers: dict[str, int] = {}
    for entry in entries:
        numbers[entry.number] = numbers.get(entry.number, 0) + 1
    faults += [
        _("#%(number)s stands in the feed %(times)d times.") % {"number": number, "times": times}
        for number, times in numbers.items()
        if times > 1
    ]
    if faults:
        left_out = len(faults) - MOST_FAULTS
        rest = [_("… and %(count)d more.") % {"count": left_out}] if left_out > 0 else []
        raise BadFeed([*faults[:MOST_FAULTS], *rest])
    return entries


def rows_of(content: bytes) -> list[Any]:
    """The rows of the file as they are. Raises BadFeed."""
    if not content.strip():
        raise BadFeed([_("The feed is empty.")])
    if len(content) > LARGEST:
        raise BadFeed([_("The feed is larger than %(size)d KB.") % {"size": LARGEST // 1024}])
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadFeed([_("The feed is not text in UTF-8.")]) from None
    except json.JSONDecodeError as error:
        words = _("The feed is not JSON, or was cut off: line %(line)d, column %(column)d.")
        raise BadFeed([words % {"line": error.lineno, "column": error.colno}]) from None
    except (RecursionError, ValueError):  # brackets within brackets; numbers of thousands of digits
        raise BadFeed([_("The feed is not JSON that can be read.")]) from None
    rows = document.get("rounds") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise BadFeed([_("The feed has another shape: there is no list “rounds” in it.")])
    if not rows:
        raise BadFeed([_("The feed has no rounds.")])
    if len(rows) > MOST_ROWS:
        raise BadFeed([_("The feed has more than %(most)d rounds.") % {"most": MOST_ROWS}])
    return rows


def name_of(row: Any, place: int) -> str:
    """How a fault names its row: by its place, and by its number if it has one."""
    number = row.get("drawNumber") if isinstance(row, dict) else None
    if isinstance(number, str) and re.fullmatch(NUMBER_PATTERN, number):
        return _("Row %(place)d (#%(number)s)") % {"place": place, "number": number}
    return _("Row %(place)d") % {"place": place}


def read_row(row: Any, latest: date) -> Entry:
    """One row of the feed. Raises BadFeed."""
    texts = texts_of(row)
    faults: list[str] = []

    def value(name: str, reader: Any, *given: Any) -> Any:
        try:
            return reader(texts[name], *given)
        except ValueError as error:
            faults.append(f"{name}: {error}")
            return None

    number, name = value("drawNumber", number_of_round), value("drawName", words, 200, True)
    programs, day = value("drawText2", words, 300), value("drawDate", iso_day, latest)
    invitations, cutoff = value("drawSize", count, MOST_INVITATIONS), value("drawCRS", count, MOST_POINTS)
    drawn = value("drawDateTime", moment, day or latest)
    tie = value("drawCutOff", moment, day or latest)
    counted_on = value("drawDistributionAsOn", day_in_words)
    pool = [value(part, count, 10 * MOST_INVITATIONS) for part in POOL]
    if not faults and not (invitations and cutoff):
        faults.append(_("A round without invitations or a cut-off is none."))
    if not faults and counted_on and counted_on > latest:
        faults.append(_("Its pool was counted on a day to come."))
    if faults:
        raise BadFeed(faults)
    recorded = any(pool)
    return Entry(
        number=number,
        name=name,
        type=type_of(name).value,
        programs=programs,
        date=day,
        drawn_at=drawn[0],
        invitations=invitations,
        cutoff=cutoff,
        tie_break=tie[0],
        tie_break_words=texts["drawCutOff"].strip(),
        tie_break_reading=tie[1].value,
        pool_as_of=counted_on if recorded else None,
        pool=pool if recorded else None,
        raw=dict(row),
    )


def texts_of(row: Any) -> dict[str, str]:
    """The texts of a row, once it is known to have all of them. Raises BadFeed."""
    if not isinstance(row, dict):
        raise BadFeed([_("It is not an object.")])
    if missing := [name for name in NEEDED if name not in row]:
        raise BadFeed([_("%(names)s is missing.") % {"names": ", ".join(missing)}])
    faults = []
    for name, text in row.items():
        if not isinstance(text, str):
            faults.append(_("%(name)s is not a text.") % {"name": printable(name)})
        elif len(text) > LONGEST_TEXT or len(name) > LONGEST_DATE:
            faults.append(_("%(name)s is too long.") % {"name": printable(name)})
        elif not is_storable(text) or not is_storable(name):
            faults.append(_("%(name)s has characters that no text has.") % {"name": printable(name)})
    if faults:
        raise BadFeed(faults)
    return row


def is_storable(text: str) -> bool:
    """May the database keep this? Neither NUL nor half of a pair of surrogates is a character."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def printable(text: str) -> str:
    """What a fault may quote of the feed."""
    shown = "".join(letter if letter.isprintable() else "�" for letter in text)
    return shown if len(shown) <= 60 else f"{shown[:59]}…"


def collapsed(text: str) -> str:
    """A text without HTML, and with single blanks between its words."""
    return " ".join(html.unescape(_tag.sub(" ", text)).split())


def words(text: str, longest: int, needed: bool = False) -> str:
    """Plain words. Raises ValueError."""
    plain = collapsed(text)
    if needed and not plain:
        raise ValueError(_("it is empty."))
    if len(plain) > longest:
        raise ValueError(_("it is longer than %(longest)d characters.") % {"longest": longest})
    if not is_storable(plain):  # "&#0;"
        raise ValueError(_("it has characters that no text has."))
    return plain


def number_of_round(text: str) -> str:
    number = collapsed(text).lower()
    if not re.fullmatch(NUMBER_PATTERN, number):
        raise ValueError(_("“%(text)s” is not the number of a round.") % {"text": printable(text)})
    return number


def count(text: str, most: int) -> int:
    """A number with or without separators. Raises ValueError."""
    plain = collapsed(text)
    if not _number.fullmatch(plain) or not plain.isascii():
        raise ValueError(_("“%(text)s” is not a number.") % {"text": printable(text)})
    found = int(plain.replace(",", "").replace(" ", ""))
    if found > most:
        raise ValueError(_("%(number)d is more than %(most)d.") % {"number": found, "most": most})
    return found


def iso_day(text: str, latest: date) -> date:
    """A day written 2026-08-07. Raises ValueError."""
    plain = collapsed(text)
    try:
        found = date.fromisoformat(plain) if re.fullmatch(r"\d{4}-\d\d-\d\d", plain) else None
    except ValueError:
        found = None
    if found is None:
        raise ValueError(_("“%(text)s” is not a date.") % {"text": printable(text)})
    if not FIRST_DAY <= found <= latest:
        raise ValueError(_("%(day)s is no day on which a round can have been.") % {"day": found})
    return found


def day_in_words(text: str) -> date | None:
    """A day written August 7, 2026; None for an empty text. Raises ValueError."""
    plain = collapsed(text)
    if not plain:
        return None
    found = _day.fullmatch(plain) if len(plain) <= LONGEST_DATE else None
    if found is None or found[3] is None:
        raise ValueError(_("“%(text)s” is not a date.") % {"text": printable(text)})
    return day_of(found[1], int(found[2]), int(found[3]), text)


def day_of(month: str, day: int, year: int, text: str) -> date:
    """A day by the name of its month, which may be cut off. Raises ValueError."""
    fitting = [number for number, name in enumerate(MONTHS, start=1) if name.startswith(month.lower().rstrip("."))]
    try:
        if len(fitting) == 1:
            return date(year, fitting[0], day)
    except ValueError:
        pass
    raise ValueError(_("“%(text)s” is not a date.") % {"text": printable(text)})


def moment(text: str, drawn_on: date) -> tuple[datetime | None, Reading]:
    """A moment such as “August 7, 2026 at 10:08:20 UTC”, and what had to be made of it; None for an empty text.

    drawn_on: the day of the round. A day without a year is the last such day that is not later.

    Raises ValueError.
    """
    plain = collapsed(text)
    if not plain:
        return None, Reading.PLAIN
    not_a_time = ValueError(_("“%(text)s” is not a date with a time.") % {"text": printable(text)})
    day = _day.match(plain) if len(plain) <= LONGEST_DATE else None
    if day is None:
        raise not_a_time
    rest = plain[day.end() :].lstrip(" ,.")
    if rest[:2].lower() == "at":
        rest = rest[2:].lstrip()
    rest = _repeated_day.sub("", rest, count=1) if _repeated_day.match(rest) else rest
    clock = _time.fullmatch(rest)
    if clock is None:
        raise not_a_time
    reading = Reading.PLAIN if clock[5] else Reading.ZONE
    hour, half = int(clock[1]), (clock[4] or "").upper()
    if half:
        reading = Reading.HALF
        if half == "PM" and hour < 12:
            hour += 12
    year = int(day[3] or drawn_on.year)
    if not day[3]:
        reading = Reading.YEAR
        if day_of(day[1], int(day[2]), year, text) > drawn_on:
            year -= 1
    on = day_of(day[1], int(day[2]), year, text)
    try:
        return datetime(on.year, on.month, on.day, hour, int(clock[2]), int(clock[3] or 0), tzinfo=UTC), reading
    except ValueError:
        raise not_a_time from None


def type_of(name: str) -> RoundType:
    """The type of a round by its name in the feed, whatever version it carries; OTHER for a name that is new."""
    plain = f"{_version.sub(' ', name).casefold().strip()} "
    return next((kind for start, kind in NAMES.items() if plain.startswith(start)), RoundType.OTHER)


def adds_up(pool: list[int]) -> bool:
    """Are the sums in a pool those of their parts? Counted from the large bands, as the feed does."""
    large = [place for place in range(TOTAL) if not any(place in parts for parts in SUMS.values())]
    inner = all(pool[place] == sum(pool[part] for part in parts) for place, parts in SUMS.items())
    return inner and pool[TOTAL] == sum(pool[place] for place in large)
