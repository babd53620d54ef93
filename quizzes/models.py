"""What the quizzes keep: their words, answers while they last, saved and shared results, counts, personas.

Of the calculators: versions of the CRS that editors enter, and saved profiles.
"""

import hashlib
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from publishing.languages import Bilingual

SITTING_LIFE = timedelta(days=30)
SAVED_LIFE = timedelta(days=365)
TOKEN_LENGTH = 32  # of 62 letters and digits: 190 bits
SLUG = RegexValidator(r"^[a-z][a-z0-9-]*\Z", _("Use small letters, digits and hyphens."))
LOADED = "what load_reference wrote, to see what was edited"


def new_token() -> str:
    """An unguessable word for a cookie or a link. The database keeps only its hash."""
    return get_random_string(TOKEN_LENGTH)


def token_hash(token: str) -> str:
    """What the database knows a token by; a copy of the database opens no link."""
    return hashlib.sha256(f"quizzes.token {token}".encode()).hexdigest()  # it has 190 bits, so it needs no key


class Quiz(Bilingual, models.Model):
    """The words of one quiz. Its route is in quizzes/flow.py."""

    key = models.SlugField(_("key"), max_length=20, unique=True, editable=False)
    title_en = models.CharField(_("title (English)"), max_length=120)
    title_fr = models.CharField(_("title (French)"), max_length=120)
    intro_en = models.TextField(_("introduction (English)"), max_length=600)
    intro_fr = models.TextField(_("introduction (French)"), max_length=600)
    loaded = models.JSONField(default=dict, editable=False, help_text=LOADED)

    class Meta:
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.title_en


class Question(Bilingual, models.Model):
    """The words of one question and its place. What it asks, and when, is in quizzes/flow.py under the same slug."""

    quiz = models.ForeignKey(Quiz, verbose_name=_("quiz"), on_delete=models.CASCADE, related_name="questions")
    slug = models.CharField(_("slug"), max_length=30, validators=[SLUG], editable=False)
    position = models.PositiveSmallIntegerField(
        _("position"), help_text=_("Questions are asked in this order, each only if it can still matter.")
    )
    heading_en = models.CharField(_("question (English)"), max_length=160)
    heading_fr = models.CharField(_("question (French)"), max_length=160)
    hint_en = models.TextField(_("help (English)"), max_length=600, blank=True)
    hint_fr = models.TextField(_("help (French)"), max_length=600, blank=True)
    why_en = models.TextField(_("why we ask (English)"), max_length=600)
    why_fr = models.TextField(_("why we ask (French)"), max_length=600)
    loaded = models.JSONField(default=dict, editable=False, help_text=LOADED)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["quiz", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["quiz", "slug"], name="question_once_in_a_quiz")]

    def __str__(self) -> str:
        return self.heading_en


class Choice(Bilingual, models.Model):
    """The label of a field of a question, or of one choice of it.

    code: `<field>` for the label of a field, `<field>.<choice>` for that of a choice.
    """

    question = models.ForeignKey(Question, verbose_name=_("question"), on_delete=models.CASCADE, related_name="choices")
    code = models.CharField(_("code"), max_length=80, editable=False)
    position = models.PositiveSmallIntegerField(_("position"))
    label_en = models.CharField(_("label (English)"), max_length=160)
    label_fr = models.CharField(_("label (French)"), max_length=160)
    hint_en = models.CharField(_("help (English)"), max_length=300, blank=True)
    hint_fr = models.CharField(_("help (French)"), max_length=300, blank=True)
    loaded = models.JSONField(default=dict, editable=False, help_text=LOADED)

    class Meta:
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        ordering = ["question", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["question", "code"], name="choice_once_in_a_question")]

    def __str__(self) -> str:
        return self.label_en


class SittingQuerySet(models.QuerySet):
    def current(self) -> Self:
        """Those that have not run out."""
        return self.filter(expires_at__gt=Now())


class Sitting(models.Model):
    """One visitor's answers while they last: 30 days after the latest one. Both quizzes share them.

    given: `{question slug: {field: value}}`, as quizzes/flow.py cleans it; a value null is "not sure".
    """

    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    given = models.JSONField(default=dict)
    finished = models.JSONField(default=list)  # keys of the quizzes whose result was seen, for the counts
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(db_index=True)

    objects = SittingQuerySet.as_manager()

    class Meta:
        verbose_name = _("sitting")
        verbose_name_plural = _("sittings")

    def __str__(self) -> str:
        return str(self.pk)  # and nothing that was answered


class SavedQuerySet(models.QuerySet):
    def current(self) -> Self:
        """Those that have not run out."""
        return self.filter(expires_at__gt=Now())

    def named(self, token: str) -> Any:
        """The one that a link names, or None."""
        return self.current().filter(token_hash=token_hash(token)).first()


class SavedAnswers(models.Model):
    """Answers that somebody saved behind a private link, for a year. Opening it judges them by the rules of today.

    verdicts: `{program id: verdict}` as they were when saved, to say what has changed since.
    """

    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    quiz = models.CharField(max_length=20)
    language = models.CharField(max_length=2)
    given = models.JSONField()
    verdicts = models.JSONField()
    rules_version = models.CharField(max_length=40)
    judged_on = models.DateField()
    share_turn = models.PositiveSmallIntegerField(default=0)  # one more at each end of sharing, so old links stay shut
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(db_index=True)

    objects = SavedQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved answers")
        verbose_name_plural = _("saved answers")

    def __str__(self) -> str:
        return str(self.pk)


class SharedResult(models.Model):
    """Verdicts that somebody shares behind a link: program ids and verdicts, and no answers."""

    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    saved = models.ForeignKey(SavedAnswers, null=True, blank=True, on_delete=models.CASCADE, related_name="shared")
    quiz = models.CharField(max_length=20)
    places = models.JSONField()  # [{"program": id, "verdict": …, "reasons": [code, …]}], in their order
    rules_version = models.CharField(max_length=40)
    judged_on = models.DateField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(db_index=True)

    objects = SavedQuerySet.as_manager()

    class Meta:
        verbose_name = _("shared result")
        verbose_name_plural = _("shared results")

    def __str__(self) -> str:
        return str(self.pk)


class Count(models.Model):
    """How often something happened on one day: numbers only, nothing of anybody's answers."""

    class What(models.TextChoices):
        START = "start", _("started")
        ANSWER = "answer", _("question answered")
        SHOWN = "shown", _("question shown")
        FINISH = "finish", _("result seen")
        VERDICT = "verdict", _("verdict")
        SAVE = "save", _("saved")

    day = models.DateField()
    quiz = models.CharField(max_length=20)
    what = models.CharField(max_length=10, choices=What)
    name = models.CharField(max_length=60, blank=True)  # a question's slug, or `<program>.<verdict>`
    number = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("count")
        verbose_name_plural = _("counts")
        ordering = ["-day", "quiz", "what", "name"]
        constraints = [models.UniqueConstraint(fields=["day", "quiz", "what", "name"], name="count_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.quiz} {self.what} {self.name}"


class Persona(models.Model):
    """An invented person with the verdicts that we expect, run whenever something that decides them changes.

    facts: as the public interface takes them. expected: `{program id: verdict}`, for the programs that matter here.
    """

    key = models.CharField(_("key"), max_length=40, unique=True, validators=[SLUG])
    name = models.CharField(_("name"), max_length=120)
    note = models.TextField(_("note"), blank=True, help_text=_("What this person is there to show."))
    facts = models.JSONField(_("facts"), default=dict)
    expected = models.JSONField(_("expected verdicts"), default=dict)
    is_active = models.BooleanField(_("run"), default=True)
    loaded = models.JSONField(default=dict, editable=False, help_text=LOADED)

    class Meta:
        verbose_name = _("persona")
        verbose_name_plural = _("personas")
        ordering = ["key"]
        constraints = [models.CheckConstraint(name="persona_has_a_key", condition=~Q(key=""))]

    def __str__(self) -> str:
        return self.name


class CRSVersionQuerySet(models.QuerySet):
    def published(self) -> Self:
        """Those that scores are counted by, the oldest first."""
        return self.filter(withdrawn_at=None).exclude(published_at=None).order_by("in_force", "pk")


class CRSVersion(models.Model):
    """A version of the Comprehensive Ranking System that an editor entered.

    Once published it stays as it is: one that turns out wrong is withdrawn, and another is entered in its place.

    rules: in the shape of quizzes.crs.tables.VersionData, checked by crs.version_from; in_force follows from it.
    """

    in_force = models.DateField(_("first day in force"), editable=False)
    rules = models.JSONField(_("rules"))
    note = models.TextField(
        _("note"), max_length=1000, blank=True, help_text=_("For editors: who read which text, and when.")
    )
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("published by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(auto_now=True, editable=False)

    objects = CRSVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of the CRS")
        verbose_name_plural = _("versions of the CRS")
        ordering = ["-in_force", "-pk"]
        permissions = [("publish_crsversion", "Can publish and withdraw versions of the CRS")]
        constraints = [
            models.UniqueConstraint(fields=["in_force"], condition=Q(withdrawn_at=None), name="crs_version_once_a_day")
        ]

    def __str__(self) -> str:
        return self.in_force.isoformat()


class SavedProfile(models.Model):
    """What somebody entered into the CRS calculator, saved behind a private link for a year, with the score it had.

    given: `{name of a field: [what was written]}`, as calculator_forms reads it.
    """

    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    language = models.CharField(max_length=2)
    given = models.JSONField()
    lowest = models.PositiveSmallIntegerField()
    highest = models.PositiveSmallIntegerField()
    rules = models.CharField(max_length=10)
    scored_on = models.DateField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(db_index=True)

    objects = SavedQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved profile")
        verbose_name_plural = _("saved profiles")

    def __str__(self) -> str:
        return str(self.pk)
