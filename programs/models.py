"""Immigration programs: who they are for, what they ask, what they cost, and whether they can be used now.

Status, fees and processing times are facts of the ledger, so they are dated, sourced and checked like every other
figure, and a change shows wherever they are named.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Any, Self

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from articles import former
from facts.models import SLUG, SLUG_PATTERN, Fact, FactValue, Jurisdiction, Source
from publishing.languages import Bilingual, active

KEY_PART = RegexValidator(r"^[a-z0-9_]+\Z", _("Use small letters, digits and underscores."))  # a part of a fact's key


PROVINCES = [choice for choice in Jurisdiction.choices if choice[0] != Jurisdiction.CANADA]


class Level(models.TextChoices):
    FEDERAL = "federal", _("Federal")
    PROVINCIAL = "provincial", _("Provincial or territorial")


class Family(models.TextChoices):
    """Programs that work alike."""

    EXPRESS_ENTRY = "express_entry", _("Express Entry")
    EXPRESS_ENTRY_CATEGORY = "express_entry_category", _("Express Entry categories")
    PNP = "pnp", _("Provincial nominee programs")
    QUEBEC = "quebec", _("Quebec programs")
    REGIONAL = "regional", _("Regional programs")
    PILOT = "pilot", _("Pilots")
    CAREGIVER = "caregiver", _("Caregivers")
    BUSINESS = "business", _("Business")
    FAMILY = "family", _("Family sponsorship")
    WORK_PERMIT = "work_permit", _("Work permits")
    STUDY = "study", _("Studying")
    VISIT = "visit", _("Visiting")
    HUMANITARIAN = "humanitarian", _("Refugees and humanitarian")
    PUBLIC_POLICY = "public_policy", _("Public policies")
    CITIZENSHIP = "citizenship", _("Citizenship")


class Stay(models.TextChoices):
    """What somebody has in the end."""

    PERMANENT = "permanent", _("Permanent residence")
    TEMPORARY = "temporary", _("A temporary stay")
    STATUS = "status", _("Citizenship")


class Confidence(models.TextChoices):
    """How well we know a program's rules."""

    HIGH = "A", _("Read on an official page, or in two sources that agree")
    MEDIUM = "B", _("One good secondary source, or older official text")
    LOW = "C", _("Mostly background knowledge, or incomplete")


class Completeness(models.TextChoices):
    """Whether our criteria are all of the program's; anything but complete is only “worth checking”."""

    COMPLETE = "complete", _("Complete")
    PARTIAL = "partial", _("Incomplete: worth checking only")
    POINTER = "pointer", _("No criteria: see the official page")
    NONE_NEEDED = "none_needed", _("None needed: nobody can apply")


class ProgramQuerySet(models.QuerySet):
    def listed(self) -> Self:
        """Those that readers see."""
        return self.filter(is_hidden=False)

    def with_status(self) -> Self:
        """Annotate `status_now`, a value of `facts.values.Status`; None where nothing is in force."""
        current = FactValue.objects.in_force().filter(fact=OuterRef("status")).order_by("-in_force_from", "-pk")
        return self.annotate(status_now=Subquery(current.values("content")[:1]))


class Program(Bilingual, models.Model):
    """One way to come, stay or become a citizen, under its official name."""

    key = models.SlugField(
        _("key"),
        max_length=40,
        unique=True,
        validators=[KEY_PART],
        help_text=_("Used by the quiz and the reference data; never changed."),
    )
    name_en = models.CharField(_("name (English)"), max_length=200)
    name_fr = models.CharField(_("name (French)"), max_length=200)
    slug_en = models.SlugField(_("slug (English)"), max_length=80, unique=True, validators=[SLUG])
    slug_fr = models.SlugField(_("slug (French)"), max_length=80, unique=True, validators=[SLUG])
    level = models.CharField(_("level"), max_length=10, choices=Level)
    province = models.CharField(_("province or territory"), max_length=2, choices=PROVINCES, blank=True)
    family = models.CharField(_("family"), max_length=24, choices=Family)
    stay = models.CharField(_("kind"), max_length=10, choices=Stay)
    who_en = models.CharField(_("who it is for (English)"), max_length=300)
    who_fr = models.CharField(_("who it is for (French)"), max_length=300)
    official_url = models.URLField(_("official page"), max_length=500)
    official_url_is_checked = models.BooleanField(_("that address was opened"), default=False)
    confidence = models.CharField(_("confidence"), max_length=1, choices=Confidence, default=Confidence.LOW)
    completeness = models.CharField(_("criteria"), max_length=12, choices=Completeness, default=Completeness.PARTIAL)
    status = models.OneToOneField(
        Fact, verbose_name=_("status"), on_delete=models.PROTECT, related_name="program", editable=False
    )
    fees = models.ManyToManyField(Fact, verbose_name=_("fees"), through="Fee", related_name="+")
    fees_note_en = models.CharField(_("note on fees (English)"), max_length=300, blank=True)
    fees_note_fr = models.CharField(_("note on fees (French)"), max_length=300, blank=True)
    processing_time = models.ForeignKey(
        Fact, verbose_name=_("processing time"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    tag = models.ForeignKey(
        "articles.Tag",
        verbose_name=_("tag"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Articles with this tag are shown on the program’s page, after those that name its status."),
    )
    sources = models.ManyToManyField(
        Source, verbose_name=_("sources"), through="ProgramSource", related_name="programs"
    )
    newest_source = models.CharField(
        _("newest source of"), max_length=40, blank=True, help_text=_("As the reference has it: a date, or “undated”.")
    )
    checked_on = models.DateField(_("last checked"), null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("checked by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    wording_reviewed_on = models.DateField(
        _("French wording reviewed on"),
        null=True,
        blank=True,
        help_text=_("Empty: nobody who knows the law has read the French words yet."),
    )
    is_hidden = models.BooleanField(_("hidden"), default=False)
    changed_at = models.DateTimeField(auto_now=True, editable=False)
    loaded = models.JSONField(
        default=dict, editable=False, help_text="what load_reference wrote, to see what was edited"
    )

    objects = ProgramQuerySet.as_manager()

    class Meta:
        verbose_name = _("program")
        verbose_name_plural = _("programs")
        ordering = ["family", "province", "name_en", "pk"]
        constraints = [
            models.CheckConstraint(
                name="program_slug_format",
                condition=Q(slug_en__regex=SLUG_PATTERN) & Q(slug_fr__regex=SLUG_PATTERN),
                violation_error_message=_("Use small letters without accents, digits and single hyphens."),
            ),
            models.CheckConstraint(
                name="program_province_of_its_level",
                condition=(Q(level="provincial") ^ Q(province="")) & ~Q(province="CA"),
                violation_error_message=_("A provincial program has a province; a federal one has none."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        former.keep(self)
        super().save(*args, **kwargs)

    @property
    def name(self) -> str:
        return self.in_language("name")

    @property
    def slug(self) -> str:
        return self.in_language("slug")

    @property
    def who(self) -> str:
        return self.in_language("who")

    @property
    def fees_note(self) -> str:
        return self.in_language("fees_note")

    @property
    def status_key(self) -> str:
        """The key of the fact that holds the status."""
        return status_key(self.key)

    def get_absolute_url(self) -> str:
        """The program's page in the active language."""
        return reverse("programs:program", kwargs={"slug": self.slug})

    def public_paths(self) -> set[str]:
        """The pages that change with the program, for caches."""
        lists = [partial(reverse, f"programs:{name}") for name in ("programs", "register")]
        pages: list[Callable[[], str]] = [self.get_absolute_url, *lists]
        return {path for page in pages for path in by_language(page).values()}


def by_language(path: Callable[[], str]) -> dict[str, str]:
    """What `path` returns in each language."""
    found = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found[language] = path()
    return found


def status_key(key: str) -> str:
    """The key of a program's status in the ledger."""
    return f"program.{key}.status"


class Fee(models.Model):
    """A fee of a program: a fact of the ledger, in its place in the list."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE)
    fact = models.ForeignKey(Fact, verbose_name=_("fact"), on_delete=models.PROTECT)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("fee")
        verbose_name_plural = _("fees")
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(name="fee_once", fields=["program", "fact"])]

    def __str__(self) -> str:
        return str(self.fact)


class ProgramSource(models.Model):
    """A source of what we say of a program."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE)
    source = models.ForeignKey(Source, verbose_name=_("source"), on_delete=models.PROTECT)
    seen = models.CharField(_("of"), max_length=60, blank=True, help_text=_("The date of the source, or “undated”."))
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(name="program_source_once", fields=["program", "source"])]

    def __str__(self) -> str:
        return str(self.source)

    @property
    def dated(self) -> str:
        """`seen` for readers. Its remarks are English, so French has no more than the date."""
        if active() == "en":
            return self.seen
        if found := re.match(r"(before )?([0-9]{4}(?:-[0-9]{2}){0,2}(?:/[0-9]{2})?)", self.seen):
            return gettext("before %(date)s") % {"date": found[2]} if found[1] else found[2]
        return gettext("undated") if "undated" in self.seen else ""


class Line(Bilingual, models.Model):
    """One line of a program's page, in both languages."""

    text_en = models.CharField(_("English"), max_length=400)
    text_fr = models.CharField(_("French"), max_length=400)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        abstract = True
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        return self.in_language("text")


class Criterion(Line):
    """Something that a program asks for. One with `parts` asks for all or for any of them."""

    class Of(models.TextChoices):
        ALONE = "", _("It stands alone")
        ALL = "all", _("All of the following")
        ANY = "any", _("Any of the following")

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="criteria")
    key = models.CharField(_("key"), max_length=80)
    parent = models.ForeignKey(
        "self", verbose_name=_("part of"), null=True, blank=True, on_delete=models.CASCADE, related_name="parts"
    )
    of = models.CharField(_("parts"), max_length=3, choices=Of, blank=True, default=Of.ALONE)
    text_en = models.CharField(_("English"), max_length=400, blank=True)  # a group may need no words of its own
    text_fr = models.CharField(_("French"), max_length=400, blank=True)

    class Meta(Line.Meta):
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        constraints = [models.UniqueConstraint(name="criterion_once", fields=["program", "key"])]


class Step(Line):
    """What comes after the criteria are met."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="steps")

    class Meta(Line.Meta):
        verbose_name = _("step")
        verbose_name_plural = _("steps")


class Doubt(Line):
    """What we could not confirm; readers see it."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="doubts")

    class Meta(Line.Meta):
        verbose_name = _("unconfirmed point")
        verbose_name_plural = _("unconfirmed points")


def tree(criteria: list[Criterion]) -> list[dict[str, Any]]:
    """A program's criteria as nested lists: `{"text", "of", "parts"}`, in their order."""
    children: dict[int | None, list[Criterion]] = {}
    for row in criteria:
        children.setdefault(row.parent_id, []).append(row)

    def under(parent: int | None) -> list[dict[str, Any]]:
        return [{"text": row.text, "of": row.of, "parts": under(row.pk)} for row in children.get(parent, [])]

    return under(None)
