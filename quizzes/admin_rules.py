"""The rule of a program in words, read-only, beside the program in its admin."""

from collections.abc import Iterator
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quizzes.eligibility.rules import UNDATED, Group, Leaf, Node, Source
from quizzes.eligibility.verdicts import RULES

CHANGEABILITIES = {
    "changeable": _("can be changed"),
    "waits": _("comes with time"),
    "fixed": _("cannot be changed"),
}
KINDS = {"all": _("All of these"), "any": _("Any one of these")}
COMPARISONS = {
    "eq": _("is %(value)s"),
    "ne": _("is not %(value)s"),
    "in": _("is one of %(value)s"),
    "not_in": _("is none of %(value)s"),
    "gte": _("at least %(value)s"),
    "lte": _("at most %(value)s"),
    "between": _("from %(low)s to %(high)s"),
    "true": _("yes"),
    "false": _("no"),
    "contains_any": _("has one of %(value)s"),
    "edu_gte": _("at least %(value)s"),
    "gte_table": _("at least the amount of the table %(value)s for %(by)s"),
}
LISTED = 6  # of a long list of codes


def fragment(context: dict[str, Any], program: Any) -> str:
    """The rule of a program as safe HTML; empty for a program that has none yet."""
    rule = RULES.programs.get(program.key)
    if rule is None:
        return ""
    lines = list(lines_of(rule.rule))
    given = {"lines": lines, "rule": rule, "source": source_words(rule.source), "version": RULES.version}
    return render_to_string("admin/quizzes/rules.html", given)


def lines_of(node: Node, depth: int = 0) -> Iterator[dict[str, Any]]:
    """A rule as the lines of a table, each with how deep it stands; the outermost “all” is not told."""
    outermost = isinstance(node, Group) and depth == 0 and node.kind == "all" and not node.id
    if not outermost:
        yield {
            "depth": min(depth, 4),
            "id": node.id,
            "words": node.words,
            "is_group": isinstance(node, Group),
            "asks": asks(node) if isinstance(node, Leaf) else KINDS[node.kind],
            "fact": node.fact if isinstance(node, Leaf) else "",
            "changeability": CHANGEABILITIES[node.changeability] if isinstance(node, Leaf) else "",
            "source": source_words(node.source),
        }
    if isinstance(node, Group):
        for part in node.parts:
            yield from lines_of(part, depth if outermost else depth + 1)


def asks(leaf: Leaf) -> str:
    """A comparison in words."""
    value = leaf.value
    if leaf.op == "between":
        return COMPARISONS[leaf.op] % {"low": value[0], "high": value[1]}
    if isinstance(value, list):
        shown = ", ".join(str(one) for one in value[:LISTED])
        if len(value) > LISTED:
            shown = gettext("%(codes)s … (%(count)d in all)") % {"codes": shown, "count": len(value)}
        value = shown
    return COMPARISONS[leaf.op] % {"value": value, "by": leaf.by}


def source_words(source: Source) -> dict[str, str]:
    """Where a criterion was read, and of which day that text is."""
    as_of = gettext("undated") if source.as_of == UNDATED else gettext("as of %(day)s") % {"day": source.as_of}
    host = source.url.removeprefix("https://").partition("/")[0].removeprefix("www.")
    return {"url": source.url, "host": host, "locator": source.locator, "as_of": as_of}
