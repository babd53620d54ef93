"""The ledger: what a fact's value is today, how a new one is added, and who has to know of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils.timezone import get_default_timezone, localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from facts import values
from facts.models import Correction, Fact, FactValue, Report, Source
from facts.states import NOTICE, Freshness, State
from facts.values import Kind
from publishing import purge
from publishing.dates import date_format
from publishing.prepared import Prepared

Reason, Noticed = FactValue.Reason, FactValue.Noticed


@dataclass(frozen=True)
class Figure:
    """A fact with its value of today, as pages show it."""

    key: str
    value: FactValue
    freshness: Freshness

    @property
    def text(self) -> str:
        """The value in the active language."""
        return self.value.text

    @property
    def is_table(self) -> bool:
        return self.value.fact.kind == Kind.TABLE

    @property
    def is_verified(self) -> bool:
        """May this be shown as verified? Never once its check is overdue or it is no longer kept up."""
        return self.freshness.state in {State.VERIFIED, State.DUE}

    @property
    def changed_at(self) -> datetime:
        """When what a page shows of it last became another: value, check, words, or the state by the clock."""
        days = [self.value.in_force_from]
        if self.freshness.due_on is not None:
            days += [self.freshness.due_on - NOTICE, self.freshness.due_on + timedelta(days=1)]
        passed = [midnight(day) for day in days if day <= self.value.today]  # type: ignore[attr-defined]
        return max([*passed, self.value.changed_at, self.value.fact.changed_at])

    @property
    def needs_warning(self) -> bool:
        """Must the reader be told beside the value itself? Whoever acts on it may lose money or be refused."""
        return self.value.fact.risk == "high" and self.freshness.state == State.OVERDUE


values_of = Prepared(lambda keys: FactValue.objects.current().filter(fact__key__in=keys), one_plan=True)


def resolve(keys: Iterable[str]) -> dict[str, Figure]:
    """The figures behind some keys, in one query (none for no keys). A key without a value in force is left out."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    return {row.fact.key: Figure(row.fact.key, row, row.freshness) for row in values_of(keys=wanted)}


def changes() -> dict[str, datetime]:
    """When each fact last became another one, by its key; one query."""
    return {row.fact.key: Figure(row.fact.key, row, row.freshness).changed_at for row in FactValue.objects.current()}


def since(value: FactValue) -> str:
    """Since when a value is in force, in words: the day, or that it was no later than a day."""
    day = date_format(value.in_force_from)
    if value.is_exact:
        return _("since %(day)s") % {"day": day}
    return _("since %(day)s or earlier") % {"day": day}


def today() -> date:
    """The day by the database's clock, in the site's time zone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (now() AT TIME ZONE %s)::date", [settings.TIME_ZONE])
        return cursor.fetchone()[0]


def seconds_to_midnight(moment: datetime | None = None) -> float:
    """For how long what facts show stays true: values come into force, and checks fall due, at the site's midnight."""
    now = localtime(moment, get_default_timezone())
    return midnight(now.date() + timedelta(days=1)).timestamp() - now.timestamp()


def midnight(day: date) -> datetime:
    """The moment at which a day begins in the site's time zone."""
    return datetime.combine(day, time.min, tzinfo=get_default_timezone())


# Adding and checking


@transaction.atomic
def add_value(
    fact: Fact,
    content: Any,
    *,
    in_force_from: date,
    source: Source,
    by: AbstractBaseUser | None = None,
    reason: str = Reason.CHANGE,
    report: Report | None = None,
    **details: Any,
) -> FactValue:
    """Add a dated value to a fact, and a correction to the public page where `reason` says that the old one was wrong.

    content: as `values.check` takes it. details: further columns of FactValue.

    Raises ValidationError for a value of the wrong kind or shape, and for one that changes nothing.
    """
    Fact.objects.select_for_update().get(pk=fact.pk)
    try:
        checked = values.check(fact.kind, content, fact.shape)
    except values.BadValue as error:
        raise ValidationError({"content": str(error)}) from None
    before = before_day(fact, in_force_from)
    if before is None:
        if reason == Reason.CORRECTION and fact.values.exists():
            raise ValidationError({"reason": _("There is no earlier value that this could correct.")})
        reason = Reason.FIRST
    if before is not None and before.content == checked:
        raise ValidationError({"content": _("That is the value already. Verify it instead of adding it again.")})
    row = FactValue(
        fact=fact,
        content=checked,
        in_force_from=in_force_from,
        source=source,
        reason=reason,
        replaces=before,
        noted_by=by,  # type: ignore[misc]  # any user model
        **details,
    )
    row.full_clean()
    row.save()
    # What will come takes over from this one from now on, and the log will say so.
    after = FactValue.objects.coming().filter(fact=fact, replaces=before, in_force_from__gt=in_force_from)
    after.filter(reason=Reason.FIRST).update(reason=Reason.CHANGE)
    after.exclude(pk=row.pk).update(replaces=row)
    if reason == Reason.CORRECTION:
        Correction.objects.create(value=row, noticed_by=row.noticed_by, report=report)
    announce([fact.key])
    return row


def before_day(fact: Fact, day: date) -> FactValue | None:
    """The value that one in force from `day` takes over from: the latest of those in force from that day or earlier."""
    rows = fact.values.filter(in_force_from__lte=day)
    return rows.order_by("-in_force_from", "-pk").first()


@transaction.atomic
def verify(facts: Sequence[Fact], by: AbstractBaseUser | None, on: date | None = None) -> int:
    """Note that somebody saw the present values of some facts in their sources (today by default); returns how many.

    What is archived, and what has no value in force, is passed over.
    """
    current = FactValue.objects.current().filter(fact__in=facts, fact__archived_at=None)
    rows = list(FactValue.objects.select_for_update().filter(pk__in=[row.pk for row in current]))
    day = on or today()
    for row in rows:
        row.verified_on, row.verified_by = day, by  # type: ignore[assignment]
        row.save(update_fields=["verified_on", "verified_by", "changed_at"])
    announce([fact.key for fact in facts])
    return len(rows)


@transaction.atomic
def withdraw(value: FactValue) -> None:
    """Take back a value that is not in force yet, with what the page of corrections would say of it.

    Raises ValidationError once its day has come: then it stays, and another value corrects it.
    """
    row = FactValue.objects.coming().select_for_update(of=("self",)).filter(pk=value.pk).first()
    if row is None:
        raise ValidationError(_("This value is in force. It stays in the history; add another one to correct it."))
    row.replaced_by.update(replaces=row.replaces)
    Correction.objects.filter(value=row).delete()
    row.delete()
    announce([row.fact.key])


@transaction.atomic
def keep_up(facts: Sequence[Fact], kept: bool) -> int:
    """Note that some facts are kept up from now on, or are no longer; returns for how many that is new."""
    rows = Fact.objects.filter(pk__in=[fact.pk for fact in facts]).exclude(archived_at__isnull=kept)
    changed = rows.update(archived_at=None if kept else Now(), changed_at=Now())
    announce([fact.key for fact in facts])
    return changed


# Where facts are used


@dataclass(frozen=True)
class Use:
    """A public page that shows a fact."""

    title: str
    path: str
    language: str


def users() -> list[Any]:
    """The modules of settings.FACT_USERS. Each has

    - `count(keys) -> {key: int}`: on how many public pages each fact is shown;
    - `pages(keys, most) -> list[Use]`: those pages, the newest first.
    """
    return [import_module(path) for path in settings.FACT_USERS]


def used_by(keys: Sequence[str], most: int = 100) -> list[Use]:
    """The public pages that show any of some facts, at most `most` of each kind of page."""
    return [use for module in users() for use in module.pages(list(keys), most)]


def use_counts(keys: Sequence[str]) -> dict[str, int]:
    """On how many public pages each fact is shown; one query for each kind of page."""
    counts = dict.fromkeys(keys, 0)
    for module in users():
        for key, number in module.count(list(keys)).items():
            counts[key] += number
    return counts


def announce(keys: Sequence[str]) -> None:
    """Once this transaction is committed, have caches drop every page that shows one of these facts."""
    if settings.PURGE_BACKEND:
        transaction.on_commit(partial(_purge, list(keys)), robust=True)


def _purge(keys: list[str]) -> None:
    paths = {use.path for use in used_by(keys, most=1000)}
    for fact in Fact.objects.filter(key__in=keys):
        for language, _name in settings.LANGUAGES:
            with override(language):
                paths.add(fact.get_absolute_url())
    purge.paths(sorted(paths))
