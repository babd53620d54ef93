"""The three layers of everything that is published: working copy, revision, publication.

The rows of a working copy (its own fields and its blocks) are what editors change. Each changed save makes a
`Revision`, an immutable copy as JSON. Publishing a revision makes a `Publication`, the only thing that public pages
read, live from a moment until another one. Each app brings concrete tables of its own (see docs/decisions/0001).
"""

import uuid
from datetime import datetime
from typing import Any, ClassVar, Self, cast

from django.conf import settings
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Extract, Least, Now
from django.utils.translation import gettext_lazy as _

from publishing import richtext

LONGEST_CACHE = 60  # seconds that a shared cache may keep a public page


def column(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    """A concrete field of a model, by name."""
    return cast("models.Field[Any, Any]", model._meta.get_field(name))


class Window(Func):
    """The time a publication is live, as a PostgreSQL range that the exclusion constraints compare."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class Block(models.Model):
    """One ordered piece of a body. A concrete block adds `parent`, `region` and `ordering` of its host."""

    kind: ClassVar[str]  # the name in snapshots and of the public template; never changed once used
    snapshot_fields: ClassVar[tuple[str, ...]]

    uid = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True

    def content(self) -> dict[str, Any]:
        """This block for a snapshot: `{"type", "uid", "region", …fields}`; a foreign key as its id."""
        fields = {name: column(type(self), name).value_from_object(self) for name in self.snapshot_fields}
        for name, value in fields.items():
            if isinstance(value, models.fields.files.FieldFile):
                fields[name] = value.name
        return {"type": self.kind, "uid": str(self.uid), "region": self.region, **fields}  # type: ignore[attr-defined]


class PublishableQuerySet(models.QuerySet):
    def with_state(self) -> Self:
        """Annotate what `Publishable.state` needs, in one query for any number of rows."""
        host: Any = self.model
        publications = host.publications.rel.related_model.objects.filter(
            **{host.publications.field.name: OuterRef("pk")}
        )
        revisions = host.revisions.rel.related_model.objects.filter(**{host.revisions.field.name: OuterRef("pk")})
        return self.annotate(
            live_digest=Subquery(publications.live().values("revision__digest")[:1]),
            live_since=Subquery(publications.live().values("live_from")[:1]),
            scheduled_for=Subquery(publications.upcoming().order_by("live_from").values("live_from")[:1]),
            latest_digest=Subquery(revisions.order_by("-number").values("digest")[:1]),
            was_public=Exists(publications.filter(live_from__lte=Now())),
        )


class State(models.TextChoices):
    """What an editor needs to know of a working copy and its publications at a glance."""

    DRAFT = "draft", _("Draft")
    RENDERING = "rendering", _("Waiting for its pictures")
    SCHEDULED = "scheduled", _("Scheduled")
    LIVE = "live", _("Live")
    CHANGED = "changed", _("Live with unpublished changes")
    UNPUBLISHED = "unpublished", _("Unpublished")


class Publishable(models.Model):
    """A working copy that can be published. A subclass names its revision and publication models by their
    `related_name`s `revisions` and `publications`, and says what a snapshot holds.
    """

    snapshot_fields: ClassVar[tuple[str, ...]]

    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    changed_at = models.DateTimeField(_("changed"), default=None, null=True, editable=False, db_index=True)
    # A publication that waits for its pictures: when it shall go live, and the revision that was approved.
    waiting_at = models.DateTimeField(null=True, editable=False)
    waiting_until = models.DateTimeField(null=True, editable=False)
    waiting_number = models.PositiveIntegerField(null=True, editable=False)
    waiting_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    waiting_fault = models.CharField(max_length=300, blank=True, default="", editable=False)

    objects = PublishableQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save without control characters, which a paste can bring and no feed can carry."""
        for name in self.snapshot_fields:
            value = getattr(self, column(type(self), name).attname)
            if isinstance(value, str):
                setattr(self, name, richtext.printable(value))
        super().save(*args, **kwargs)

    @classmethod
    def block_models(cls) -> list[Any]:
        """The concrete subclasses of Block that belong to this host, in no order."""
        return [
            relation.related_model
            for relation in cls._meta.related_objects
            if isinstance(relation.related_model, type) and issubclass(relation.related_model, Block)
        ]

    def blocks(self) -> list[Any]:
        """All blocks of the working copy in their order; one query for each kind."""
        rows = [row for model in self.block_models() for row in model._default_manager.filter(parent=self)]
        return sorted(rows, key=lambda row: (row.ordering, row.pk))

    def extra_content(self) -> dict[str, Any]:
        """What a snapshot holds beside fields and blocks (many-to-many rows, in order, with their names)."""
        return {}

    def apply_extra_content(self, content: dict[str, Any]) -> list[str]:
        """Put `extra_content` back; returns a sentence for each thing that no longer exists and was left out."""
        return []

    def pictures_ready(self, content: dict[str, Any]) -> bool:
        """Are all pictures that a snapshot shows rendered? Until then `publish` waits."""
        return True

    def public_paths(self) -> set[str]:
        """Paths of the public pages that change at once when this is published or taken off, for caches."""
        return {self.get_absolute_url()}  # type: ignore[attr-defined]

    def publication_values(self, content: dict[str, Any]) -> dict[str, Any]:
        """The columns of the publication that a snapshot becomes (all but the revision and the times)."""
        raise NotImplementedError

    @property
    def state(self) -> State:
        """The state from the annotations of `with_state()`."""
        if self.waiting_at is not None:
            return State.RENDERING
        if self.live_digest is not None:  # type: ignore[attr-defined]
            return State.LIVE if self.live_digest == self.latest_digest else State.CHANGED  # type: ignore[attr-defined]
        if self.scheduled_for is not None:  # type: ignore[attr-defined]
            return State.SCHEDULED
        return State.UNPUBLISHED if self.was_public else State.DRAFT  # type: ignore[attr-defined]


class Revision(models.Model):
    """One saved state of a working copy, never changed. A concrete revision adds the foreign key to its host."""

    class Kind(models.TextChoices):
        SAVE = "save", _("Saved")
        RESTORE = "restore", _("Restored")
        IMPORT = "import", _("Imported")

    number = models.PositiveIntegerField(_("number"))
    created_at = models.DateTimeField(_("saved"), db_default=Now(), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("saved by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.SAVE)
    digest = models.CharField(max_length=64, editable=False)
    content = models.JSONField(editable=False)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        abstract = True
        ordering = ["-number", "-pk"]

    def __str__(self) -> str:
        return f"{self.number}"


class PublicationQuerySet(models.QuerySet):
    def live(self, at: datetime | None = None) -> Self:
        """Publications that the public may read at the moment `at`, now (by the database's clock) by default."""
        moment = at or Now()
        return self.filter(Q(live_until=None) | Q(live_until__gt=moment), live_from__lte=moment)

    def upcoming(self) -> Self:
        """Publications that will go live later."""
        return self.filter(live_from__gt=Now())


class Publication(models.Model):
    """One public version of its host, for as long as it is live; never edited once live, except for its end.

    A concrete publication adds the foreign keys to its host and to the revision (PROTECT), the listing columns, and
    an exclusion constraint on (host, window).
    """

    first_published_at = models.DateTimeField(_("posted"), editable=False)
    changed_at = models.DateTimeField(_("updated"), editable=False)
    live_from = models.DateTimeField(_("live from"))
    live_until = models.DateTimeField(_("live until"), null=True, blank=True)
    # The end that an editor chose; a scheduled update ends the publication before it, until the update is cancelled.
    planned_until = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("published by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    body = models.JSONField(editable=False)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        abstract = True


def ends_after_it_starts(name: str) -> models.CheckConstraint:
    """The constraint that every concrete publication carries on its own times."""
    return models.CheckConstraint(
        name=name,
        condition=Q(live_until=None) | Q(live_until__gt=F("live_from")),
        violation_error_message=_("A publication must end after it starts."),
    )


def seconds_to_boundary(*publications: type[Publication]) -> Any:
    """An expression: whole seconds for which a page made of these publications stays true, at most LONGEST_CACHE.

    A scheduled start or end changes pages with no event, so no cache may keep one past the next of them.
    """
    boundaries: list[Any] = []
    for model in publications:
        rows = model._default_manager.order_by()
        boundaries.append(Subquery(rows.filter(live_from__gt=Now()).order_by("live_from").values("live_from")[:1]))
        boundaries.append(Subquery(rows.filter(live_until__gt=Now()).order_by("live_until").values("live_until")[:1]))
    soonest = Least(*boundaries)  # PostgreSQL's LEAST passes over nulls
    seconds = Extract(soonest - Now(), "epoch", output_field=models.FloatField())
    return Least(Coalesce(seconds, float(LONGEST_CACHE)), float(LONGEST_CACHE), output_field=models.FloatField())
