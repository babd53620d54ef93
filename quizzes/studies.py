"""The student quiz's result: pathways in their order, each with the five lines that decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from facts.models import Jurisdiction
from quizzes import flow
from quizzes.eligibility import pathways
from quizzes.eligibility.leaves import Truth
from quizzes.eligibility.pathways import Ranked, Wish
from quizzes.eligibility.verdicts import RULES, Verdict, criteria
from quizzes.results import Judged, Line, Maker, flat, words
from quizzes.wording import Wording

PERMIT = "study_permit"
PROGRAMS = (PERMIT, "pgwp", "sowp_student")  # whose verdicts a saved result follows
STATES = {True: "yes", False: "no", None: "unknown"}


@dataclass(frozen=True)
class Row:
    """One of the five lines of a pathway. state: yes, no, unknown or nothing."""

    label: str
    state: str
    texts: Sequence[str]
    programs: Sequence[Any] = ()


@dataclass(frozen=True)
class Pathway:
    """One pathway for one person."""

    number: int
    ranked: Ranked
    rows: Sequence[Row]

    @property
    def name(self) -> str:
        return words(self.ranked.pathway.name)

    @property
    def suits(self) -> str:
        return words(self.ranked.pathway.suits)

    @property
    def reasons(self) -> list[str]:
        return [_reason(code) for code in self.ranked.reasons]

    @property
    def sources(self) -> Sequence[Line]:
        """Where it was read, as lines of a result name their sources."""
        return [Line("", "", "", "leaf", one, "", "", [], []) for one in self.ranked.pathway.sources]


@dataclass(frozen=True)
class Studies:
    """All that the page shows. warns: the studies that were chosen lead to no work permit, and work is wanted."""

    pathways: Sequence[Pathway]
    warns: bool
    permit: Sequence[Line]


def rank(judged: Judged) -> list[Ranked]:
    """The pathways of one person in their order."""
    wished = flow.study_wishes(judged.counted)
    budget = wished.tuition[1] if wished.tuition else None
    return pathways.rank(judged.answers, Wish(wished.level, wished.field, wished.plan, wished.province, budget))


def build(judged: Judged, wording: Wording, rows: Mapping[str, Any]) -> Studies:
    """The result of one person. rows: the listed programs."""
    makes = Maker(judged, wording, rows, {})
    permit = [makes.line(one) for one in criteria(judged.person, RULES.programs[PERMIT])]
    ranked = rank(judged)
    found = [Pathway(number, one, _rows(one, judged, permit, rows)) for number, one in enumerate(ranked, start=1)]
    return Studies(found, any(one.warns and one.pathway.fields is not None for one in ranked), permit)


def _rows(ranked: Ranked, judged: Judged, permit: Sequence[Line], rows: Mapping[str, Any]) -> list[Row]:
    feeds = [rows[key] for key in ranked.pathway.leads_to if key in rows]
    missing = _missing(ranked, permit)
    return [
        _permit(ranked, judged),
        _work(ranked),
        Row(
            _("Can a partner work?"),
            {True: "yes", False: "no"}.get(ranked.pathway.partner_open_permit, "unknown"),
            [words(ranked.pathway.partner)],
        ),
        Row(
            _("Which permanent programs does it feed?"),
            "yes" if feeds else "no",
            [] if feeds else [_("None by itself.")],
            feeds,
        ),
        Row(_("What is missing?"), "", missing or [_("Nothing that we know of.")]),
    ]


def _permit(ranked: Ranked, judged: Judged) -> Row:
    label = _("Can you get the permit?")
    if not ranked.pathway.permit_needed:
        return Row(label, "yes", [_("You need no study permit for up to six months.")])
    verdict = judged.judgements[PERMIT].verdict
    state, text = {
        Verdict.LIKELY: ("yes", _("You meet the main rules.")),
        Verdict.WORTH_CHECKING: ("yes", _("You meet the rules that we know of.")),
        Verdict.NEED_ANSWER: ("unknown", _("Nothing rules it out, but something is not known yet.")),
        Verdict.CLOSE: ("no", _("Not yet: what is missing can be changed.")),
    }.get(verdict, ("no", _("Not yet: see what is missing.")))
    letter = {
        True: _("A provincial attestation letter is needed."),
        False: _("No attestation letter is needed."),
        None: _("Check whether an attestation letter is needed."),
    }[ranked.pathway.attestation_letter]
    texts = [text, letter]
    if ranked.pathway.quebec_caq:
        texts.append(_("Quebec’s acceptance certificate (CAQ) is needed."))
    return Row(label, state, texts)


def _work(ranked: Ranked) -> Row:
    label, permit = _("Can you work after it?"), ranked.pathway.pgwp
    if permit is None:
        return Row(label, "no", [_("It leads to no post-graduation work permit.")])
    texts = [_language(ranked)]
    if permit.length is not None:
        texts.insert(0, _("Post-graduation work permit: %(length)s.") % {"length": words(permit.length)})
    if permit.field_list:
        texts.append(
            {
                True: _("Your level or field is one that it takes."),
                False: _("Your field is not on the list."),
                None: _("The field has to be on the list, unless you take a degree."),
            }[ranked.field]
        )
    return Row(label, STATES[ranked.work], texts)


def _language(ranked: Ranked) -> str:
    asked = {"level": ranked.language_level}
    return {
        True: _("It asks for CLB or NCLC %(level)d in all four abilities, which you have.") % asked,
        False: _("It asks for CLB or NCLC %(level)d in all four abilities, which you do not have yet.") % asked,
        None: _("It asks for CLB or NCLC %(level)d in all four abilities; your level is not known.") % asked,
    }[ranked.language]


def _missing(ranked: Ranked, permit: Sequence[Line]) -> list[str]:
    """What is not met or not known, in words."""
    found = []
    if ranked.pathway.permit_needed:
        skipped = {"attestation"} if ranked.pathway.attestation_letter is False else set()
        for line in permit:
            if line.state != "yes" and line.id not in skipped:
                text = line.text or next((part.text for part in flat(line.parts) if part.text), "")
                found.append(text if line.state == "no" else _("%(text)s (not known)") % {"text": text})
    if ranked.pathway.pgwp is not None and ranked.language is not True:
        found.append(
            _("CLB or NCLC %(level)d in all four abilities, to work afterwards") % {"level": ranked.language_level}
        )
    return found


def _reason(code: str) -> str:
    name, _colon, value = code.partition(":")
    match name:
        case "level":
            return _("it is the level that you want")
        case "province":
            return _("it is in %(province)s, where you would live") % {"province": Jurisdiction(value).label}
        case "cheaper":
            return _("it costs less than others, and your budget is small")
        case "dearer":
            return _("it costs more than others, and your budget is small")
        case "work":
            return _("you can work after it")
        case "work_unknown":
            return _("whether you can work after it is not known yet")
        case "no_work":
            return _("you cannot work after it")
    number = int(value)
    return ngettext("it feeds %(number)d permanent program", "it feeds %(number)d permanent programs", number) % {
        "number": number
    }


def verdict(ranked: Ranked) -> str:
    """Whether one can work after it: yes, no or unknown, for a shared result."""
    work: Truth = ranked.work
    return STATES[work]
