"""What differs between two snapshots of one working copy, in words for the person who wrote one of them."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from publishing import richtext
from publishing.dates import date_format
from publishing.fields import RichTextField
from publishing.models import Block, Publishable

Content = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """One row of the table: what it is about, the lines that differ on each side, and how it came about."""

    label: str
    theirs: list[str] = field(default_factory=list)
    mine: list[str] = field(default_factory=list)
    note: str = ""


class Wording:
    """Turns the values of a snapshot into lines that can be read; remembers the names it has looked up."""

    def __init__(self, host_model: type[Publishable]) -> None:
        self.host_model = host_model
        self.block_models: dict[str, type[Block]] = {model.kind: model for model in host_model.block_models()}
        self.names: dict[tuple[type[models.Model], Any], str] = {}

    def lines(self, column: Any, value: Any) -> list[str]:
        """A field's value as lines of text; an empty value has none."""
        if isinstance(column, RichTextField):
            return [line for line in richtext.plain_text(value or "").splitlines() if line.strip()]
        if isinstance(value, bool):
            return [_("Yes") if value else _("No")]
        if value in (None, ""):
            return []
        if isinstance(column, models.ForeignKey):
            return [self.name(column.remote_field.model, value)]
        if isinstance(column, models.DateField):
            return [date_format(date.fromisoformat(str(value)[:10]))]
        if column.choices:
            return [str(dict(column.flatchoices).get(value, value))]
        return str(value).splitlines()

    def name(self, model: type[models.Model], pk: Any) -> str:
        """What a row is called, or its number once it is gone; one query for each row."""
        if (model, pk) not in self.names:
            self.names[model, pk] = str(model._default_manager.filter(pk=pk).first() or f"#{pk}")
        return self.names[model, pk]

    def block_lines(self, block: Content) -> list[str]:
        """Everything a block says, one line a paragraph or field."""
        model = self.block_models.get(block["type"])
        if model is None:
            return []
        found: list[str] = []
        for name in model.snapshot_fields:
            column: Any = model._meta.get_field(name)
            lines = self.lines(column, block.get(name))
            if isinstance(column, RichTextField):
                found += lines
            else:
                found += [f"{capfirst(column.verbose_name)}: {line}" for line in lines]
        return found

    def block_label(self, block: Content) -> str:
        """A block's kind, as editors know it."""
        model = self.block_models.get(block["type"])
        return capfirst(str(model._meta.verbose_name)) if model else block["type"]

    def extra_label(self, key: str) -> str:
        """What a list beside fields and blocks is called: authors, tags, sources."""
        column: Any = self.host_model._meta.get_field(key)
        named = getattr(column, "verbose_name", None) or column.related_model._meta.verbose_name_plural
        return capfirst(str(named))

    @staticmethod
    def extra_line(item: Content) -> str:
        """One entry of such a list."""
        if "name" in item:
            return str(item["name"])
        return " · ".join(str(value) for key, value in item.items() if value and key not in {"id", "slug"})


def differences(
    host_model: type[Publishable], base: Content | None, theirs: Content, mine: Content
) -> list[Difference]:
    """What somebody who started from `base` and wants to save `mine` must know of `theirs`, which was saved meanwhile.

    base: the snapshot both started from, or None if it is not known; then nothing is said of who changed what.
    """
    wording = Wording(host_model)
    return [
        *_fields(wording, base, theirs, mine),
        *_extras(wording, base, theirs, mine),
        *_blocks(wording, base, theirs, mine),
    ]


def extra_keys(content: Content) -> list[str]:
    """The lists of a snapshot beside its fields and blocks, in a fixed order."""
    return sorted(content.keys() - {"schema", "fields", "blocks"})


def _who(base: Any, theirs: Any, mine: Any, known: bool) -> str:
    """Who changed a value that differs now."""
    if not known:
        return ""
    if base == mine:
        return _("Changed by the other save, not by you.")
    if base == theirs:
        return _("Changed by you.")
    return _("Changed by both.")


def _fields(wording: Wording, base: Content | None, theirs: Content, mine: Content) -> Iterable[Difference]:
    for name in wording.host_model.snapshot_fields:
        their_value, my_value = theirs["fields"].get(name), mine["fields"].get(name)
        if their_value == my_value:
            continue
        column: Any = wording.host_model._meta.get_field(name)
        note = _who((base or theirs)["fields"].get(name), their_value, my_value, base is not None)
        yield Difference(
            capfirst(str(column.verbose_name)),
            wording.lines(column, their_value),
            wording.lines(column, my_value),
            note,
        )


def _extras(wording: Wording, base: Content | None, theirs: Content, mine: Content) -> Iterable[Difference]:
    for key in extra_keys(theirs):
        sides = [[wording.extra_line(item) for item in content.get(key, [])] for content in (theirs, mine)]
        before = [wording.extra_line(item) for item in (base or {}).get(key, [])]
        if sides[0] != sides[1]:
            note = _who(before, sides[0], sides[1], base is not None)
            yield Difference(wording.extra_label(key), sides[0], sides[1], note)
        elif base is not None and (added := [line for line in sides[0] if line not in before]):
            yield Difference(
                wording.extra_label(key), added, added, _("Added by the other save; kept in your version.")
            )


def _blocks(wording: Wording, base: Content | None, theirs: Content, mine: Content) -> Iterable[Difference]:
    before, their_blocks, my_blocks = (
        {block["uid"]: block for block in (content or {"blocks": []})["blocks"]} for content in (base, theirs, mine)
    )
    for uid in dict.fromkeys([*their_blocks, *my_blocks]):
        block = my_blocks.get(uid) or their_blocks[uid]
        their_lines, my_lines = (
            wording.block_lines(blocks[uid]) if uid in blocks else [] for blocks in (their_blocks, my_blocks)
        )
        if uid not in their_blocks:
            back, new = _("Removed by the other save; saving again brings it back."), _("New in your version.")
            yield Difference(wording.block_label(block), [], my_lines, back if uid in before else new)
        elif uid not in my_blocks:
            yield Difference(wording.block_label(block), their_lines, [], _("Removed by you."))
        elif their_blocks[uid] != block:
            note = _who(before.get(uid), their_blocks[uid], block, base is not None)
            yield Difference(wording.block_label(block), *only_changed(their_lines, my_lines), note)
        elif base is not None and uid not in before:
            note = _("Added by the other save; kept in your version.")
            yield Difference(wording.block_label(block), their_lines, my_lines, note)
    their_order = [_first_line(wording, block) for uid, block in their_blocks.items() if uid in my_blocks]
    my_order = [_first_line(wording, their_blocks[uid]) for uid in my_blocks if uid in their_blocks]
    if their_order != my_order:
        yield Difference(_("Order of the blocks"), *only_changed(their_order, my_order))


def _first_line(wording: Wording, block: Content) -> str:
    lines = wording.block_lines(block)
    return f"{wording.block_label(block)}: {lines[0]}" if lines else wording.block_label(block)


def only_changed(theirs: list[str], mine: list[str]) -> tuple[list[str], list[str]]:
    """The lines of each side that the other does not have in the same place. Lines, not words: difflib is quadratic."""
    matcher = difflib.SequenceMatcher(a=theirs, b=mine, autojunk=False)
    changed = [codes for codes in matcher.get_opcodes() if codes[0] != "equal"]
    return (
        [line for _tag, start, end, _start, _end in changed for line in theirs[start:end]],
        [line for _tag, _start, _end, start, end in changed for line in mine[start:end]],
    )
