"""The pages of the calculators: the CRS score, the 67 points, and levels of language tests.

The page of each form is the same for everybody and may be cached. What somebody writes goes to a second address, which
no cache keeps; it is not stored unless they save it or take it into the quiz, and it stands in no address.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles import structured
from doors.forms import allow, open_form
from facts import ledger
from programs.models import by_language
from publishing.caching import public
from publishing.languages import active
from quizzes import calculator_forms as forms
from quizzes import calculators, rulebook, sittings
from quizzes.calculator_forms import CONVERTER, CRS, FSW, Entries, Form, Raw
from quizzes.crs import Range, RuleBook
from quizzes.eligibility import fsw67
from quizzes.language import ABILITIES, TESTS
from quizzes.models import SAVED_LIFE, SavedProfile, new_token, token_hash
from quizzes.saved_views import no_addresses, secret, unknown
from quizzes.views import address, private
from rounds import standing

HOUR = timedelta(hours=1)
SENT_AN_HOUR = 1800  # from one address: the score follows each change, and several people may be behind it
SAVED_AN_HOUR = 60
NO_COPIES = {"robots": "noindex", "alternates": [], "canonical": ""}


def trail(title: str, name: str) -> list[dict[str, Any]]:
    return [structured.breadcrumbs([(title, reverse(f"quizzes:{name}"))])]


def too_much(request: HttpRequest, back: str) -> HttpResponse:
    """What somebody is told who sends too much."""
    context = {"page_title": _("Too many calculations at once"), "back": back, **NO_COPIES}
    response = render(request, "quizzes/calculator_slow_down.html", context, status=429)
    response.headers["Retry-After"] = "3600"
    return response


def form_context(form: Form, raw: Raw | None = None, found: Entries | None = None) -> dict[str, Any]:
    """What the form of a calculator shows."""
    faults = forms.faults(form, found) if found else []
    return {"parts": forms.parts(form, raw, found), "faults": faults}


def mine(request: HttpRequest, form: Form) -> tuple[Raw | None, Entries | None]:
    """The form filled in from the quiz; Nones where there are no answers."""
    sitting = sittings.find(request)
    if sitting is None:
        return None, None
    names = {ask.name for ask in form.asks}
    raw = {name: values for name, values in calculators.from_quiz(sitting.given).items() if name in names}
    return raw, forms.clean(form, raw, ledger.today(), lenient=True)


# The CRS


def crs_context() -> dict[str, Any]:
    """What every page of the CRS calculator shows."""
    return {
        "action": reverse("quizzes:crs_score"),
        "mine": reverse("quizzes:crs_score"),
        "page_title": _("CRS calculator"),
        "page_description": _(
            "Your Express Entry score line by line, beside every type of round, and what would raise it most."
        ),
        "fsw_url": reverse("quizzes:fsw"),
        "language_url": reverse("quizzes:language"),
        "quiz_url": address("immigration"),
    }


@require_safe
def crs(request: HttpRequest) -> HttpResponseBase:
    """The form of the CRS calculator, the same for everybody; two queries: versions that editors published, today."""
    book = rulebook.current()
    version = rulebook.in_force(book, ledger.today())
    context = {**crs_context(), **form_context(CRS), "notice": calculators.notice(book, version), "version": version}
    context["json_ld"] = trail(context["page_title"], "crs")
    return public(render(request, "quizzes/crs.html", context), ledger.seconds_to_midnight())


@open_form
@require_http_methods(["GET", "HEAD", "POST"])
@private
def crs_score(request: HttpRequest) -> HttpResponseBase:
    """The form filled in from the quiz; by POST the score, while somebody types or as a page."""
    book = rulebook.current()
    if request.method == "POST":
        return crs_posted(request, book)
    version = rulebook.in_force(book, ledger.today())
    raw, found = mine(request, CRS)
    context = {
        **crs_context(),
        **form_context(CRS, raw, found),
        "notice": calculators.notice(book, version),
        "version": version,
        "is_mine": raw is not None,
        "is_empty": raw is None,
        "was_deleted": "deleted" in request.GET,
        **NO_COPIES,
    }
    return render(request, "quizzes/crs.html", context)


def crs_posted(request: HttpRequest, book: RuleBook) -> HttpResponseBase:
    """A score that somebody asks for. Keys of the POST: `live` for the short one, `save`, `quiz`."""
    if not allow(request, "calculator", most=SENT_AN_HOUR, within=HOUR):
        return too_much(request, reverse("quizzes:crs"))
    raw, today, is_live = forms.read(CRS, request.POST), ledger.today(), "live" in request.POST
    found = forms.clean(CRS, raw, today, lenient=is_live)
    version = rulebook.in_force(book, today)
    if found.errors:
        title = _("Error: %(title)s") % {"title": _("CRS calculator")}
        context = {
            **crs_context(),
            **form_context(CRS, raw, found),
            "notice": calculators.notice(book, version),
            "version": version,
            **NO_COPIES,
            "page_title": title,
        }
        return render(request, "quizzes/crs.html", context, status=422)
    score = calculators.score(found, version)
    if is_live:
        context = {"score": calculators.figure(score.breakdown.total), "is_range": score.low != score.high}
        context["factors"] = calculators.sections(score.breakdown)
        context["parts"] = forms.parts(CRS, raw, found)
        return render(request, "quizzes/crs_live.html", context)
    if "save" in request.POST:
        if not allow(request, "quiz-save", most=SAVED_AN_HOUR, within=HOUR):
            return too_much(request, reverse("quizzes:crs"))
        return HttpResponseRedirect(reverse("saved_score", kwargs={"token": save(raw, score)}))
    if "quiz" in request.POST:
        return into_quiz(request, raw, found)
    context = {
        **crs_context(),
        **score_context(score, book, raw),
        **form_context(CRS, raw, found),
        **NO_COPIES,
        "page_title": _("Your CRS score: %(score)s") % {"score": calculators.figure(score.breakdown.total)},
    }
    return render(request, "quizzes/crs_result.html", context)


def score_context(score: calculators.Score, book: RuleBook, raw: Raw) -> dict[str, Any]:
    """What a score shows; three queries: recent rounds, those of the chart, the pool."""
    today, version = ledger.today(), score.breakdown.version
    recent = standing.recent(today)
    rounds = calculators.rounds_of(score, recent)
    drawn, rows = calculators.cutoffs(score, recent)
    return {
        "score": calculators.figure(score.breakdown.total),
        "is_range": score.low != score.high,
        "most": calculators.figure(1200),
        "first": _("English") if score.first == "en" else _("French"),
        "is_chosen": score.is_chosen,
        "factors": calculators.sections(score.breakdown),
        "notice": calculators.notice(book, version),
        "version": version,
        "rounds": rounds,
        "since": recent.since,
        "verdict": calculators.verdict(rounds),
        "close": calculators.CLOSE,
        "chart": drawn,
        "chart_words": calculators.chart_words(score, rows),
        "pool": calculators.pool_of(score, standing.latest_pool()),
        "rounds_url": reverse("rounds:rounds"),
        "steps": calculators.steps(score, version),
        "coming": calculators.coming(score, version, today),
        "hidden": forms.hidden(CRS, raw),
        "scored_on": today,
    }


def into_quiz(request: HttpRequest, raw: Raw, found: Entries) -> HttpResponseBase:
    """Take what was written into the answers of the quiz, and lead there."""
    sitting = sittings.find(request)
    answers = calculators.to_quiz(raw, found, sitting.given if sitting else {})
    _sitting, token = sittings.keep(request, answers)
    return sittings.hand_over(HttpResponseRedirect(address("immigration", "go_on")), request, token)


def save(raw: Raw, score: calculators.Score) -> str:
    """Keep a profile for a year; returns the token of its link, which is kept nowhere."""
    token = new_token()
    SavedProfile.objects.create(
        token_hash=token_hash(token),
        language=active(),
        given={name: list(values) for name, values in raw.items() if values},
        lowest=score.low,
        highest=score.high,
        rules=score.breakdown.version.key,
        scored_on=ledger.today(),
        expires_at=Now() + SAVED_LIFE,
    )
    return token


@open_form
@require_http_methods(["GET", "HEAD", "POST"])
@secret
@private
def saved_score(request: HttpRequest, token: str) -> HttpResponseBase:
    """A profile that was saved, scored by the rules of today, in its language; a POST deletes it."""
    row = SavedProfile.objects.named(token)
    if row is None:
        return unknown(request)
    with override(row.language):
        here = reverse("saved_score", kwargs={"token": token})
        if request.method == "POST":
            if not allow(request, "quiz-save", most=SAVED_AN_HOUR, within=HOUR):
                return too_much(request, here)
            if "delete" in request.POST:
                row.delete()
                return HttpResponseRedirect(f"{reverse('quizzes:crs_score')}?deleted")
            return HttpResponseRedirect(here)
        today, book = ledger.today(), rulebook.current()
        given = {**row.given, "age": []} if row.given.get("born") else row.given  # the day of birth tells it anew
        found = forms.clean(CRS, given, today, lenient=True)
        given = {**given, "age": [str(found.values["age"])]} if found.values["age"] is not None else given
        score = calculators.score(found, rulebook.in_force(book, today))
        then = Range(row.lowest, row.highest)
        context = {
            **crs_context(),
            **score_context(score, book, given),
            **form_context(CRS, given, found),
            "saved": row,
            "then": calculators.figure(then),
            "has_changed": (row.lowest, row.highest) != (score.low, score.high),
            "saved_action": here,
            "link": settings.SITE_URL + here,
            "page_title": _("Your saved CRS score"),
            "robots": "noindex",
            **no_addresses(),
        }
        return render(request, "quizzes/crs_result.html", context)


# The 67 points


def fsw_context() -> dict[str, Any]:
    return {
        "action": reverse("quizzes:fsw_score"),
        "mine": reverse("quizzes:fsw_score"),
        "page_title": _("Federal Skilled Worker points"),
        "page_description": _(
            "The 67 of 100 points that the Federal Skilled Worker Program asks for, factor by factor."
        ),
        "pass_mark": fsw67.PASS_MARK,
        "out_of": fsw67.OUT_OF,
        "source_url": fsw67.SOURCE,
        "read_on": fsw67.READ_ON,
        "crs_url": reverse("quizzes:crs"),
    }


@require_safe
def fsw(request: HttpRequest) -> HttpResponseBase:
    """The form of the 67 points, the same for everybody."""
    context = {**fsw_context(), **form_context(FSW)}
    context["json_ld"] = trail(context["page_title"], "fsw")
    return public(render(request, "quizzes/fsw.html", context))


@open_form
@require_http_methods(["GET", "HEAD", "POST"])
@private
def fsw_score(request: HttpRequest) -> HttpResponseBase:
    """The form filled in from the quiz; by POST the points, while somebody types or as a page."""
    if request.method != "POST":
        raw, found = mine(request, FSW)
        context = {**fsw_context(), **form_context(FSW, raw, found), **NO_COPIES}
        return render(request, "quizzes/fsw.html", context | {"is_mine": raw is not None, "is_empty": raw is None})
    if not allow(request, "calculator", most=SENT_AN_HOUR, within=HOUR):
        return too_much(request, reverse("quizzes:fsw"))
    raw, is_live = forms.read(FSW, request.POST), "live" in request.POST
    found = forms.clean(FSW, raw, ledger.today(), lenient=is_live)
    context = {**fsw_context(), **form_context(FSW, raw, found), **NO_COPIES}
    if found.errors:
        context["page_title"] = _("Error: %(title)s") % {"title": context["page_title"]}
        return render(request, "quizzes/fsw.html", context, status=422)
    points = calculators.fsw_points(found)
    context["points"] = points
    context["total"] = calculators.figure(Range(points.low, points.high))
    context["missing"] = max(0, fsw67.PASS_MARK - points.low)
    if is_live:
        return render(request, "quizzes/fsw_live.html", context)
    context["page_title"] = _("Your points: %(points)s of %(most)s") % {
        "points": context["total"],
        "most": fsw67.OUT_OF,
    }
    return render(request, "quizzes/fsw.html", context)


# Levels of language tests


def language_context() -> dict[str, Any]:
    return {
        "action": reverse("quizzes:language_levels"),
        "page_title": _("Language test converter"),
        "page_description": _(
            "From scores of IELTS, CELPIP, PTE Core, TEF Canada and TCF Canada to CLB and NCLC levels, by ability."
        ),
        "crs_url": reverse("quizzes:crs"),
    }


@require_safe
def language(request: HttpRequest) -> HttpResponseBase:
    """Scores of every test by level, and a form that finds the levels of one result; the same for everybody."""
    context = {**language_context(), **form_context(CONVERTER), "tests": [table_of(test) for test in TESTS.values()]}
    context["json_ld"] = trail(context["page_title"], "language")
    return public(render(request, "quizzes/language.html", context))


@open_form
@require_POST
@private
def language_levels(request: HttpRequest) -> HttpResponseBase:
    """The levels of one result, while somebody types or as a page."""
    if not allow(request, "calculator", most=SENT_AN_HOUR, within=HOUR):
        return too_much(request, reverse("quizzes:language"))
    raw, is_live = forms.read(CONVERTER, request.POST), "live" in request.POST
    found = forms.clean(CONVERTER, raw, ledger.today(), lenient=is_live)
    context = {
        **language_context(),
        **form_context(CONVERTER, raw, found),
        **NO_COPIES,
        "tests": [table_of(test) for test in TESTS.values()],
    }
    if found.errors:
        context["page_title"] = _("Error: %(title)s") % {"title": context["page_title"]}
        return render(request, "quizzes/language.html", context, status=422)
    test = TESTS.get(found.values["test_test"])
    levels = found.levels["test"]
    words = forms.level_words("test", found.values["test_test"], levels)
    known = [level for level in levels if level is not None]
    context["test"] = test
    context["found"] = [
        (forms.say(forms.ABILITY_LABELS[ability]), word) for ability, word in zip(ABILITIES, words, strict=True) if word
    ]
    scale = forms.scale_of("test", found.values["test_test"])
    context["weakest"] = forms.level_word(scale, min(known)) if known else ""
    return render(request, "quizzes/language_live.html" if is_live else "quizzes/language.html", context)


def table_of(test: Any) -> dict[str, Any]:
    """The scores of a test by level, the highest first, as a table."""
    rows = []
    for place, band in enumerate(test.bands["speaking"]):
        cells = [span(test.bands[ability][place]) for ability in ABILITIES]
        rows.append({"level": band.level, "cells": cells})
    scale = forms.scale_of("", test.key)
    for row in rows:
        row["label"] = forms.level_word(scale, row["level"])
    if rows[0]["level"]:
        rows[0]["label"] = _("%(level)s or more") % {"level": rows[0]["label"]}
    return {
        "key": test.key,
        "name": test.name,
        "scale": scale,
        "rows": rows,
        "note": forms.say(test.note) if test.note else "",
        "source": {
            "title": forms.say(test.source.title),
            "url": test.source.url,
            "as_of": test.source.as_of,
        },
    }


def span(band: Any) -> str:
    """From and to of a row, as the active language writes numbers."""
    low, high = (number_format(value) for value in (band.lowest, band.highest))
    return low if low == high else f"{low}–{high}"


def start_paths() -> set[str]:
    """The pages that are the same for everybody, in both languages."""
    pages: list[Callable[[], str]] = [lambda: reverse("quizzes:crs")]
    return {path for page in pages for path in by_language(page).values()}
