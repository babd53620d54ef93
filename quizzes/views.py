"""The pages of the quizzes. The start page is the same for everybody; all others belong to one person.

Nothing that somebody answers stands in an address, and no cache keeps a page with answers.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import get_resolver, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from articles import structured
from doors.forms import allow, open_form
from publishing.caching import public
from quizzes import counts, flow, forms, help_links, reasons, results, saving, sittings, studies, wording
from quizzes.eligibility.figures import NotInForce
from quizzes.flow import Question, Quiz
from quizzes.models import Count
from quizzes.results import Day
from quizzes.tables import BadTable
from quizzes.wording import Wording

NAMES = {"immigration": "quiz", "student": "student"}  # what the names of addresses begin with
ANSWERS_AN_HOUR = 600  # from one address: several people behind it, who also change their minds
SEARCHES_AN_HOUR = 1200  # of occupations, as somebody types
DOOR_HOUR = timedelta(hours=1)
ASKS_STATUS = frozenset(("where", "sponsor", "partner_facts"))  # questions on pages that are left quickly
CHANGES = ("check", "result")  # pages with links that lead to one question and back

View = Callable[..., HttpResponseBase]


def address(key: str, page: str = "", **kwargs: str) -> str:
    """A page of a quiz in the active language: question, check, result, go_on; nothing for the start page."""
    return reverse(f"quizzes:{NAMES[key]}{'_' if page else ''}{page}", kwargs=kwargs or None)


def change_address(key: str, slug: str, page: str) -> str:
    """A question that leads back to a page of `CHANGES`."""
    return f"{address(key, 'question', slug=slug)}?change={page}"


def private(view: View) -> View:
    """Keep a page out of every cache and index; and say so where the ledger lacks what rules compare with."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except Http404 as error:
            response = get_resolver().resolve_error_handler(404)(request, error)  # type: ignore[call-arg]  # that of 404 takes the error
        except (NotInForce, BadTable):
            context = {"page_title": _("The quiz is resting"), "robots": "noindex"}
            response = render(request, "quizzes/resting.html", context, status=503)
            response.headers["Retry-After"] = "600"
        return unseen(response)

    return guarded


def unseen[Response: HttpResponseBase](response: Response) -> Response:
    """For one person's eyes alone."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def slow_down(request: HttpRequest, key: str, back: str) -> HttpResponse:
    """What somebody is told who sends too much."""
    context = {"page_title": _("Too many answers at once"), "robots": "noindex", "back": back, "key": key}
    response = render(request, "quizzes/slow_down.html", context, status=429)
    response.headers["Retry-After"] = "3600"
    return response


@require_safe
def start(request: HttpRequest, key: str) -> HttpResponseBase:
    """What the quiz is, and its first question. It knows nothing of whoever asks, sets no cookie, and may be cached."""
    quiz, words = flow.QUIZZES[key], wording.read(key)
    first = flow.arranged(quiz, words.order)[0]
    title = words.title or (_("Immigration quiz") if key == "immigration" else _("Study quiz"))
    context = {
        "quiz": quiz,
        "first": first_form(quiz, first, words),
        "intro": words.intro,
        "go_on": address(key, "go_on"),
        "others": [other for other in NAMES if other != key],
        "student_url": address("student"),
        "immigration_url": address("immigration"),
        "page_title": title,
        "page_description": words.intro,
        "json_ld": [structured.breadcrumbs([(title, address(key))])],
    }
    return public(render(request, "quizzes/start.html", context))


def first_form(quiz: Quiz, question: Question, words: Wording) -> dict[str, Any]:
    """The first question as a form of its own, for pages that know nothing of whoever reads them."""
    return {
        "action": address(quiz.key, "question", slug=question.slug),
        "heading": words.heading(question.slug),
        "hint": words.hint(question.slug),
        "boxes": forms.boxes(question, words, None),
    }


@open_form
@require_http_methods(["GET", "HEAD", "POST"])
@private
def question(request: HttpRequest, key: str, slug: str) -> HttpResponseBase:
    """One question. A good answer is kept and leads to the next; a bad one comes back as it was, with what is wrong.

    A question that is no more leads on, to the next one that is. Without a sitting (never begun, or run out) every
    question still takes its answer, which begins a new one.
    """
    quiz = flow.QUIZZES[key]
    asked = quiz.question(slug)
    sitting = sittings.find(request)
    if asked is None:
        if sitting is None:
            raise Http404(f"There is no question {slug}.")
        return HttpResponseRedirect(address(key, "go_on"))
    if request.method == "POST":
        return answered(request, quiz, asked, had_sitting=sitting is not None)
    given = sitting.given if sitting else {}
    page = question_page(request, quiz, asked, given, change=request.GET.get("change", ""))
    page["starts_again"] = "again" in request.GET
    if not sitting:
        counts.note(key, Count.What.SHOWN, slug)
    return render(request, "quizzes/question.html", page)


def answered(request: HttpRequest, quiz: Quiz, asked: Question, *, had_sitting: bool) -> HttpResponseBase:
    """What a POST to a question leads to."""
    key, raw = quiz.key, read_form(request, asked)
    change = request.POST.get("change", "")
    if "find" in request.POST:
        if not allow(request, "quiz-search", most=SEARCHES_AN_HOUR, within=DOOR_HOUR):
            return slow_down(request, key, address(key, "question", slug=asked.slug))
        return render(request, "quizzes/question.html", sent_page(request, quiz, asked, raw, None, change))
    if not allow(request, "quiz", most=ANSWERS_AN_HOUR, within=DOOR_HOUR):
        return slow_down(request, key, address(key, "question", slug=asked.slug))
    try:
        answer = flow.unsure(asked) if "not_sure" in request.POST and skippable(asked) else flow.clean(asked, raw)
    except flow.BadAnswer as bad:
        page = sent_page(request, quiz, asked, raw, bad, change)
        return render(request, "quizzes/question.html", page, status=422)
    sitting, token = sittings.keep(request, {asked.slug: answer})
    words, day = wording.read(key, asked.slug), Day.today()
    following = flow.next_question(quiz, sitting.given, day.figures, day.statuses, words.order)
    if not had_sitting:
        counts.note(key, Count.What.START)
    counts.note(key, Count.What.ANSWER, asked.slug)
    if change in CHANGES:
        target = address(key, change)
    elif following is None:
        target = address(key, "check")
    else:
        counts.note(key, Count.What.SHOWN, following.slug)
        target = address(key, "question", slug=following.slug)
        if not had_sitting and asked is not flow.arranged(quiz, words.order)[0]:
            target += "?again"  # earlier answers are gone: say so on the next page
    return sittings.hand_over(HttpResponseRedirect(target), request, token)


def skippable(asked: Question) -> bool:
    """Whether somebody may be unsure of a question as a whole."""
    return all(one.not_sure or not one.required for one in asked.fields)


def read_form(request: HttpRequest, asked: Question) -> dict[str, list[str]]:
    """What was sent for the fields of a question, without blanks; "not sure" stands alone."""
    raw: dict[str, list[str]] = {}
    for one in asked.fields:
        values = [value.strip()[:200] for value in request.POST.getlist(one.name)[:60]]
        values = [value for value in values if value]
        if one.not_sure and flow.NOT_SURE in values:
            values = [flow.NOT_SURE]
        raw[one.name] = values
        if one.kind == "noc":
            raw[one.name + forms.SEARCH_SUFFIX] = request.POST.getlist(one.name + forms.SEARCH_SUFFIX)[:1]
    return raw


def sent_page(
    request: HttpRequest,
    quiz: Quiz,
    asked: Question,
    raw: Mapping[str, Sequence[str]],
    bad: flow.BadAnswer | None,
    change: str,
) -> dict[str, Any]:
    """A question with what was sent."""
    sitting = sittings.find(request)
    return question_page(request, quiz, asked, sitting.given if sitting else {}, raw, bad, change)


def question_page(
    request: HttpRequest,
    quiz: Quiz,
    asked: Question,
    given: results.Given,
    raw: Mapping[str, Sequence[str]] | None = None,
    bad: flow.BadAnswer | None = None,
    change: str = "",
) -> dict[str, Any]:
    """What the page of a question shows."""
    key, words, day = quiz.key, wording.read(quiz.key, asked.slug), Day.today()
    counted = flow.counting(quiz, given)

    def bands(one: flow.Field) -> Sequence[flow.Band]:
        return flow.bands(quiz, asked.slug, one.name, given, day.figures)

    found = forms.boxes(asked, words, counted.get(asked.slug), raw, bad, bands)
    faults = forms.faults(found)
    passed = [one.slug for one in flow.active(quiz, given, order=words.order)]
    before = passed[passed.index(asked.slug) - 1 : passed.index(asked.slug)] if asked.slug in passed else passed[-1:]
    left = flow.remaining(quiz, given, day.figures, day.statuses)
    heading = words.heading(asked.slug)
    change = change if change in CHANGES else ""
    number = flow.possible(quiz, given, day.figures, day.statuses)
    return {
        "quiz": quiz,
        "asked": asked,
        "heading": heading,
        "hint": words.hint(asked.slug),
        "why": words.why(asked.slug),
        "boxes": found,
        "is_single": len(found) == 1,
        "offers_not_sure": skippable(asked) and any(box.kind not in RADIOS for box in found),
        "may_be_empty": len(found) > 1 and any(box.may_be_empty for box in found),
        "faults": faults,
        "change": change,
        "action": address(key, "question", slug=asked.slug),
        "back": back_of(key, before, change),
        "left": forms.count_of(left) if left else "",
        "done": len(passed),
        "all": len(passed) + left,
        "possible": ngettext("%(number)d program still possible", "%(number)d programs still possible", number)
        % {"number": number},
        "leave": help_links.leave_quickly() if asked.slug in ASKS_STATUS else None,
        "help": help_links.for_status(counted.get("where", {})),
        "quiz_title": words.title,
        "page_title": (_("Error: %(title)s") % {"title": heading}) if faults else heading,
        "robots": "noindex",
        "alternates": [],
        "canonical": "",
    }


RADIOS = frozenset(("radios", "menu"))


def back_of(key: str, before: list[str], change: str) -> str:
    """Where "Back" leads."""
    if change:
        return address(key, change)
    return address(key, "question", slug=before[0]) if before else address(key)


@require_safe
@private
def go_on(request: HttpRequest, key: str) -> HttpResponseBase:
    """Lead to where somebody is in the quiz."""
    quiz, sitting = flow.QUIZZES[key], sittings.find(request)
    if sitting is None:
        return no_answers(request, key)
    day = Day.today()
    following = flow.next_question(quiz, sitting.given, day.figures, day.statuses, wording.read(key).order)
    return HttpResponseRedirect(
        address(key, "check") if following is None else address(key, "question", slug=following.slug)
    )


def no_answers(request: HttpRequest, key: str) -> HttpResponse:
    """There is nothing to show: never begun, run out after 30 days, or deleted."""
    context = {
        "page_title": _("There are no answers here"),
        "robots": "noindex",
        "start": address(key),
        "erased": "deleted" in request.GET,
        "alternates": [],
        "canonical": "",
    }
    return render(request, "quizzes/no_answers.html", context)


@open_form
@require_http_methods(["GET", "HEAD", "POST"])
@private
def check(request: HttpRequest, key: str) -> HttpResponseBase:
    """All answers with links to change them. A POST asks for the result, or has all answers deleted."""
    quiz, sitting = flow.QUIZZES[key], sittings.find(request)
    if request.method == "POST" and "delete" in request.POST:  # nobody who asks for it is told to wait
        sittings.forget(request)
        return sittings.take_back(HttpResponseRedirect(f"{address(key, 'check')}?deleted"), request)
    if request.method == "POST" and not allow(request, "quiz", most=ANSWERS_AN_HOUR, within=DOOR_HOUR):
        return slow_down(request, key, address(key, "check"))
    if sitting is None:
        return no_answers(request, key)
    day, words = Day.today(), wording.read(key)
    if request.method == "POST":
        if sittings.finish(sitting, key):
            saving.count(key, results.Judged(quiz, sitting.given, day))
        return HttpResponseRedirect(address(key, "result"))
    following = flow.next_question(quiz, sitting.given, day.figures, day.statuses, words.order)
    answers = flow.active(quiz, sitting.given, order=words.order)
    left = flow.remaining(quiz, sitting.given, day.figures, day.statuses)
    counted = flow.counting(quiz, sitting.given)
    clash = {
        slug: reasons.CONFLICTS[found.code] for found in flow.conflicts(quiz, sitting.given) for slug in found.slugs
    }
    rows = [
        {
            "heading": words.heading(one.slug),
            "said": forms.said(one, counted[one.slug], words),
            "clash": clash.get(one.slug, ""),
            "url": change_address(key, one.slug, "check"),
        }
        for one in answers
    ]
    context = {
        "quiz": quiz,
        "rows": rows,
        "quiz_title": words.title,
        "left": forms.count_of(left) if following and left else "",
        "go_on": address(key, "question", slug=following.slug) if following else "",
        "back": back_of(key, [one.slug for one in answers[-1:]], ""),
        "action": address(key, "check"),
        "page_title": _("Check your answers"),
        "help": help_links.for_status(counted.get("where", {})),
        "leave": help_links.leave_quickly(),
        "robots": "noindex",
        "alternates": [],
        "canonical": "",
    }
    return render(request, "quizzes/check.html", context)


@open_form
@require_http_methods(["GET", "HEAD", "POST"])
@private
def result(request: HttpRequest, key: str) -> HttpResponseBase:
    """What fits, with every reason. A POST saves the answers behind a private link, and shares the result if asked."""
    quiz, sitting = flow.QUIZZES[key], sittings.find(request)
    if sitting is None:
        return no_answers(request, key)
    judged = results.Judged(quiz, sitting.given, Day.today())
    if request.method == "POST":
        if not allow(request, "quiz-save", most=60, within=DOOR_HOUR):
            return slow_down(request, key, address(key, "result"))
        token = saving.save(judged)
        if "share" in request.POST:
            saving.share(token)
        return HttpResponseRedirect(reverse("saved_result", kwargs={"token": token}))
    context = {
        **result_context(judged, wording.read(key)),
        "change_url": address(key, "check"),
        "question_urls": {
            one.slug: f"{address(key, 'question', slug=one.slug)}?change=result" for one in quiz.questions
        },
        "action": address(key, "result"),
        "delete_action": address(key, "check"),
        "alternates": [],
        "canonical": "",
    }
    return render(request, "quizzes/result.html", context)


def result_context(judged: results.Judged, words: Wording) -> dict[str, Any]:
    """What a result shows, wherever it is shown: programs, or the pathways of a future student."""
    common = {
        "quiz": judged.quiz,
        "quiz_title": words.title,
        "help": help_links.for_status(judged.counted.get("where", {})),
        "leave": help_links.leave_quickly(),
        "free_help": help_links.everybody(),
        "day": judged.day.day,
        "page_title": _("Your result"),
        "robots": "noindex",
    }
    if judged.quiz.key == "student":
        programs = results.read_programs()
        found = studies.build(judged, words, programs)
        return {**common, "studies": found, "programs": programs, "body": "quizzes/pathways.html"}
    built = results.build(judged, words)
    return {**common, "result": built, "programs": built.programs, "body": "quizzes/outcome.html"}
