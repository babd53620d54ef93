"""Articles, what they are made of, and what the public reads of them."""

import uuid
from typing import Any

from content_editor.models import Region, create_plugin_base
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import (
    FileExtensionValidator,
    MaxLengthValidator,
    MaxValueValidator,
    MinValueValidator,
    RegexValidator,
)
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from taggit.models import ItemBase, TagBase

from articles import links
from articles.calls import Call
from articles.sections import SECTIONS, Section, SectionKey
from articles.videos import validate_link, validate_video_address
from facts.validators import refuse_unknown
from publishing import richtext
from publishing.fields import RichTextField
from publishing.languages import Bilingual
from publishing.models import (
    Block,
    Publishable,
    Window,
    ends_after_it_starts,
)
from publishing.models import (
    Publication as PublicationBase,
)
from publishing.models import (
    Revision as RevisionBase,
)

SLUG = RegexValidator(
    r"^[a-z0-9]+(-[a-z0-9]+)*$", _("Use small letters without accents, digits and single hyphens: express-entry-2026.")
)


def slug_field(**options: Any) -> models.SlugField:
    """A slug that the database and the form check alike."""
    return models.SlugField(_("slug"), max_length=80, validators=[SLUG], **options)


class Topic(models.TextChoices):
    """What a newsletter sign-up box can be about."""

    EXPRESS_ENTRY = "express-entry", _("Express Entry")
    PROVINCES = "provinces", _("Provincial programs")
    STUDY = "study", _("Studying")
    WORK = "work", _("Finding work")
    MONEY = "money", _("Money")
    SETTLE = "settle", _("Settling in")


class Image(Bilingual, models.Model):
    """A picture that was checked, re-encoded and stripped, with its renditions once the worker has made them.

    renditions: `{shape: {"width": w, "height": h, "files": {format: [[width, name], …]}}}` with the shapes wide (16:9),
    natural, square and social; empty until `rendered_at`.
    """

    file = models.ImageField(_("file"), upload_to="pictures/", width_field="width", height_field="height")
    title = models.CharField(_("title"), max_length=120, help_text=_("For finding it again; readers do not see it."))
    alt_en = models.CharField(
        _("what it shows (English)"),
        max_length=200,
        help_text=_("Read aloud to people who cannot see it. Say what is seen, without “picture of”."),
    )
    alt_fr = models.CharField(_("what it shows (French)"), max_length=200)
    credit = models.CharField(_("credit"), max_length=120, blank=True)
    licence = models.CharField(_("licence"), max_length=60, blank=True)
    width = models.PositiveIntegerField(default=0, editable=False)
    height = models.PositiveIntegerField(default=0, editable=False)
    focus_x = models.FloatField(
        _("focus from the left"), default=0.5, validators=[MinValueValidator(0), MaxValueValidator(1)]
    )
    focus_y = models.FloatField(
        _("focus from the top"), default=0.5, validators=[MinValueValidator(0), MaxValueValidator(1)]
    )
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    renditions = models.JSONField(default=dict, editable=False)
    rendered_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("added"), auto_now_add=True, db_index=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="image_focus_inside",
                condition=Q(focus_x__gte=0, focus_x__lte=1, focus_y__gte=0, focus_y__lte=1),
                violation_error_message=_("The focus lies inside the picture: between 0 and 1."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def alt(self) -> str:
        """What the picture shows, in the active language."""
        return self.in_language("alt")


class Document(Bilingual, models.Model):
    """A PDF that readers can download."""

    file = models.FileField(_("file"), upload_to="documents/", validators=[FileExtensionValidator(["pdf"])])
    title_en = models.CharField(_("title (English)"), max_length=120, blank=True)
    title_fr = models.CharField(_("title (French)"), max_length=120, blank=True)
    size = models.PositiveIntegerField(default=0, editable=False, help_text=_("bytes"))
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title_en or self.title_fr or str(self.file)


class Category(Bilingual, models.Model):
    """A subject within a section, with a name, an address and a description in each language."""

    section = models.CharField(_("section"), max_length=12, choices=SectionKey)
    name_en = models.CharField(_("name (English)"), max_length=60)
    name_fr = models.CharField(_("name (French)"), max_length=60)
    slug_en = models.SlugField(_("slug (English)"), max_length=60, unique=True, validators=[SLUG])
    slug_fr = models.SlugField(_("slug (French)"), max_length=60, unique=True, validators=[SLUG])
    description_en = models.CharField(_("description (English)"), max_length=240, blank=True)
    description_fr = models.CharField(_("description (French)"), max_length=240, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    next_call = models.CharField(
        _("do this next"),
        max_length=20,
        choices=Call,
        blank=True,
        help_text=_("What the end of each article offers. It appears once the tool exists."),
    )
    next_article = models.ForeignKey(
        "Article",
        verbose_name=_("or read this next"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_(
            "Offered when the tool above is not chosen or not there yet; in the reader's language if it exists."
        ),
    )
    topic = models.CharField(_("newsletter topic"), max_length=20, choices=Topic, blank=True)
    changed_at = models.DateTimeField(auto_now=True, editable=False)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["section", "order", "pk"]

    def __str__(self) -> str:
        return self.name

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        from articles import former, renaming  # they need the models

        former.keep(self)
        super().save(*args, **kwargs)
        renaming.category_moved(self)

    @property
    def name(self) -> str:
        return self.in_language("name")

    @property
    def description(self) -> str:
        return self.in_language("description")

    @property
    def section_object(self) -> Section:
        return SECTIONS[self.section]

    def get_absolute_url(self) -> str:
        """The address in the active language."""
        return reverse("articles:category", kwargs={"slug": self.in_language("slug")})


class Author(Bilingual, models.Model):
    """Somebody who writes or checks. `is_sample` marks invented people of the sample site, and readers see the mark."""

    name = models.CharField(_("name"), max_length=80)
    slug = slug_field(unique=True)
    role_en = models.CharField(_("role (English)"), max_length=80, blank=True)
    role_fr = models.CharField(_("role (French)"), max_length=80, blank=True)
    credential_en = models.CharField(_("credential (English)"), max_length=160, blank=True)
    credential_fr = models.CharField(_("credential (French)"), max_length=160, blank=True)
    biography_en = models.TextField(_("biography (English)"), blank=True)
    biography_fr = models.TextField(_("biography (French)"), blank=True)
    portrait = models.ForeignKey(
        Image, verbose_name=_("portrait"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("signs in as"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="author",
    )
    is_sample = models.BooleanField(_("invented, for the sample site"), default=False)

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        from articles import former, renaming  # they need the models

        former.keep(self)
        super().save(*args, **kwargs)
        renaming.author_renamed(self)

    @property
    def role(self) -> str:
        return self.in_language("role")

    @property
    def credential(self) -> str:
        return self.in_language("credential")

    @property
    def biography(self) -> str:
        return self.in_language("biography")

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2]).upper()

    def get_absolute_url(self) -> str:
        """The address in the active language."""
        return reverse("articles:author", kwargs={"slug": self.slug})


class Tag(Bilingual, TagBase):
    """A tag: English name and slug, and a French label."""

    label_fr = models.CharField(_("French label"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name", "pk"]

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        from articles import former, renaming  # they need the models

        former.keep(self)
        super().save(*args, **kwargs)
        renaming.tag_changed(self.pk, self)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        from articles import renaming  # it needs the publications

        renaming.tag_changed(self.pk, None)
        return super().delete(*args, **kwargs)

    @property
    def label(self) -> str:
        french = (get_language() or "en").startswith("fr")
        return self.label_fr if french and self.label_fr else self.name

    def get_absolute_url(self) -> str:
        """The address in the active language."""
        return reverse("articles:tag", kwargs={"slug": self.slug})


class FormerSlug(models.Model):
    """A slug that a category, a tag or a person had before, or a row of another app: see `articles.former`."""

    kind = models.CharField(max_length=20, help_text="the name of the model")
    language = models.CharField(max_length=2, blank=True, help_text="empty where the languages share the slug")
    slug = models.SlugField(max_length=100, allow_unicode=True, db_index=False)
    target = models.BigIntegerField(help_text="the id of the row that had it last")

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(name="former_slug_once", fields=["kind", "language", "slug"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.language} {self.slug}"


class Language(models.TextChoices):
    ENGLISH = "en", _("English")
    FRENCH = "fr", _("French")


class Article(Publishable):  # type: ignore[django-manager-missing]
    """The working copy of an article in one language. The public never reads it: see `Publication`."""

    regions = [Region(key="body", title=_("Body"))]
    snapshot_fields = (
        "language",
        "title",
        "slug",
        "summary",
        "category",
        "image",
        "image_alt",
        "image_decorative",
        "checked_by",
        "review_by",
        "newsletter_box",
        "advertisement",
    )

    group = models.UUIDField(
        _("translation group"), default=uuid.uuid4, editable=False, help_text=_("Shared by the languages of one text.")
    )
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.ENGLISH)
    title = models.CharField(_("title"), max_length=120)
    slug = slug_field()
    summary = models.CharField(
        _("in short"),
        max_length=260,
        help_text=_("One or two sentences; shown on top, in lists and by search engines."),
    )
    category = models.ForeignKey(Category, verbose_name=_("category"), on_delete=models.PROTECT, related_name="+")
    image = models.ForeignKey(
        Image, verbose_name=_("picture"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    image_alt = models.CharField(
        _("what it shows here"), max_length=200, blank=True, help_text=_("Empty: the picture's own text.")
    )
    image_decorative = models.BooleanField(
        _("only decoration"), default=False, help_text=_("It adds nothing for somebody who cannot see it.")
    )
    authors = models.ManyToManyField(Author, verbose_name=_("authors"), through="Authorship", related_name="+")
    checked_by = models.ForeignKey(
        Author, verbose_name=_("checked by"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    review_by = models.DateField(_("check again by"), null=True, blank=True)
    newsletter_box = models.BooleanField(_("newsletter box in the text"), default=True)
    advertisement = models.BooleanField(_("advertisement in the text"), default=True)
    successor = models.ForeignKey(
        "self",
        verbose_name=_("replaced by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Where readers are led once this article is unpublished."),
    )
    translated_from = models.ForeignKey(
        "ArticleRevision",
        verbose_name=_("translated from"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    tags = TaggableManager(_("tags"), through="TaggedArticle", blank=True, related_name="articles")

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-pk"]
        permissions = [
            ("change_any_article", "Can change articles of others and live ones"),
            ("publish_article", "Can publish, schedule and unpublish articles"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="article_one_per_language",
                fields=["group", "language"],
                violation_error_message=_("This text already has an article in that language."),
            ),
            models.UniqueConstraint(
                name="article_slug_free",
                fields=["language", "slug"],
                violation_error_message=_("Another article in this language has that slug."),
            ),
            models.CheckConstraint(
                name="article_slug_format",
                condition=Q(slug__regex=r"^[a-z0-9]+(-[a-z0-9]+)*$"),
                violation_error_message=_("Use small letters without accents, digits and single hyphens."),
            ),
        ]
        indexes = [
            models.Index(fields=["category"]),
            models.Index(fields=["-created_at", "-id"]),
            models.Index(fields=["-changed_at", "-id"], name="article_newest_change"),
            models.Index(fields=["review_by", "-id"], name="article_next_check"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The public address of the working copy's slug; it answers only while a publication is live there."""
        with override(self.language):
            return reverse("articles:article_detail", kwargs={"slug": self.slug})

    def extra_content(self) -> dict[str, Any]:
        return {
            "authors": [
                {"id": row.author_id, "name": row.author.name}
                for row in self.authorship_set.select_related("author").order_by("order", "pk")
            ],
            "tags": [
                {"id": tag.pk, "name": tag.name, "label_fr": tag.label_fr, "slug": tag.slug}
                for tag in self.tags.order_by("name")
            ],
            "sources": [
                {
                    "publisher": row.publisher,
                    "title": row.title,
                    "url": row.url,
                    "checked_on": row.checked_on.isoformat() if row.checked_on else None,
                }
                for row in self.sources.order_by("order", "pk")
            ],
        }

    def apply_extra_content(self, content: dict[str, Any]) -> list[str]:
        authors = Author.objects.in_bulk([author["id"] for author in content.get("authors", [])])
        tags = Tag.objects.in_bulk([tag["id"] for tag in content.get("tags", [])])
        self.authorship_set.all().delete()
        Authorship.objects.bulk_create(
            Authorship(article=self, author_id=author["id"], order=order)
            for order, author in enumerate(content.get("authors", []))
            if author["id"] in authors
        )
        self.tags.set(tags.values(), clear=True)
        self.sources.all().delete()
        Source.objects.bulk_create(
            Source(article=self, order=order, **source) for order, source in enumerate(content.get("sources", []))
        )
        lost = [author["name"] for author in content.get("authors", []) if author["id"] not in authors]
        return lost + [tag["name"] for tag in content.get("tags", []) if tag["id"] not in tags]

    def pictures_ready(self, content: dict[str, Any]) -> bool:
        return not Image.objects.filter(pk__in=image_ids(content), rendered_at=None).exists()

    def public_paths(self) -> set[str]:
        """The article's addresses, new and last, and the first pages of the lists that show it."""
        paths = set()
        for publication in self.publications.select_related("category").order_by("-live_from")[:2]:
            with override(publication.language):
                category = publication.category
                lists = {reverse("articles:list"), category.section_object.url, category.get_absolute_url()}
                paths |= lists | {publication.get_absolute_url()}
        return paths

    def publication_values(self, content: dict[str, Any]) -> dict[str, Any]:
        from articles.body import publication_values  # body needs these models

        return {"group": self.group, **publication_values(content)}


def image_ids(content: dict[str, Any]) -> list[int]:
    """Ids of all images that a snapshot shows, the hero first."""
    ids = [content["fields"].get("image")] + [block.get("image") for block in content["blocks"]]
    return list(dict.fromkeys(pk for pk in ids if pk is not None))


class Authorship(models.Model):
    """Who wrote an article, in the order of the byline."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE)
    author = models.ForeignKey(Author, verbose_name=_("author"), on_delete=models.PROTECT)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="authorship_once",
                fields=["article", "author"],
                violation_error_message=_("This author is already in the byline."),
            )
        ]

    def __str__(self) -> str:
        return self.author.name


class TaggedArticle(ItemBase):
    """django-taggit's link between an article and its tags."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="%(app_label)s_%(class)s_items")
    content_object = models.ForeignKey(Article, on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(name="tag_once", fields=["tag", "content_object"])]


class Source(models.Model):
    """Where an article has its facts from."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="sources")
    publisher = models.CharField(_("publisher"), max_length=120)
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(_("address"), max_length=500)
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return f"{self.publisher}: {self.title}"


class ArticleRevision(RevisionBase):
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="revisions")

    class Meta(RevisionBase.Meta):
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [models.UniqueConstraint(name="article_revision_number", fields=["article", "number"])]


class Publication(PublicationBase):
    """What the public reads of an article, from one moment until another."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="publications")
    revision = models.ForeignKey(ArticleRevision, on_delete=models.PROTECT, related_name="+")
    group = models.UUIDField(editable=False)
    language = models.CharField(max_length=2, choices=Language)
    slug = slug_field()
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=260)
    section = models.CharField(max_length=12, choices=SectionKey)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    image = models.ForeignKey(Image, null=True, on_delete=models.PROTECT, related_name="+")
    image_alt = models.CharField(max_length=200, blank=True)
    image_decorative = models.BooleanField(default=False)
    author_ids = ArrayField(models.BigIntegerField(), default=list)
    author_names = ArrayField(models.CharField(max_length=80), default=list)
    tag_ids = ArrayField(models.BigIntegerField(), default=list)
    link_ids = ArrayField(models.BigIntegerField(), default=list, help_text="articles that the body links to")
    image_ids = ArrayField(models.BigIntegerField(), default=list, help_text="images that the page shows")
    fact_keys = ArrayField(models.CharField(max_length=80), default=list, help_text="facts that the page shows")
    reading_minutes = models.PositiveSmallIntegerField(default=1)
    labelled_at = models.DateTimeField(
        db_default=Now(), editable=False, help_text="when its tags, its authors’ names or its terms were last put anew"
    )

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["-first_published_at", "-pk"]
        constraints = [
            ends_after_it_starts("publication_ends_after_it_starts"),
            ExclusionConstraint(
                name="publication_one_at_a_time",
                expressions=[
                    ("article", RangeOperators.EQUAL),
                    (Window("live_from", "live_until"), RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="publication_address_free",
                expressions=[
                    ("language", RangeOperators.EQUAL),
                    ("slug", RangeOperators.EQUAL),
                    (Window("live_from", "live_until"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [
            models.Index(fields=["language", "-first_published_at", "-id"], name="publication_newest"),
            models.Index(fields=["language", "section", "-first_published_at", "-id"], name="publication_by_section"),
            models.Index(fields=["category", "language", "-first_published_at", "-id"], name="publication_by_category"),
            models.Index(fields=["language", "slug", "-live_from"], name="publication_by_slug"),
            models.Index(fields=["live_from"], name="publication_starts"),
            models.Index(fields=["live_until"], name="publication_ends"),
            models.Index(fields=["group"], name="publication_translations"),
            GinIndex(fields=["tag_ids"], name="publication_by_tag"),
            GinIndex(fields=["author_ids"], name="publication_by_author"),
            GinIndex(fields=["link_ids"], name="publication_by_link"),
            GinIndex(fields=["image_ids"], name="publication_by_image"),
            GinIndex(fields=["fact_keys"], name="publication_by_fact"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The address in the publication's own language."""
        with override(self.language):
            return reverse("articles:article_detail", kwargs={"slug": self.slug})

    @property
    def was_updated(self) -> bool:
        """Did the text change on a later day than it was posted?"""
        return localtime(self.changed_at).date() > localtime(self.first_published_at).date()


class PageKey(models.TextChoices):
    """The simple pages; their addresses are fixed in articles/urls.py."""

    ABOUT = "about", _("About us")
    CONTACT = "contact", _("Contact")
    EDITORIAL = "editorial", _("Editorial policy")
    PRIVACY = "privacy", _("Privacy")
    ACCESSIBILITY = "accessibility", _("Accessibility")
    TERMS = "terms", _("Terms of use")


class Page(Publishable):
    """The working copy of a simple page in one language."""

    regions = [Region(key="body", title=_("Body"))]
    snapshot_fields = ("language", "key", "title", "summary")

    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.ENGLISH)
    key = models.CharField(_("page"), max_length=20, choices=PageKey)
    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(_("in short"), max_length=260)

    class Meta:
        verbose_name = _("simple page")
        verbose_name_plural = _("simple pages")
        ordering = ["key", "language", "pk"]
        permissions = [("publish_page", "Can publish, schedule and unpublish simple pages")]
        constraints = [
            models.UniqueConstraint(
                name="page_one_per_language",
                fields=["key", "language"],
                violation_error_message=_("This page exists already in that language."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page's fixed address in its language."""
        with override(self.language):
            return reverse(f"articles:page_{self.key}")

    def publication_values(self, content: dict[str, Any]) -> dict[str, Any]:
        from articles.body import build  # body needs these models

        fields = content["fields"]
        built = build(content)
        return {
            **{name: fields[name] for name in ("language", "key", "title", "summary")},
            "fact_keys": built.fact_keys,
            "body": built.body,
        }


class PageRevision(RevisionBase):
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="revisions")

    class Meta(RevisionBase.Meta):
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [models.UniqueConstraint(name="page_revision_number", fields=["page", "number"])]


class PagePublication(PublicationBase):
    """What the public reads of a simple page."""

    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="publications")
    revision = models.ForeignKey(PageRevision, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=2, choices=Language)
    key = models.CharField(max_length=20, choices=PageKey)
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=260)
    fact_keys = ArrayField(models.CharField(max_length=80), default=list, help_text="facts that the page shows")

    class Meta:
        verbose_name = _("publication of a simple page")
        verbose_name_plural = _("publications of simple pages")
        ordering = ["-first_published_at", "-pk"]
        constraints = [
            ends_after_it_starts("page_publication_ends_after_it_starts"),
            ExclusionConstraint(
                name="page_publication_address_free",
                expressions=[
                    ("language", RangeOperators.EQUAL),
                    ("key", RangeOperators.EQUAL),
                    (Window("live_from", "live_until"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [
            models.Index(fields=["live_from"], name="page_publication_starts"),
            models.Index(fields=["live_until"], name="page_publication_ends"),
        ]

    def __str__(self) -> str:
        return self.title


class Advertisement(models.Model):
    """A house ad for the one labelled slot in articles; the newest one of its language that is running is shown."""

    name = models.CharField(_("advertiser"), max_length=80)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    image = models.ForeignKey(Image, verbose_name=_("picture"), on_delete=models.PROTECT, related_name="+")
    alt = models.CharField(_("what it says and shows"), max_length=200)
    url = models.URLField(_("leads to"), max_length=500)
    is_on = models.BooleanField(_("on"), default=False)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("advertisement")
        verbose_name_plural = _("advertisements")
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="advertisement_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("An advertisement must end after it starts."),
            )
        ]

    def __str__(self) -> str:
        return self.name


ArticleBlock: Any = create_plugin_base(Article)
PageBlock: Any = create_plugin_base(Page)


# Judged before the text is cleaned.
TEXT_VALIDATORS = [MaxLengthValidator(richtext.LONGEST), refuse_unknown]


class TextBase(Block):
    kind = "text"
    snapshot_fields = ("html",)

    html: Any = RichTextField(_("text"), validators=TEXT_VALIDATORS)

    class Meta:
        abstract = True
        verbose_name = _("text")
        verbose_name_plural = _("texts")

    def __str__(self) -> str:
        return first_words(self.html)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.html = links.stored(richtext.clean(self.html))
        super().save(*args, **kwargs)


class NoticeBase(Block):
    class Tone(models.TextChoices):
        NOTE = "note", _("Good to know")
        IMPORTANT = "important", _("Important")
        CHANGED = "changed", _("This changed")

    kind = "notice"
    snapshot_fields = ("tone", "html")

    tone = models.CharField(_("tone"), max_length=10, choices=Tone, default=Tone.NOTE)
    html: Any = RichTextField(_("text"), validators=TEXT_VALIDATORS)

    class Meta:
        abstract = True
        verbose_name = _("notice")
        verbose_name_plural = _("notices")

    def __str__(self) -> str:
        return first_words(self.html)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.html = links.stored(richtext.clean(self.html))
        super().save(*args, **kwargs)


class QuestionBase(Block):
    """One question with its answer; neighbours are shown as one list."""

    kind = "question"
    snapshot_fields = ("question", "html")

    question = models.CharField(_("question"), max_length=200)
    html: Any = RichTextField(_("answer"), validators=TEXT_VALIDATORS)

    class Meta:
        abstract = True
        verbose_name = _("question and answer")
        verbose_name_plural = _("questions and answers")

    def __str__(self) -> str:
        return self.question

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.html = links.stored(richtext.clean(self.html))
        super().save(*args, **kwargs)


class ArticleText(TextBase, ArticleBlock):
    class Meta(TextBase.Meta, ArticleBlock.Meta):
        abstract = False


class ArticleNotice(NoticeBase, ArticleBlock):
    class Meta(NoticeBase.Meta, ArticleBlock.Meta):
        abstract = False


class ArticleQuestion(QuestionBase, ArticleBlock):
    class Meta(QuestionBase.Meta, ArticleBlock.Meta):
        abstract = False


class ArticlePicture(Block, ArticleBlock):
    kind = "picture"
    snapshot_fields = ("image", "alt", "decorative", "caption")

    image = models.ForeignKey(Image, verbose_name=_("picture"), on_delete=models.PROTECT, related_name="+")
    alt = models.CharField(
        _("what it shows here"), max_length=200, blank=True, help_text=_("Empty: the picture's own text.")
    )
    decorative = models.BooleanField(_("only decoration"), default=False)
    caption = models.CharField(_("caption"), max_length=240, blank=True)

    class Meta(ArticleBlock.Meta):
        abstract = False
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self) -> str:
        return self.caption or str(self.image)


class ArticleVideo(Block, ArticleBlock):
    kind = "video"
    snapshot_fields = ("title", "url", "image", "captions", "transcript_url")

    title = models.CharField(_("title"), max_length=120)
    url = models.CharField(_("YouTube address"), max_length=200, validators=[validate_video_address])
    image = models.ForeignKey(
        Image,
        verbose_name=_("preview picture"),
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Shown until a reader starts the video; until then nothing is asked of YouTube."),
    )
    captions = models.CharField(
        _("captions"), max_length=80, help_text=_("The languages of its captions, such as: English, French")
    )
    transcript_url = models.CharField(
        _("transcript"), max_length=300, blank=True, help_text=_("Address of a page with the spoken words.")
    )

    class Meta(ArticleBlock.Meta):
        abstract = False
        verbose_name = _("video")
        verbose_name_plural = _("videos")

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.transcript_url:
            validate_link(self.transcript_url)


class ArticleCall(Block, ArticleBlock):
    kind = "call"
    snapshot_fields = ("target",)

    target = models.CharField(_("leads to"), max_length=20, choices=Call)

    class Meta(ArticleBlock.Meta):
        abstract = False
        verbose_name = _("call to action")
        verbose_name_plural = _("calls to action")

    def __str__(self) -> str:
        return self.get_target_display()


class ArticleSignup(Block, ArticleBlock):
    kind = "signup"
    snapshot_fields = ("topic",)

    topic = models.CharField(_("topic"), max_length=20, choices=Topic)

    class Meta(ArticleBlock.Meta):
        abstract = False
        verbose_name = _("newsletter sign-up")
        verbose_name_plural = _("newsletter sign-ups")

    def __str__(self) -> str:
        return self.get_topic_display()


class ArticleDownload(Block, ArticleBlock):
    kind = "download"
    snapshot_fields = ("document", "description")

    document = models.ForeignKey(Document, verbose_name=_("document"), on_delete=models.PROTECT, related_name="+")
    description = models.CharField(_("what is in it"), max_length=240, blank=True)

    class Meta(ArticleBlock.Meta):
        abstract = False
        verbose_name = _("download")
        verbose_name_plural = _("downloads")

    def __str__(self) -> str:
        return str(self.document)


class PageText(TextBase, PageBlock):
    class Meta(TextBase.Meta, PageBlock.Meta):
        abstract = False


class PageNotice(NoticeBase, PageBlock):
    class Meta(NoticeBase.Meta, PageBlock.Meta):
        abstract = False


class PageQuestion(QuestionBase, PageBlock):
    class Meta(QuestionBase.Meta, PageBlock.Meta):
        abstract = False


def first_words(html: str) -> str:
    """The start of a text, for lists in the admin."""
    return Truncator(richtext.plain_text(html)).words(10)
