"""The admin's page of counts: how many start, where they leave, and which verdicts are given. Numbers alone."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext

from facts import ledger
from facts.admin_lists import LedgerAdmin
from quizzes import charts, flow
from quizzes.admin_personas import names_of
from quizzes.eligibility.verdicts import RULES, Verdict
from quizzes.models import Count, Question, Quiz
from quizzes.personas import LABELS

What = Count.What
PERIODS = (30, 90, 365)
WEEKLY_FROM = 100  # days from which on the chart tells weeks


@admin.register(Count)
class CountAdmin(LedgerAdmin):
    """One page in place of a list; nobody edits a count."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        request.current_app = self.admin_site.name
        titles = {quiz.key: quiz.in_language("title") for quiz in Quiz.objects.all()}
        quiz = request.GET.get("quiz", "")
        quiz = quiz if quiz in flow.QUIZZES else next(iter(flow.QUIZZES))
        days = next((days for days in PERIODS if str(days) == request.GET.get("days")), PERIODS[0])
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Counts of the quizzes"),
            "quizzes": [(key, titles.get(key, key)) for key in flow.QUIZZES],
            "periods": PERIODS,
            "quiz": quiz,
            "days": days,
            **gathered(quiz, days),
        }
        return TemplateResponse(request, "admin/quizzes/counts.html", context)


def gathered(quiz: str, days: int) -> dict[str, Any]:
    """What the page shows of one quiz, of so many days up to today; four queries, however much was counted."""
    until = ledger.today()
    since = until - timedelta(days=days - 1)
    rows = Count.objects.filter(quiz=quiz, day__range=(since, until))
    sums = {
        (what, name): number
        for what, name, number in rows.values_list("what", "name").order_by().annotate(Sum("number"))
    }
    starts, finishes = sums.get((What.START, ""), 0), sums.get((What.FINISH, ""), 0)
    daily = rows.filter(what__in=[What.START, What.FINISH]).values_list("day", "what", "number")
    step = timedelta(days=7 if days > WEEKLY_FROM else 1)
    points = charts.spread(since, until, step, daily, (What.START, What.FINISH))
    return {
        "since": since,
        "until": until,
        "starts": starts,
        "finishes": finishes,
        "saves": sums.get((What.SAVE, ""), 0),
        "rate": percent(finishes, starts),
        "weekly": step.days > 1,
        "points": points,
        "chart": charts.bars(points) if starts or finishes else None,
        "questions": drop_off(quiz, sums),
        "verdicts": by_program(sums),
        "labels": [LABELS[verdict] for verdict in Verdict],
    }


def percent(part: int, whole: int) -> int | None:
    """A share in whole percent, at most 100 (somebody may have begun the day before); None of nothing."""
    return min(100, round(100 * part / whole)) if whole else None


def drop_off(quiz: str, sums: dict[tuple[str, str], int]) -> list[dict[str, Any]]:
    """How often each question was shown and answered, in the order of the quiz, and what share left there.

    An answer that was changed counts again, and the first question is answered on pages that do not count it as
    shown: where more is answered than shown, nobody left.
    """
    words = {row.slug: row.in_language("heading") for row in Question.objects.filter(quiz__key=quiz)}
    slugs = list(words) or [question.slug for question in flow.QUIZZES[quiz].questions]
    counted = [name for what, name in sums if what in (What.SHOWN, What.ANSWER)]
    rows = []
    for slug in dict.fromkeys([*slugs, *sorted(counted)]):
        shown, answered = sums.get((What.SHOWN, slug), 0), sums.get((What.ANSWER, slug), 0)
        shown = max(shown, answered)
        left = percent(shown - answered, shown)
        rows.append(
            {"slug": slug, "heading": words.get(slug, slug), "shown": shown, "answered": answered, "left": left}
        )
    return rows


def by_program(sums: dict[tuple[str, str], int]) -> list[dict[str, Any]]:
    """How often each verdict was given for each program, those first that fit most often."""
    numbers: dict[str, dict[str, int]] = {}
    for (what, name), number in sums.items():
        if what == What.VERDICT:
            program, _dot, verdict = name.rpartition(".")
            numbers.setdefault(program, {})[verdict] = number
    names = names_of(set(numbers))
    order = {program: place for place, program in enumerate(RULES.programs)}
    rows = [
        {"key": program, "program": names[program], "numbers": [given.get(verdict, 0) for verdict in Verdict]}
        for program, given in numbers.items()
    ]
    return sorted(rows, key=lambda row: ([-number for number in row["numbers"][:4]], order.get(row["key"], len(order))))
