"""Two people who save the same working copy: how the second one's form is kept whole.

A posted formset names its rows by primary key. By the time it arrives, somebody else may have removed some of those
rows, added others, or restored a revision, which makes all of them anew. Django would answer "select a valid choice"
for each row that is gone and say nothing of rows that came; `reconcile` rewrites the posted data so that it fits the
rows of today and loses nothing of what was typed.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import models
from django.forms import BaseForm
from django.forms.formsets import DELETION_FIELD_NAME, INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.http import QueryDict
from django.utils.formats import localize_input

Row = dict[str, list[str]]  # the posted values of one form of a formset, by the name within the form


def reconcile(
    data: QueryDict,
    prefix: str,
    rows: list[models.Model],
    identity: str,
    identify: Callable[[models.Model], str],
    unchanged: Callable[[models.Model], BaseForm],
) -> None:
    """Make the posted formset `prefix` fit `rows`, its rows as they are in the database now.

    A posted row that is still there keeps its place; one that was made anew is found again by its `identity`, a field
    of the form; one that is gone becomes a new row with all its text; and a row that the form does not know
    joins it as it is. Existing rows come out in the order of `rows`, which is how Django's templates pair them.

    data: changed in place.
    identify: a function that gives what the field `identity` of a row's form holds.
    unchanged: a function that gives the unbound form of a row.
    """
    total = _count(data, f"{prefix}-{TOTAL_FORM_COUNT}")
    initial = _count(data, f"{prefix}-{INITIAL_FORM_COUNT}")
    posted = _posted_rows(data, prefix, total)
    by_key = {str(row.pk): row for row in rows}
    by_identity = {identify(row): row for row in rows}
    kept: dict[Any, Row] = {}
    waiting: list[Row] = []
    for index, values in enumerate(posted):
        key = values.get("id", [""])[0]
        if index < initial and key in by_key:
            kept[by_key[key].pk] = values
        else:
            waiting.append(values)
    new: list[Row] = []
    for values in waiting:
        match = by_identity.get(values.get(identity, [""])[0])
        if match is not None and match.pk not in kept:
            kept[match.pk] = values
        elif not (DELETION_FIELD_NAME in values and values.get("id", [""])[0]):  # both sides took it out
            new.append(values | {"id": [""]})
    for row in rows:
        kept.setdefault(row.pk, _values(unchanged(row)))
    _write(data, prefix, [kept[row.pk] | {"id": [str(row.pk)]} for row in rows], new)


def _count(data: QueryDict, name: str) -> int:
    value = data.get(name, "")
    return int(value) if value.isdecimal() else 0


def _posted_rows(data: QueryDict, prefix: str, total: int) -> list[Row]:
    rows: list[Row] = [{} for _number in range(min(total, 2000))]
    pattern = re.compile(re.escape(prefix) + r"-(\d{1,4})-(.+)")
    for name in data:
        if (found := pattern.fullmatch(name)) and int(found[1]) < len(rows):
            rows[int(found[1])][found[2]] = data.getlist(name)
    return rows


def _values(form: BaseForm) -> Row:
    """What a browser would post of a form that nobody touched."""
    values: Row = {}
    for name in form.fields:
        value = form[name].value()
        if value is False or name == DELETION_FIELD_NAME:
            continue
        if isinstance(value, (date, datetime)):
            value = localize_input(value)
        values[name] = ["on" if value is True else "" if value is None else str(value)]
    return values


def _write(data: QueryDict, prefix: str, existing: list[Row], new: list[Row]) -> None:
    pattern = re.compile(re.escape(prefix) + r"-\d+-.+")
    for name in [name for name in data if pattern.fullmatch(name)]:
        del data[name]
    for index, values in enumerate([*existing, *new]):
        for name, value in values.items():
            data.setlist(f"{prefix}-{index}-{name}", value)
    data[f"{prefix}-{TOTAL_FORM_COUNT}"] = str(len(existing) + len(new))
    data[f"{prefix}-{INITIAL_FORM_COUNT}"] = str(len(existing))
