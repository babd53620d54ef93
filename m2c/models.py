"""The home page, which editors arrange in the admin; one row for each language."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.calls import Call
from articles.models import Article, Image, Language
from articles.videos import validate_link, validate_video_address


class Home(models.Model):
    """What the home page says in one language. Each of guide, video and partner shows only when it has a title."""

    language = models.CharField(_("language"), max_length=2, choices=Language, unique=True)
    eyebrow = models.CharField(_("line above the title"), max_length=80, blank=True)
    title = models.CharField(_("title"), max_length=80)
    text = models.CharField(_("text"), max_length=240)
    ticks = models.TextField(_("short promises"), blank=True, help_text=_("One a line, at most four."))
    image = models.ForeignKey(
        Image, verbose_name=_("picture"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    guide_title = models.CharField(_("guide: title"), max_length=80, blank=True)
    guide_text = models.CharField(_("guide: text"), max_length=300, blank=True)
    guide_label = models.CharField(_("guide: button"), max_length=40, blank=True)
    guide_article = models.ForeignKey(
        Article, verbose_name=_("guide: leads to"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    guide_image = models.ForeignKey(
        Image, verbose_name=_("guide: picture"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    video_title = models.CharField(_("video: title"), max_length=120, blank=True)
    video_url = models.CharField(
        _("video: YouTube address"), max_length=200, blank=True, validators=[validate_video_address]
    )
    video_image = models.ForeignKey(
        Image, verbose_name=_("video: preview"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    partner_name = models.CharField(_("partner: name"), max_length=80, blank=True)
    partner_text = models.CharField(_("partner: text"), max_length=240, blank=True)
    partner_url = models.CharField(_("partner: address"), max_length=300, blank=True, validators=[validate_link])
    partner_image = models.ForeignKey(
        Image, verbose_name=_("partner: picture"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")
        ordering = ["language"]

    def __str__(self) -> str:
        return str(Language(self.language).label)


class HomeTool(models.Model):
    """A tool card: a call to action, shown once its target exists, or an article."""

    class Icon(models.TextChoices):
        COMPASS = "compass", _("Compass")
        GAUGE = "gauge", _("Gauge")
        ROUTE = "route", _("Route")
        WORK = "work", _("Briefcase")
        BOOK = "book", _("Book")
        BANK = "bank", _("Bank")
        HOME = "home", _("House")
        PLANE = "plane", _("Plane")
        FILE = "file", _("Document")
        SHIELD = "shield", _("Shield")

    home = models.ForeignKey(Home, on_delete=models.CASCADE, related_name="tools")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    icon = models.CharField(_("icon"), max_length=10, choices=Icon, default=Icon.COMPASS)
    call = models.CharField(_("tool"), max_length=20, choices=Call, blank=True)
    article = models.ForeignKey(
        Article, verbose_name=_("or article"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    title = models.CharField(_("title"), max_length=60, blank=True)
    text = models.CharField(_("text"), max_length=160, blank=True)
    label = models.CharField(_("link"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("tool card")
        verbose_name_plural = _("tool cards")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                name="home_tool_leads_somewhere",
                condition=~models.Q(call="", article=None),
                violation_error_message=_("Choose a tool or an article."),
            )
        ]

    def __str__(self) -> str:
        return self.title or self.get_call_display()


class HomeFeature(models.Model):
    """An article that the home page shows before the latest ones."""

    home = models.ForeignKey(Home, on_delete=models.CASCADE, related_name="features")
    article = models.ForeignKey(Article, verbose_name=_("article"), on_delete=models.CASCADE, related_name="+")
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("featured article")
        verbose_name_plural = _("featured articles")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return str(self.article)


class Restoration(models.Model):
    """A backup that was restored into this database. Until it is released no mail leaves: see m2c/mail.py."""

    restored_at = models.DateTimeField()
    backup = models.CharField(max_length=40)
    released_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-restored_at", "-pk"]

    def __str__(self) -> str:
        return self.backup


class ReferenceLoad(models.Model):
    """Which reference files were loaded last (one row), so that a start need not read them all again."""

    fingerprint = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.fingerprint
