"""Express Entry rounds of invitations, what was corrected in them, and how reading the official feed goes."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.db.models.functions import Cast, Now, Right, StrIndex
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from programs.models import by_language
from publishing.dates import date_format
from publishing.languages import active

NUMBER_PATTERN = r"^[1-9][0-9]{0,3}[a-i]?$"
FIRST_DAY = date(2015, 1, 1)  # Express Entry began
MOST_POINTS = 1200
MOST_INVITATIONS = 1_000_000

# The scores of dd1 to dd18 of the feed, by their place. Two are sums of those that follow them; the last is the total.
BANDS: list[tuple[int, int]] = [
    (601, 1200), (501, 600), (451, 500), (491, 500), (481, 490), (471, 480), (461, 470), (451, 460),
    (401, 450), (441, 450), (431, 440), (421, 430), (411, 420), (401, 410), (351, 400), (301, 350), (0, 300), (0, 1200),
]  # fmt: skip
SUMS = {2: range(3, 8), 8: range(9, 14)}
TOTAL = 17
PARTS = [place for place in range(len(BANDS)) if place not in SUMS and place != TOTAL]  # every candidate once


class Kind(models.TextChoices):
    """Who a round is open to."""

    GENERAL = "general", pgettext_lazy("round", "General")
    PROGRAM = "program", _("One program")
    CATEGORY = "category-based", _("A category")


class RoundType(models.TextChoices):
    """What a round is called, without the versions that the feed adds to the names."""

    GENERAL = "general", pgettext_lazy("round", "General")
    PNP = "pnp", _("Provincial Nominee Program")
    CEC = "cec", _("Canadian Experience Class")
    FSW = "fsw", _("Federal Skilled Worker")
    FST = "fst", _("Federal Skilled Trades")
    FRENCH = "french", _("French-language proficiency")
    HEALTHCARE = "healthcare", _("Healthcare and social services occupations")
    STEM = "stem", _("STEM occupations")
    TRADES = "trades", _("Trade occupations")
    TRANSPORT = "transport", _("Transport occupations")
    AGRICULTURE = "agriculture", _("Agriculture and agri-food occupations")
    EDUCATION = "education", _("Education occupations")
    SENIOR_MANAGERS = "senior_managers", _("Senior managers with Canadian work experience")
    PHYSICIANS = "physicians", _("Physicians with Canadian work experience")
    MILITARY = "military", _("Skilled military recruits")
    OTHER = "other", _("Another category")

    @property
    def kind(self) -> Kind:
        if self is RoundType.GENERAL:
            return Kind.GENERAL
        return Kind.PROGRAM if self in PROGRAMS else Kind.CATEGORY


PROGRAMS = [RoundType.PNP, RoundType.CEC, RoundType.FSW, RoundType.FST]


class Reading(models.TextChoices):
    """What we had to make of a time that the feed writes in a way of its own."""

    PLAIN = "", _("as the feed says")
    YEAR = "year", _("The feed leaves the year out; it is the last such day before the round.")
    HALF = "half", _("The feed adds AM or PM to a time of 24 hours; we read the 24 hours.")
    ZONE = "zone", _("The feed leaves the time zone out; every other time is in UTC.")


class Origin(models.TextChoices):
    FEED = "feed", _("the official feed")
    REFERENCE = "reference", _("a stored copy of the official feed")
    EDITOR = "editor", _("an editor")


# What a round says, in the order of pages; a change of any is a correction that readers can see.
FIELDS = (
    *("name", "type", "programs", "date", "drawn_at", "invitations", "cutoff", "tie_break", "pool_as_of", "pool"),
)


class RoundQuerySet(models.QuerySet):
    def light(self) -> Self:
        """Without what only the page of one round and the import need."""
        return self.defer("raw", "pool", "programs", "tie_break_words", "held", "created_at")

    def with_corrected(self) -> Self:
        """Annotate `is_corrected`: something that readers could see before was changed."""
        return self.annotate(is_corrected=Exists(Correction.objects.filter(round=OuterRef("pk"), adds_only=False)))

    def last_of_each_type(self) -> Self:
        return self.filter(pk__in=Round.objects.order_by("type", "-date", "-order").distinct("type").values("pk"))


class Round(models.Model):
    """One round of invitations, as the feed has it."""

    number = models.CharField(
        _("number"),
        max_length=5,
        unique=True,
        validators=[RegexValidator(NUMBER_PATTERN.replace("$", r"\Z"), _("Write a number such as 434 or 91a."))],
        help_text=_("As the feed counts them; 91 was split into 91a and 91b."),
    )
    order = models.GeneratedField(
        expression=Cast(
            Func(F("number"), Value("^[0-9]+"), function="substring", output_field=models.TextField()),
            models.IntegerField(),
        )
        * 10
        + StrIndex(Value("abcdefghi"), Right("number", 1)),
        output_field=models.IntegerField(),
        db_persist=True,
        unique=True,
    )
    name = models.CharField(_("name in the feed"), max_length=200)
    type = models.CharField(_("type"), max_length=16, choices=RoundType)
    programs = models.CharField(_("programs"), max_length=300, blank=True, help_text=_("As the feed names them."))
    date = models.DateField(_("date"), validators=[MinValueValidator(FIRST_DAY)])
    drawn_at = models.DateTimeField(_("time"), null=True, blank=True)
    invitations = models.PositiveIntegerField(_("invitations"), validators=[MaxValueValidator(MOST_INVITATIONS)])
    cutoff = models.PositiveSmallIntegerField(_("cut-off"), validators=[MaxValueValidator(MOST_POINTS)])
    tie_break = models.DateTimeField(
        _("tie-break"),
        null=True,
        blank=True,
        help_text=_("A profile with the cut-off score was invited if it was submitted before this moment."),
    )
    tie_break_words = models.CharField(max_length=80, blank=True, editable=False)
    tie_break_reading = models.CharField(max_length=4, choices=Reading, blank=True, default="", editable=False)
    pool_as_of = models.DateField(_("pool counted on"), null=True, blank=True)
    pool = ArrayField(
        models.PositiveIntegerField(),
        verbose_name=_("candidates in the pool"),
        size=len(BANDS),
        null=True,
        blank=True,
        help_text=_("The 18 numbers of the feed, dd1 to dd18, with commas between; empty if they were not recorded."),
    )
    raw = models.JSONField(default=dict, editable=False, help_text="the row of the feed as it came")
    origin = models.CharField(_("comes from"), max_length=9, choices=Origin, default=Origin.EDITOR, editable=False)
    held = ArrayField(models.CharField(max_length=20), default=list, editable=False)  # what an editor has corrected
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(auto_now=True, editable=False)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        ordering = ["-order"]
        indexes = [models.Index(fields=["type", "-date", "-order"], name="round_by_type")]
        constraints = [
            models.CheckConstraint(
                name="round_number_format",
                condition=Q(number__regex=NUMBER_PATTERN),
                violation_error_message=_("Write a number such as 434 or 91a."),
            ),
            models.CheckConstraint(
                name="round_cutoff_is_a_score",
                condition=Q(cutoff__lte=MOST_POINTS),
                violation_error_message=_("A score is at most 1,200."),
            ),
            models.CheckConstraint(
                name="round_pool_is_whole",
                condition=Q(pool=None) | Q(pool__len=len(BANDS)),
                violation_error_message=_("The pool has 18 numbers, or none."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}, {self.date}"

    @property
    def label(self) -> str:
        """What it is called in the active language; a category that we do not know yet by its name in the feed."""
        return self.name if self.type == RoundType.OTHER else str(RoundType(self.type).label)

    @property
    def is_foreign_label(self) -> bool:
        """Is the label English in every language?"""
        return self.type == RoundType.OTHER

    @property
    def kind(self) -> Kind:
        return RoundType(self.type).kind

    @property
    def has_odd_time(self) -> bool:
        """Does the feed give a time on quite another day? The one of a few hours after midnight UTC is not odd."""
        return self.drawn_at is not None and abs(self.drawn_at.date() - self.date) > timedelta(days=1)

    @property
    def program_labels(self) -> list[str]:
        """The programs of the round in the active language; empty if the feed's words are not all known."""
        return [str(one.label) for one in programs_in(self.programs)]

    def get_absolute_url(self) -> str:
        """The round's page in the active language."""
        return reverse("rounds:round", kwargs={"number": self.number})

    def public_paths(self) -> set[str]:
        """The pages that change with the round, for caches."""
        pages = [self.get_absolute_url, lambda: reverse("rounds:rounds"), lambda: reverse("rounds:corrections")]
        return {path for page in pages for path in by_language(page).values()} | {reverse("api_rounds")}


PROGRAM_WORDS = {
    RoundType.FSW: "federal skilled worker",
    RoundType.CEC: "canadian experience class",
    RoundType.FST: "federal skilled trades",
    RoundType.PNP: "provincial nominee",
}


def programs_in(words: str) -> list[RoundType]:
    """The programs that the feed's words name."""
    return [one for one, known in PROGRAM_WORDS.items() if known in words.casefold()]


class Correction(models.Model):
    """What was changed in a round that readers could see; never edited, shown on the round's page and in the log."""

    class By(models.TextChoices):
        FEED = "feed", _("the official feed")
        EDITOR = "editor", _("our editors")
        REFERENCE = "reference", _("a newer copy of the feed")

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="corrections")
    changes = models.JSONField()  # [{"field", "was", "is"}] in the order of FIELDS
    adds_only = models.BooleanField(
        default=False, help_text="nothing that we showed was another: only gaps were filled"
    )
    by = models.CharField(max_length=9, choices=By)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    corrected_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-corrected_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.round_id}: {', '.join(change['field'] for change in self.changes)}"

    @property
    def lines(self) -> list[dict[str, Any]]:
        """`{"field", "was", "is"}` of each change, in words."""
        return [
            {
                "field": field_label(change["field"]),
                "was": in_words(change["field"], change["was"]),
                "is": in_words(change["field"], change["is"]),
                "is_english": change["field"] in {"name", "programs"},
            }
            for change in self.changes
        ]


def plain(value: Any) -> Any:
    """A value of a round as JSON has it."""
    return value.isoformat() if isinstance(value, date) else value


def differences(old: Any, new: Any, fields: Iterable[str] = FIELDS) -> list[dict[str, Any]]:
    """What differs between two states of a round, as `Correction.changes`."""
    pairs = ((name, getattr(old, name), getattr(new, name)) for name in fields)
    return [{"field": name, "was": plain(was), "is": plain(now)} for name, was, now in pairs if was != now]


def only_adds(changes: list[dict[str, Any]]) -> bool:
    """Do these changes only fill what was empty?"""
    return all(change["was"] in (None, "") for change in changes)


def field_label(name: str) -> str:
    return str(Round._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def in_words(field: str, value: Any) -> str:
    """A value of `Correction.changes` for readers."""
    if value in (None, ""):
        return gettext("not recorded")
    match field:
        case "date" | "pool_as_of":
            return date_format(date.fromisoformat(value))
        case "drawn_at" | "tie_break":
            return moment_in_words(datetime.fromisoformat(value))
        case "type":
            return str(RoundType(value).label) if value in RoundType.values else value
        case "pool":
            total = number_format(value[TOTAL], force_grouping=True)
            return gettext("%(total)s candidates in all") % {"total": total}
        case "invitations" | "cutoff":
            return number_format(value, force_grouping=True)
    return str(value)


def day_in_words(day: date) -> str:
    """A day in the active language; remembered, for a list shows hundreds of them."""
    return _day_in_words(day, active())


@lru_cache(maxsize=4096)
def _day_in_words(day: date, language: str) -> str:
    return date_format(day)


def moment_in_words(moment: datetime) -> str:
    """A moment in UTC, to the second, as the feed gives it."""
    return _moment_in_words(moment.astimezone(UTC), active())


@lru_cache(maxsize=4096)
def _moment_in_words(moment: datetime, language: str) -> str:
    return gettext("%(day)s at %(time)s UTC") % {"day": date_format(moment), "time": f"{moment:%H:%M:%S}"}


class FeedState(models.Model):
    """How reading the official feed goes; one row, see `state()`."""

    address = models.CharField(max_length=500, blank=True)
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    copied_on = models.DateField(null=True, help_text="the day of the stored copy that load_reference brought")
    tried_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True, help_text="when an import last changed a round")
    next_try_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0, help_text="tries in vain since the last success")
    fault = models.TextField(blank=True)
    notes = models.JSONField(default=list, help_text="what editors should look at since the last import")

    def __str__(self) -> str:
        return self.fault or "good"

    @property
    def is_behind(self) -> bool:
        """Has nothing been read for so long that readers should be told?"""
        return self.failures > 0


def state() -> FeedState:
    """The one row, or an empty one; a query that changes nothing."""
    return FeedState.objects.filter(pk=1).first() or FeedState(pk=1)


def today() -> date:
    return datetime.now(get_default_timezone()).date()
