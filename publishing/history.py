"""Revisions: what a working copy was at each save, and how to bring one back."""

import hashlib
import json
import uuid
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ObjectDoesNotExist
from django.db import models, transaction
from django.db.models.functions import Now

from publishing.models import Publishable, Revision, column

SCHEMA = 1  # of the snapshots; articles.body.upgrade brings an older one up when it is read


def plain(value: Any) -> Any:
    """A field's value as JSON has it."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    return value


def snapshot(host: Publishable) -> dict[str, Any]:
    """Everything of a working copy that editors can change: `{"schema", "fields", "blocks", …extra_content}`.

    `restore(host, snapshot(host))` changes nothing, and equal content gives an equal snapshot.
    """
    fields = {name: plain(column(type(host), name).value_from_object(host)) for name in host.snapshot_fields}
    blocks = [{key: plain(value) for key, value in block.content().items()} for block in host.blocks()]
    return {"schema": SCHEMA, "fields": fields, "blocks": blocks, **host.extra_content()}


def digest(content: dict[str, Any]) -> str:
    """SHA-256 of a snapshot, in hexadecimal."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def lock(host: Publishable) -> None:
    """Hold the row of a working copy until the transaction ends, so that saves and publications take turns."""
    type(host)._default_manager.select_for_update().values_list("pk").get(pk=host.pk)


def latest(host: Publishable) -> Revision | None:
    """The newest revision, or None for a working copy that was never saved through `save_revision`."""
    return host.revisions.order_by("-number").first()  # type: ignore[attr-defined]


@transaction.atomic
def save_revision(
    host: Publishable,
    user: AbstractBaseUser | None,
    *,
    kind: Revision.Kind = Revision.Kind.SAVE,
    note: str = "",
) -> Revision:
    """Record the working copy as it stands in the database; returns the newest revision, an old one if nothing changed.

    Call it after the blocks are saved, in the same transaction.
    """
    lock(host)
    content = snapshot(host)
    fingerprint = digest(content)
    newest = latest(host)
    if newest is not None and newest.digest == fingerprint:
        return newest
    type(host)._default_manager.filter(pk=host.pk).update(changed_at=Now())
    return host.revisions.create(  # type: ignore[attr-defined]
        number=newest.number + 1 if newest else 1,
        created_by=user,
        kind=kind,
        digest=fingerprint,
        content=content,
        note=note,
    )


@transaction.atomic
def restore(revision: Revision, host: Publishable, user: AbstractBaseUser | None) -> list[str]:
    """Make the working copy what it was at `revision`, as a new revision; what is live stays.

    Returns a sentence for each thing that no longer exists and was left out.
    """
    lock(host)
    content = revision.content
    left_out = []
    for name in host.snapshot_fields:
        field = column(type(host), name)
        value = content["fields"].get(name, field.get_default())
        if isinstance(field, models.ForeignKey):
            value = _existing(field, value)
            if value is None and content["fields"].get(name) is not None:
                left_out.append(f"{field.verbose_name}: {content['fields'][name]}")
                if not field.null:
                    continue
        setattr(host, field.attname, field.to_python(value) if value is not None else None)
    host.save()
    left_out += host.apply_extra_content(content)
    models_by_kind = {model.kind: model for model in host.block_models()}
    for model in models_by_kind.values():
        model._default_manager.filter(parent=host).delete()
    for position, block in enumerate(content["blocks"]):
        model = models_by_kind.get(block["type"])
        if model is None:
            left_out.append(block["type"])
            continue
        row = model(parent=host, uid=block["uid"], region=block["region"], ordering=(position + 1) * 10)
        for name in model.snapshot_fields:
            field = column(model, name)
            value = block.get(name, field.get_default())
            if isinstance(field, models.ForeignKey) and value is not None and _existing(field, value) is None:
                left_out.append(f"{model._meta.verbose_name}: {field.verbose_name} {value}")
                break
            setattr(row, field.attname, value)
        else:
            row.save()
    save_revision(host, user, kind=Revision.Kind.RESTORE, note=f"{revision.number}")
    return left_out


def _existing(field: models.ForeignKey, pk: Any) -> Any:
    """The key if its row still exists, else None."""
    try:
        return field.remote_field.model._default_manager.values_list("pk", flat=True).get(pk=pk)
    except (ObjectDoesNotExist, ValueError, TypeError):
        return None
