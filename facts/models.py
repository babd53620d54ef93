"""Sources, facts and their dated values, what readers report, what was corrected, and the glossary."""

import re
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import DateField, DateTimeField, F, Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Greatest, Now, TruncDate
from django.urls import reverse
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext_lazy as _

from facts import values
from facts.states import NOTICE, Freshness, Risk, State, freshness
from facts.values import Kind, Shape, Unit
from publishing.languages import Bilingual, active, colon

KEY_PATTERN = r"^[a-z0-9_]+(\.[a-z0-9_]+)+$"
KEY = RegexValidator(KEY_PATTERN, _("Use small letters, digits and underscores, in parts with dots: ee.fee.principal."))
SLUG_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
SLUG = RegexValidator(SLUG_PATTERN, _("Use small letters without accents, digits and single hyphens."))


def is_key(text: str) -> bool:
    """Can this be the key of a fact? An address may bring what no database takes."""
    return re.fullmatch(KEY_PATTERN, text) is not None


def Today() -> Any:  # noqa: N802  an expression, like Now()
    """The day on which a statement runs, by the database's clock, in the site's time zone."""
    return TruncDate(Now(), tzinfo=get_default_timezone())


class Jurisdiction(models.TextChoices):
    """Whose rule a fact is."""

    CANADA = "CA", _("Canada")
    ALBERTA = "AB", _("Alberta")
    BRITISH_COLUMBIA = "BC", _("British Columbia")
    MANITOBA = "MB", _("Manitoba")
    NEW_BRUNSWICK = "NB", _("New Brunswick")
    NEWFOUNDLAND_AND_LABRADOR = "NL", _("Newfoundland and Labrador")
    NORTHWEST_TERRITORIES = "NT", _("Northwest Territories")
    NOVA_SCOTIA = "NS", _("Nova Scotia")
    NUNAVUT = "NU", _("Nunavut")
    ONTARIO = "ON", _("Ontario")
    PRINCE_EDWARD_ISLAND = "PE", _("Prince Edward Island")
    QUEBEC = "QC", _("Quebec")
    SASKATCHEWAN = "SK", _("Saskatchewan")
    YUKON = "YT", _("Yukon")


class SourceLanguage(models.TextChoices):
    ENGLISH = "en", _("English")
    FRENCH = "fr", _("French")
    BOTH = "both", _("English and French")


class Source(Bilingual, models.Model):
    """Where facts come from: one page of one publisher, fetched now and then to see whether it has changed."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True, validators=[SLUG])
    publisher_en = models.CharField(_("publisher (English)"), max_length=120)
    publisher_fr = models.CharField(_("publisher (French)"), max_length=120)
    title_en = models.CharField(_("title (English)"), max_length=200)
    title_fr = models.CharField(_("title (French)"), max_length=200)
    url = models.URLField(
        _("address"), max_length=500, unique=True, null=True, blank=True, help_text=_("Empty for what is no page.")
    )
    language = models.CharField(
        _("language"), max_length=4, choices=SourceLanguage, default=SourceLanguage.ENGLISH, help_text=_("of the page")
    )
    is_official = models.BooleanField(_("official"), default=False, help_text=_("A government’s own page."))
    is_watched = models.BooleanField(
        _("watched"), default=True, help_text=_("Fetched regularly, to see whether it has changed.")
    )
    fetched_at = models.DateTimeField(_("last fetched"), null=True, editable=False)
    tried_at = models.DateTimeField(_("last tried"), null=True, editable=False)
    fault = models.CharField(_("what went wrong"), max_length=200, blank=True, editable=False)
    etag = models.CharField(max_length=200, blank=True, editable=False)
    last_modified = models.CharField(max_length=80, blank=True, editable=False)
    content_hash = models.CharField(
        _("content hash"), max_length=64, blank=True, editable=False, help_text=_("SHA-256 of the words of the page")
    )
    changed_at = models.DateTimeField(
        _("found changed"), null=True, editable=False, help_text=_("until an editor has looked at the change")
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["publisher_en", "title_en", "pk"]
        constraints = [
            models.CheckConstraint(
                name="source_slug_format",
                condition=Q(slug__regex=SLUG_PATTERN),
                violation_error_message=_("Use small letters without accents, digits and single hyphens."),
            )
        ]

    def __str__(self) -> str:
        return f"{colon(self.publisher)} {self.title}"

    @property
    def publisher(self) -> str:
        return self.in_language("publisher")

    @property
    def title(self) -> str:
        return self.in_language("title")

    def get_absolute_url(self) -> str:
        """The source's page in the active language."""
        return reverse("facts:source", kwargs={"slug": self.slug})


class FactQuerySet(models.QuerySet):
    def with_current(self) -> Self:
        """Annotate `current_id`, `verified_on` and `due_on` of the value in force, and `today`, all by the database."""
        current = FactValue.objects.in_force().filter(fact=OuterRef("pk")).order_by("-in_force_from", "-pk")
        rows = self.annotate(
            today=Today(),
            current_id=Subquery(current.values("pk")[:1]),
            verified_on=Subquery(current.values("verified_on")[:1]),
        )
        days = Func(F("review_days"), template="make_interval(days => %(expressions)s::int)")
        return rows.annotate(due_on=Cast(F("verified_on") + days, DateField()))

    def in_state(self, state: State) -> Self:
        """Those of one state; call it after `with_current`."""
        if state == State.ARCHIVED:
            return self.exclude(archived_at=None)
        kept = self.filter(archived_at=None)
        if state == State.OVERDUE:
            return kept.filter(Q(due_on=None) | Q(due_on__lt=F("today")))
        notice = F("today") + Value(NOTICE)
        if state == State.DUE:
            return kept.filter(due_on__gte=F("today"), due_on__lte=notice)
        return kept.filter(due_on__gt=notice)


class Fact(Bilingual, models.Model):
    """One thing that can be looked up and can change, whatever its value is at the moment."""

    key = models.CharField(
        _("key"),
        max_length=80,
        unique=True,
        validators=[KEY],
        help_text=_("Never changed once it is used: texts name the fact by it."),
    )
    says_en = models.CharField(_("what it says (English)"), max_length=200)
    says_fr = models.CharField(_("what it says (French)"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    unit = models.CharField(_("unit"), max_length=12, choices=Unit, blank=True, default=Unit.NONE)
    shape = models.CharField(_("shape of its table"), max_length=20, choices=Shape, blank=True, default=Shape.FREE)
    jurisdiction = models.CharField(_("jurisdiction"), max_length=2, choices=Jurisdiction, default=Jurisdiction.CANADA)
    risk = models.CharField(_("risk"), max_length=6, choices=Risk, default=Risk.MEDIUM)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Who checks it."),
    )
    review_days = models.PositiveSmallIntegerField(
        _("check every"),
        default=180,
        validators=[MinValueValidator(1), MaxValueValidator(1095)],
        help_text=_("days"),
    )
    archived_at = models.DateTimeField(_("no longer kept up since"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(auto_now=True, editable=False)
    loaded = models.JSONField(
        default=dict, editable=False, help_text="what load_reference wrote, to see what was edited"
    )

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                name="fact_key_format",
                condition=Q(key__regex=KEY_PATTERN),
                violation_error_message=_("Use small letters, digits and underscores, in parts with dots."),
            ),
            models.CheckConstraint(
                name="fact_review_days", condition=Q(review_days__gte=1), violation_error_message=_("At least a day.")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.says}"

    @property
    def says(self) -> str:
        return self.in_language("says")

    def get_absolute_url(self) -> str:
        """The fact's page in the active language."""
        return reverse("facts:fact", kwargs={"key": self.key})


class FactValueQuerySet(models.QuerySet):
    def in_force(self) -> Self:
        """Values whose day has come; the one of a fact that counts is the latest of them."""
        return self.filter(in_force_from__lte=Today())

    def coming(self) -> Self:
        """Values that will come into force by themselves."""
        return self.filter(in_force_from__gt=Today())

    def current(self) -> Self:
        """One value for each fact, the one that counts today, with its fact, its source and `today`."""
        rows = self.in_force().order_by("fact_id", "-in_force_from", "-pk").distinct("fact_id")
        return rows.select_related("fact", "source").annotate(today=Today())

    def logged(self, *, first: bool = False) -> Self:
        """Changes that readers could notice, the latest first, with what was before; `logged_at` says when they could.

        first: with the first values of facts too.
        """
        rows = self.in_force()
        if not first:  # neither the beginning of a fact nor the same value of another day is a change
            rows = rows.exclude(reason=FactValue.Reason.FIRST).exclude(content=F("replaces__content"))
        return (
            rows.select_related("fact", "source", "replaces")
            .annotate(logged_at=Greatest(F("noted_at"), _midnight("in_force_from")))
            .order_by("-logged_at", "-pk")
        )


def _midnight(name: str) -> Func:
    """The moment at which a day begins in the site's time zone."""
    template = f"(%(expressions)s::timestamp AT TIME ZONE '{settings.TIME_ZONE}')"
    return Func(F(name), template=template, output_field=DateTimeField())


class FactValue(Bilingual, models.Model):
    """What a fact's value is from a day on. Once in force it is never edited or deleted (a trigger of the database
    sees to it): a change is a new row, and so is a correction. Only its last check moves on.
    """

    class Reason(models.TextChoices):
        FIRST = "first", _("First value")
        CHANGE = "change", _("It changed")
        CORRECTION = "correction", _("We had it wrong")

    class Noticed(models.TextChoices):
        EDITOR = "editor", _("an editor")
        READER = "reader", _("a reader")
        SOURCE_CHECK = "source", _("our check of the source")
        REFERENCE = "reference", _("our own research")

    fact = models.ForeignKey(Fact, verbose_name=_("fact"), on_delete=models.PROTECT, related_name="values")
    content = models.JSONField(_("value"))
    in_force_from = models.DateField(_("in force from"))
    is_exact = models.BooleanField(
        _("that day is known"), default=True, help_text=_("Not ticked: in force at the latest since that day.")
    )
    source = models.ForeignKey(Source, verbose_name=_("source"), on_delete=models.PROTECT, related_name="values")
    locator = models.CharField(
        _("where in the source"), max_length=120, blank=True, help_text=_("Such as: s. 76(1)(b), or table 2")
    )
    note_en = models.CharField(_("note (English)"), max_length=700, blank=True)
    note_fr = models.CharField(_("note (French)"), max_length=700, blank=True)
    reason = models.CharField(_("why"), max_length=10, choices=Reason, default=Reason.CHANGE)
    noticed_by = models.CharField(_("who noticed"), max_length=10, choices=Noticed, default=Noticed.EDITOR)
    replaces = models.ForeignKey(
        "self", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="replaced_by"
    )
    verified_on = models.DateField(
        _("verified on"), null=True, blank=True, help_text=_("The day on which somebody saw this value in its source.")
    )
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("verified by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    noted_at = models.DateTimeField(_("noted"), db_default=Now(), editable=False)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True, editable=False, help_text="when its last check was noted")

    objects = FactValueQuerySet.as_manager()

    class Meta:
        verbose_name = _("value")
        verbose_name_plural = _("values")
        ordering = ["fact", "-in_force_from", "-pk"]
        indexes = [
            models.Index(fields=["fact", "-in_force_from", "-id"], name="fact_value_in_force"),
            models.Index(fields=["-noted_at", "-id"], name="fact_value_newest"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The value in the active language."""
        return self.text_in(active())

    def text_in(self, language: str) -> str:
        """The value as plain text in a language."""
        return values.shown(self.fact.kind, self.content, self.fact.unit, language)

    @property
    def table(self) -> dict[str, Any]:
        """The columns and rows of a table in the active language."""
        return values.shown_table(self.content)

    @property
    def note(self) -> str:
        return self.in_language("note")

    @property
    def freshness(self) -> Freshness:
        """State and next check, judged by the `today` that `current()` brings."""
        today = self.today  # type: ignore[attr-defined]
        archived = self.fact.archived_at is not None
        return freshness(self.verified_on, self.fact.review_days, today, archived=archived)


class Report(models.Model):
    """What a reader says is wrong: on a page, or with a fact. The e-mail address goes once it has been answered."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        CORRECTED = "corrected", _("Corrected")
        ANSWERED = "answered", _("Answered: it was right")
        DISMISSED = "dismissed", _("Dismissed: not a report")

    fact = models.ForeignKey(
        Fact, verbose_name=_("fact"), null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    path = models.CharField(_("page"), max_length=300, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    words = models.TextField(_("what the reader says"), max_length=2000)
    evidence = models.URLField(_("where it can be seen"), max_length=500, blank=True)
    email = models.EmailField(_("e-mail for an answer"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    answer = models.TextField(
        _("answer"), max_length=2000, blank=True, help_text=_("Sent to the reader if an address was left.")
    )
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    answer_sent_at = models.DateTimeField(_("answer sent"), null=True, editable=False)
    created_at = models.DateTimeField(_("reported"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["state", "-created_at"], name="report_queue")]
        permissions = [("answer_report", "Can answer what readers report")]

    def __str__(self) -> str:
        return self.words[:80]


class Correction(Bilingual, models.Model):
    """A mistake of ours that was mended, for the public page of corrections: a fact's value, or words of a page."""

    value = models.OneToOneField(
        FactValue, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="correction"
    )
    path = models.CharField(
        _("page"), max_length=300, blank=True, help_text=_("The page that was wrong, such as /en/articles/…/")
    )
    was_en = models.CharField(_("what we said (English)"), max_length=400, blank=True)
    was_fr = models.CharField(_("what we said (French)"), max_length=400, blank=True)
    is_en = models.CharField(_("what is right (English)"), max_length=400, blank=True)
    is_fr = models.CharField(_("what is right (French)"), max_length=400, blank=True)
    noticed_by = models.CharField(
        _("who noticed"), max_length=10, choices=FactValue.Noticed, default=FactValue.Noticed.EDITOR
    )
    report = models.ForeignKey(
        Report, verbose_name=_("report"), null=True, blank=True, on_delete=models.SET_NULL, related_name="corrections"
    )
    corrected_at = models.DateTimeField(_("corrected"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-corrected_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="correction_says_what_was_wrong",
                condition=Q(value__isnull=False) | (~Q(path="") & ~Q(was_en="") & ~Q(was_fr="")),
                violation_error_message=_("Say which page was wrong, and what it said, in both languages."),
            )
        ]

    def __str__(self) -> str:
        return self.was or (str(self.value.fact) if self.value else "")

    @property
    def subject(self) -> str:
        """What was wrong: a fact in its words, or a page by its path."""
        return self.value.fact.says if self.value is not None else self.path

    @property
    def was(self) -> str:
        """What we said, in the active language."""
        if self.value is not None:
            return self.value.replaces.text if self.value.replaces else ""
        return self.in_language("was")

    @property
    def is_now(self) -> str:
        """What is right, in the active language."""
        return self.value.text if self.value is not None else self.in_language("is")


class TermQuerySet(models.QuerySet):
    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the terms, and have their marks taken out of texts, as the admin's action for many does."""
        deleted = super().delete()
        from facts import glossary  # it needs the terms

        glossary.changed()
        return deleted

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class Term(Bilingual, models.Model):
    """One word of the field, in both languages, as the glossary explains it."""

    key = models.SlugField(_("key"), max_length=60, unique=True, validators=[SLUG])
    term_en = models.CharField(_("term (English)"), max_length=80)
    term_fr = models.CharField(_("term (French)"), max_length=80)
    short_en = models.CharField(_("abbreviation (English)"), max_length=20, blank=True)
    short_fr = models.CharField(_("abbreviation (French)"), max_length=20, blank=True)
    also_en = ArrayField(
        models.CharField(max_length=80),
        verbose_name=_("also written (English)"),
        default=list,
        blank=True,
        help_text=_("Other words for it in running text, with commas between."),
    )
    also_fr = ArrayField(
        models.CharField(max_length=80), verbose_name=_("also written (French)"), default=list, blank=True
    )
    meaning_en = models.CharField(_("meaning (English)"), max_length=400)
    meaning_fr = models.CharField(_("meaning (French)"), max_length=400)
    confusion_en = models.CharField(_("often confused (English)"), max_length=400, blank=True)
    confusion_fr = models.CharField(_("often confused (French)"), max_length=400, blank=True)
    url_en = models.URLField(_("official page (English)"), max_length=500, blank=True)
    url_fr = models.URLField(_("official page (French)"), max_length=500, blank=True)
    is_marked = models.BooleanField(
        _("marked in articles"), default=True, help_text=_("At its first use in a text, with its meaning.")
    )
    changed_at = models.DateTimeField(auto_now=True, editable=False)
    loaded = models.JSONField(default=dict, editable=False)

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("glossary")
        ordering = ["key"]

    def __str__(self) -> str:
        return f"{self.term_en} / {self.term_fr}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        from facts import glossary  # it needs the terms

        glossary.changed()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        deleted = super().delete(*args, **kwargs)
        from facts import glossary  # it needs the terms

        glossary.changed()
        return deleted

    @property
    def term(self) -> str:
        return self.in_language("term")

    @property
    def short(self) -> str:
        return self.in_language("short")

    @property
    def meaning(self) -> str:
        return self.in_language("meaning")

    @property
    def confusion(self) -> str:
        return self.in_language("confusion")

    @property
    def url(self) -> str:
        return self.in_language("url")

    def get_absolute_url(self) -> str:
        """Its place on the glossary's page in the active language."""
        return f"{reverse('facts:glossary')}#{self.key}"
