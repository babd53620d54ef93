"""What a CRS score and its whole what-if ladder cost, in ms and beside something else in the same run.

    .venv/bin/python -m benchmarks.crs

The other thing is a round trip of the same profile through JSON, which every request to the API makes at least once.
Figures are CPU ms of this process, medians of interleaved rounds, so that a busy neighbour spoils none of them alone.
"Most steps" is a beginner with a spouse and two languages, who has most to gain.
Exits with 1 when a score costs 1 ms or more, or the ladder 60 ms or more.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable

from quizzes.crs import BOOK, answer, check, score, what_if
from quizzes.crs.profile import ABILITIES, KEYS

LIMITS = {"score": 1.0, "score, all unknown": 1.0, "ladder": 60.0, "ladder, most steps": 60.0}


def language(code: str, level: int) -> dict[str, object]:
    return {"language": code, **dict.fromkeys(ABILITIES, level)}


PERSON: dict[str, object] = {
    "age": 31,
    "education": "three_year_or_bachelor",
    "first_language": language("en", 8),
    "second_language": language("fr", 5),
    "canadian_work_years": 1,
    "foreign_work_years": 2,
    "marital_status": "married",
    "spouse_accompanying": True,
    "spouse": {"education": "two_year", "language": dict.fromkeys(ABILITIES, 6), "canadian_work_years": 1},
}
BEGINNER = PERSON | {
    "education": "secondary",
    "first_language": language("en", 1),
    "second_language": language("fr", 1),
    "canadian_work_years": 0,
    "foreign_work_years": 0,
    "spouse": {"education": "secondary", "language": dict.fromkeys(ABILITIES, 1)},
}
UNKNOWN: dict[str, object] = dict.fromkeys(KEYS)
NEWEST = BOOK.newest


def took(work: Callable[[], object], times: int) -> float:
    """CPU milliseconds for one call, over `times` calls."""
    start = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - start) * 1000 / times


def main() -> int:
    person, beginner = check(PERSON), check(BEGINNER)
    works: dict[str, tuple[Callable[[], object], int]] = {
        "json round trip": (lambda: json.loads(json.dumps(PERSON)), 200),
        "score": (lambda: score(check(PERSON), NEWEST), 100),
        "score, all unknown": (lambda: score(check(UNKNOWN), NEWEST), 100),
        "answer": (lambda: answer({"profile": PERSON}), 50),
        "answer, 1,000 profiles": (lambda: answer({"profiles": [PERSON] * 1000}), 1),
        "ladder": (lambda: what_if(person, NEWEST), 2),
        "ladder, most steps": (lambda: what_if(beginner, NEWEST), 2),
    }
    rounds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(15):
        for name, (work, times) in works.items():
            rounds[name].append(took(work, times))
    medians = {name: statistics.median(each) for name, each in rounds.items()}
    base = medians["json round trip"]
    for name, ms in medians.items():
        limit = f"   limit {LIMITS[name]:g} ms" if name in LIMITS else ""
        print(f"{name:24} {ms:10.4f} ms {ms / base:10.1f} x{limit}")
    print(f"steps: {len(what_if(person, NEWEST).steps)}, and {len(what_if(beginner, NEWEST).steps)} at most")
    return int(any(medians[name] >= limit for name, limit in LIMITS.items()))


if __name__ == "__main__":
    sys.exit(main())
