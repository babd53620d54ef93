"""What it costs to judge one person by all programs: in ms, and as a ratio to an empty request in the same run.

    python -m benchmarks.eligibility

The person is a typical skilled worker; the empty request is Django's test client asking a view that answers at once.
"""

import statistics
import sys
import time
from collections.abc import Callable
from datetime import date

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import path

from quizzes.eligibility.answers import UNKNOWN, Answers, check
from quizzes.eligibility.figures import FamilyTable, Figures, YouthMobility
from quizzes.eligibility.ranking import openers
from quizzes.eligibility.verdicts import RULES, evaluate
from quizzes.occupations import find

FIGURES = Figures(
    date(2026, 11, 25),
    FamilyTable((15263, 19001, 23360, 28362, 32168, 36280, 40392), 4112),
    FamilyTable((22895, 28502, 35040, 42543, 48252, 54420, 60589), 6170),
    {"IE": YouthMobility(35, working_holiday=True, young_professionals=True, coop=True)},
)
SKILLED: Answers = check(
    {
        "age": 29,
        "citizenships": ["IE"],
        "occupation_noc": "21231",
        "occupation_teer": 1,
        "one_year_continuous_same_noc": True,
        "skilled_years_10y": 4,
        "noc_months_3y": 36,
        "education_level": "masters_or_professional",
        **{f"en_{ability}": 9 for ability in ("speaking", "listening", "reading", "writing")},
        "funds_cad": 20000,
    }
)
ROUNDS, TIMES = 7, 40


def empty(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [path("", empty)]


def milliseconds(work: Callable[[], object]) -> float:
    """Of one call, the mean of many."""
    start = time.process_time()
    for _time in range(TIMES):
        work()
    return (time.process_time() - start) * 1000 / TIMES


def main() -> None:
    settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["testserver"], SECRET_KEY="benchmark")  # noqa: S106  signs nothing
    django.setup()
    from django.core.handlers.wsgi import WSGIHandler

    handler, environ = WSGIHandler(), RequestFactory().get("/").environ

    def request() -> None:
        handler(dict(environ), lambda *_started: None).close()

    people = {"a skilled worker": SKILLED, "nothing answered": UNKNOWN}
    works: dict[str, Callable[[], object]] = {"an empty request": request}
    for name, answers in people.items():
        works[f"all {len(RULES.programs)} programs, {name}"] = lambda answers=answers: evaluate(answers, FIGURES)
    works["what would open most, a skilled worker"] = lambda: openers(SKILLED, FIGURES)
    works["a search of occupations"] = lambda: find("sonn tarr mann conn perr subb derr lann opee", "fr")
    for work in works.values():
        milliseconds(work)  # warm
    samples = {name: [milliseconds(work) for _round in range(ROUNDS)] for name, work in works.items()}
    base = statistics.median(samples["an empty request"])
    print(f"$ python -m benchmarks.eligibility   (Python {sys.version.split()[0]}, median of {ROUNDS} rounds)\n")
    print("| | CPU ms | times an empty request |\n|---|---|---|")
    for name, taken in samples.items():
        print(f"| {name} | {statistics.median(taken):.3g} | {statistics.median(taken) / base:.1f} |")


if __name__ == "__main__":
    main()
