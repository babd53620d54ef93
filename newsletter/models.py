"""Who gets the newsletter, what they agreed to, and who must never be mailed again.

Nobody's row is made before they have confirmed: until then there is a `SignUp`, which is forgotten after some days.
"""

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from articles.models import SLUG
from newsletter.addresses import HASH_LENGTH, LONGEST, masked
from newsletter.tokens import TOKEN_LENGTH, new_token
from publishing.languages import Bilingual


class Language(models.TextChoices):
    """What the newsletter is written in."""

    ENGLISH = "en", _("English")
    FRENCH = "fr", _("French")


class Pace(models.TextChoices):
    """How often somebody wants mail."""

    AT_ONCE = "at_once", _("As it happens")
    WEEKLY = "weekly", _("Once a week")
    MONTHLY = "monthly", _("Once a month")


class TopicQuerySet(models.QuerySet):
    def offered(self) -> Self:
        """What can be chosen today."""
        return self.filter(is_offered=True)


class Topic(Bilingual, models.Model):
    """What one can subscribe to. Sign-up boxes of articles name it by its key."""

    key = models.CharField(
        _("key"), max_length=20, unique=True, validators=[SLUG], help_text=_("Categories of articles name it by this.")
    )
    name_en = models.CharField(_("name (English)"), max_length=60)
    name_fr = models.CharField(_("name (French)"), max_length=60)
    description_en = models.CharField(_("description (English)"), max_length=200)
    description_fr = models.CharField(_("description (French)"), max_length=200)
    sample_title_en = models.CharField(_("subject of the sample (English)"), max_length=120)
    sample_title_fr = models.CharField(_("subject of the sample (French)"), max_length=120)
    sample_en = models.TextField(_("sample (English)"), max_length=1500, help_text=_("An empty line ends a paragraph."))
    sample_fr = models.TextField(_("sample (French)"), max_length=1500)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_offered = models.BooleanField(
        _("offered"), default=True, help_text=_("Without this tick nobody can choose it; who has it keeps it.")
    )
    loaded = models.JSONField(default=dict, editable=False)

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.in_language("name")

    @property
    def description(self) -> str:
        return self.in_language("description")

    @property
    def sample_title(self) -> str:
        return self.in_language("sample_title")

    @property
    def sample(self) -> str:
        return self.in_language("sample")


class SubscriberQuerySet(models.QuerySet):
    def mailable(self) -> Self:
        """Whom mail may reach now: active, not paused, and not held back by the list of suppressed addresses."""
        held_back = Suppression.objects.filter(address_hash=OuterRef("address_hash"))
        return self.filter(Q(paused_until=None) | Q(paused_until__lte=Now()), ~Exists(held_back), status="active")


class Subscriber(models.Model):
    """Somebody who confirmed, or whose consent was imported. Erasing deletes the row."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        LEFT = "left", _("Has left")

    email = models.CharField(_("e-mail address"), max_length=LONGEST, help_text=_("As it was typed."))
    email_key = models.CharField(max_length=LONGEST, unique=True, editable=False)
    address_hash = models.CharField(max_length=HASH_LENGTH, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.ENGLISH)
    time_zone = models.CharField(_("time zone"), max_length=40, default=settings.TIME_ZONE)
    status = models.CharField(_("status"), max_length=6, choices=Status, default=Status.ACTIVE)
    pace = models.CharField(_("pace"), max_length=8, choices=Pace, default=Pace.WEEKLY)
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True)
    token = models.CharField(max_length=TOKEN_LENGTH, unique=True, default=new_token, editable=False)
    is_role = models.BooleanField(_("belongs to an office"), default=False)
    is_disposable = models.BooleanField(_("disposable"), default=False)
    joined_at = models.DateTimeField(_("joined"), db_default=Now())
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    erase_at = models.DateTimeField(_("to be erased"), null=True, blank=True, db_index=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        ordering = ["-joined_at", "-pk"]
        indexes = [models.Index(fields=["-joined_at", "-id"], name="subscriber_newest")]
        permissions = [
            ("import_subscriber", "Can import subscribers"),
            ("export_subscriber", "Can export subscribers"),
            ("erase_subscriber", "Can erase a subscriber"),
        ]

    def __str__(self) -> str:
        return masked(self.email)  # records of what editors did hold this, and outlive the row


class ConsentText(models.Model):
    """Words that were shown beside a box to tick. version: from the words themselves, so it changes when they do."""

    version = models.CharField(_("version"), max_length=12)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    text = models.TextField(_("text"))
    first_used_at = models.DateTimeField(_("first used"), db_default=Now())

    class Meta:
        verbose_name = _("words of consent")
        verbose_name_plural = _("words of consent")
        constraints = [models.UniqueConstraint(fields=["version", "language"], name="consent_text_once")]

    def __str__(self) -> str:
        return f"{self.version} ({self.language})"


class Consent(models.Model):
    """One line of the record: somebody agreed, or took it back. A trigger refuses to change or delete it.

    Erasing a subscriber leaves the line with the keyed hash of the address alone. topic: None for all topics.
    evidence: what shows it, such as the page, the moments and the networks of asking and confirming, or the import.
    """

    class Kind(models.TextChoices):
        EXPRESS = "express", _("Express")
        PURCHASE = "implied-purchase", _("Implied: purchase or contract")
        MEMBERSHIP = "implied-membership", _("Implied: membership, donation, volunteering")
        INQUIRY = "implied-inquiry", _("Implied: inquiry")

    class Act(models.TextChoices):
        GIVEN = "given", _("Given")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Method(models.TextChoices):
        CONFIRMED = "confirmed", _("Form, and the link of a mail")
        PREFERENCES = "preferences", _("Preferences page")
        ONE_CLICK = "one-click", _("Leaving in one click")
        IMPORT = "import", _("Import")
        EDITOR = "editor", _("By an editor")
        ERASED = "erased", _("Erased")
        PROVIDER = "provider", _("Complaint or bounce")

    subscriber = models.ForeignKey(
        Subscriber, verbose_name=_("subscriber"), null=True, on_delete=models.SET_NULL, related_name="consents"
    )
    address_hash = models.CharField(max_length=HASH_LENGTH, db_index=True, editable=False)
    topic = models.ForeignKey(Topic, verbose_name=_("topic"), null=True, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(_("act"), max_length=9, choices=Act)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, blank=True)
    method = models.CharField(_("by"), max_length=12, choices=Method)
    text = models.ForeignKey(
        ConsentText, verbose_name=_("words"), null=True, on_delete=models.PROTECT, related_name="consents"
    )
    evidence = models.JSONField(_("evidence"), default=dict)
    at = models.DateTimeField(_("at"), db_default=TransactionNow())
    expires_at = models.DateTimeField(_("expires"), null=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(name="given_consent_has_a_kind", condition=Q(act="withdrawn") | ~Q(kind="")),
            models.CheckConstraint(
                name="implied_consent_expires",
                condition=Q(kind__in=["", "express"]) | Q(expires_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.at:%Y-%m-%d}"

    @property
    def shown(self) -> str:
        """The evidence in one line."""
        return "; ".join(f"{name}: {value}" for name, value in self.evidence.items() if value)


class SubscriptionQuerySet(models.QuerySet):
    def current(self) -> Self:
        """Those with a consent that holds now."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=Now()), is_on=True)


class Subscription(models.Model):
    """Whether somebody gets a topic now, and by which line of the record; changed in the same transaction as that."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="subscriptions")
    topic = models.ForeignKey(Topic, verbose_name=_("topic"), on_delete=models.PROTECT, related_name="subscriptions")
    is_on = models.BooleanField(_("on"), default=True)
    consent = models.ForeignKey(Consent, verbose_name=_("consent"), on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["topic", "pk"]
        constraints = [models.UniqueConstraint(fields=["subscriber", "topic"], name="subscription_once")]
        indexes = [
            models.Index(fields=["topic", "subscriber"], name="subscription_on", condition=Q(is_on=True)),
            models.Index(
                fields=["expires_at"], name="subscription_expiring", condition=Q(is_on=True, expires_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic_id}: {self.is_on}"


class Suppression(models.Model):
    """An address that is not mailed, by its keyed hash. It is looked up at sign-up, at import and while sending."""

    class Reason(models.TextChoices):
        ERASED = "erased", _("Asked to be erased")
        COMPLAINED = "complained", _("Complained of spam")
        BOUNCED = "bounced", _("Mail came back for good")
        BLOCKED = "blocked", _("Blocked by an editor")

    address_hash = models.CharField(max_length=HASH_LENGTH, unique=True, editable=False)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    source = models.CharField(_("source"), max_length=120, blank=True)
    since = models.DateTimeField(_("since"), db_default=Now())

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        ordering = ["-since", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} ({self.address_hash[:8]})"

    @property
    def can_be_lifted_by_owner(self) -> bool:
        """Can its owner come back by signing up and confirming again?"""
        return self.reason == self.Reason.ERASED


class SignUp(models.Model):
    """Somebody typed an address into a form. A task answers it by mail; the row is forgotten after some days.

    topics: keys of topics, empty for all. outcome: what the task did with it, which only editors see.
    """

    class Outcome(models.TextChoices):
        WAITING = "", _("Waits for its mail")
        ASKED = "asked", _("Asked to confirm")
        KNOWN = "known", _("Already a subscriber")
        HELD = "held", _("No mail: enough were sent to this address")
        BLOCKED = "blocked", _("No mail: the address is suppressed")
        TOO_LATE = "too-late", _("No mail: it waited too long")

    key = models.CharField(max_length=TOKEN_LENGTH, unique=True, default=new_token, editable=False)
    email = models.CharField(_("e-mail address"), max_length=LONGEST)
    email_key = models.CharField(max_length=LONGEST, editable=False)
    address_hash = models.CharField(max_length=HASH_LENGTH, editable=False)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    pace = models.CharField(_("pace"), max_length=8, choices=Pace, default=Pace.WEEKLY)
    topics = ArrayField(models.CharField(max_length=20), verbose_name=_("topics"), default=list, blank=True)
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="+")
    page = models.CharField(_("page"), max_length=300, blank=True)
    place = models.CharField(_("place"), max_length=8)
    network = models.CharField(_("network"), max_length=50, blank=True)
    asked_at = models.DateTimeField(_("asked"), db_default=Now())
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, blank=True, default="")
    mailed_at = models.DateTimeField(_("mailed"), null=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True)

    class Meta:
        verbose_name = _("sign-up")
        verbose_name_plural = _("sign-ups")
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(fields=["address_hash", "mailed_at"], name="sign_up_of_address"),
            models.Index(fields=["mailed_at"], name="sign_up_mailed"),
            models.Index(fields=["asked_at"], name="sign_up_waiting", condition=Q(outcome="")),
            models.Index(F("asked_at").desc(), F("id").desc(), name="sign_up_newest"),
        ]

    def __str__(self) -> str:
        return masked(self.email)


class Import(models.Model):
    """A file of addresses with the statement of where their consent came from. Its content is dropped once it ran."""

    class State(models.TextChoices):
        CHECKED = "checked", _("Checked, nothing imported yet")
        WAITING = "waiting", _("Waits for the worker")
        DONE = "done", _("Imported")
        FAILED = "failed", _("Failed, nothing imported")

    file_name = models.CharField(_("file"), max_length=120)
    content = models.BinaryField(null=True, editable=False)
    kind = models.CharField(_("kind of consent"), max_length=20, choices=Consent.Kind)
    statement = models.TextField(_("where the consent comes from"), max_length=2000)
    consented_on = models.DateField(_("day of the consent"))
    language = models.CharField(_("language"), max_length=2, choices=Language)
    topics = ArrayField(models.CharField(max_length=20), verbose_name=_("topics"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.CHECKED)
    counts = models.JSONField(_("result"), default=dict, editable=False)
    fault = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(_("uploaded"), db_default=Now())
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.file_name = self.file_name[:120]
        super().save(*args, **kwargs)
