"""Saved and shared results, by links that cannot be guessed. Nobody's name stands on them, and no cache keeps them."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from doors.forms import allow, open_form
from facts import ledger
from programs.standing import Standing
from quizzes import flow, reasons, results, saving, sittings, wording
from quizzes.eligibility.pathways import PATHWAYS
from quizzes.eligibility.verdicts import Verdict
from quizzes.models import SavedAnswers, SharedResult
from quizzes.results import Day
from quizzes.views import address, private, result_context, slow_down

NAMES = {"en": "English", "fr": "Français"}


def secret(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let no page that a reader goes on to learn the address."""

    @wraps(view)
    def guarded(request: HttpRequest, token: str) -> HttpResponseBase:
        response = view(request, token)
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return guarded


def unknown(request: HttpRequest) -> HttpResponse:
    """A link that leads nowhere: deleted, run out, or mistyped; which of them, nobody learns."""
    context = {"page_title": _("This result is not here"), "robots": "noindex", "start": address("immigration")}
    return render(request, "quizzes/gone.html", context, status=404)


@open_form
@require_http_methods(["GET", "HEAD", "POST"])
@secret
@private
def saved(request: HttpRequest, token: str) -> HttpResponseBase:
    """Answers that were saved, judged by the rules of today, in the language in which they were saved.

    A POST shares the result or stops that, takes the answers back into the quiz, or erases them.
    """
    row = SavedAnswers.objects.named(token)
    if row is None:
        return unknown(request)
    with override(row.language):
        if request.method == "POST":
            return changed(request, row, token)
        return render(request, "quizzes/saved.html", saved_context(row, token))


def changed(request: HttpRequest, row: SavedAnswers, token: str) -> HttpResponseBase:
    """What a POST to a saved result does."""
    here = reverse("saved_result", kwargs={"token": token})
    if not allow(request, "quiz-save", most=60, within=timedelta(hours=1)):
        return slow_down(request, row.quiz, here)
    if "delete" in request.POST:
        row.delete()
        context = {"page_title": _("This saved result is deleted"), "robots": "noindex", "is_erased": True}
        return render(request, "quizzes/gone.html", {**context, "start": address(row.quiz), **no_addresses()})
    if "edit" in request.POST:
        sitting_token = sittings.begin(row.given)  # of its own: never mixed with the answers of whose browser it is
        response = HttpResponseRedirect(address(row.quiz, "check"))
        return sittings.hand_over(response, request, sitting_token)
    if "share" in request.POST:
        saving.share(token)
    if "stop" in request.POST:
        saving.stop_sharing(row)
    return HttpResponseRedirect(here)


def saved_context(row: SavedAnswers, token: str) -> dict[str, Any]:
    """What the page of saved answers shows."""
    quiz, words = flow.QUIZZES[row.quiz], wording.read(row.quiz)
    judged = results.Judged(quiz, row.given, Day.today())
    context = result_context(judged, words)
    rows = context["programs"]
    changes = [
        (rows[name], _chip(before), _chip(now))
        for name, before, now in saving.changes(row, saving.verdicts(judged))
        if name in rows
    ]
    shared_path = reverse("shared_result", kwargs={"token": saving.share_token(token, row)})
    return {
        **context,
        "saved": row,
        "changes": changes,
        "link": settings.SITE_URL + reverse("saved_result", kwargs={"token": token}),
        "shared_path": shared_path,
        "shared_link": settings.SITE_URL + shared_path if row.shared.exists() else "",
        "action": reverse("saved_result", kwargs={"token": token}),
        "page_title": _("Your saved result"),
        **no_addresses(),
    }


def no_addresses() -> dict[str, Any]:
    """For the layout: a page that has neither an address to tell nor one in the other language."""
    return {"alternates": [], "canonical": "", "other_language": None, "social_image": ""}


def _chip(verdict: str) -> str:
    return str(reasons.CHIPS[Verdict(verdict)][0]) if verdict else ""


@require_safe
@secret
@private
def shared(request: HttpRequest, token: str) -> HttpResponseBase:
    """Programs and verdicts of one day, without answers, in the language that the reader's browser asks for.

    `?language=` asks for the other one.
    """
    language = request.GET.get("language", get_language())
    if language not in NAMES:
        raise Http404("There is no such language.")
    row = SharedResult.objects.named(token)
    if row is None:
        return unknown(request)
    with override(language):
        return render(request, "quizzes/shared.html", shared_context(request, row, language))


def shared_context(request: HttpRequest, row: SharedResult, language: str) -> dict[str, Any]:
    """What the page of a shared result shows; three queries more."""
    if row.quiz == "student":
        groups = shared_pathways(row)
    else:
        groups = shared_programs(row)
    other = "en" if language == "fr" else "fr"
    return {
        "groups": groups,
        "shared": row,
        "start": address(row.quiz),
        "quiz_title": wording.read(row.quiz, "").title,
        "page_title": _("A result that somebody shared with you"),
        "robots": "noindex",
        **no_addresses(),
        "other_language": {"code": other, "name": NAMES[other], "url": f"{request.path}?language={other}"},
    }


def shared_pathways(row: SharedResult) -> list[tuple[str, list[dict[str, Any]]]]:
    """Pathways in their order, by whether one can work after them."""
    groups: dict[str, list[dict[str, Any]]] = {}
    known = {one.id: one for one in PATHWAYS}
    for place in row.places:
        if pathway := known.get(place["program"]):
            entry = {"name": results.words(pathway.name), "who": results.words(pathway.suits)}
            groups.setdefault(str(reasons.SHARED_STUDIES[place["verdict"]]), []).append(entry)
    return list(groups.items())


def shared_programs(row: SharedResult) -> list[tuple[str, list[dict[str, Any]]]]:
    """Programs by their verdicts, with the status of today."""
    programs = results.read_programs()
    figures = ledger.resolve(program.status_key for program in programs.values())
    groups: dict[str, list[dict[str, Any]]] = {}
    for place in row.places:
        program, verdict = programs.get(place["program"]), Verdict(place["verdict"])
        if program is None or verdict not in results.SHOWN:
            continue
        entry = {
            "name": program.name,
            "who": program.who,
            "url": program.get_absolute_url(),
            "standing": Standing.of(figures.get(program.status_key)),
            "why": reasons.of_place(place["reasons"]),
        }
        groups.setdefault(str(reasons.SHARED_GROUPS[verdict]), []).append(entry)
    return list(groups.items())
