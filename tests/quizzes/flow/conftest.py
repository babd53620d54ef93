"""A day's figures, answers made at random, and walks through a quiz."""

import random
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from quizzes import flow
from quizzes.eligibility.figures import FamilyTable, Figures, YouthMobility
from quizzes.occupations import OCCUPATIONS

COUNTRIES = ("IN", "PH", "FR", "IE", "US", "MX", "NG", "JP")
JOBS = ("21231", "31301", "31102", "72310", "41200", "65200", "63200", "70010", "00012", "40042")
SCORES = {"ielts_general_training": 6.5, "celpip_general": 8, "pte_core": 70, "tef_canada": 310, "tcf_canada": 11}


@pytest.fixture(scope="session")
def figures() -> Figures:
    """The figures of 25 November 2026, as they were read; some countries of youth mobility."""
    every = {"working_holiday": True, "young_professionals": True, "coop": True}
    return Figures(
        date(2026, 11, 25),
        FamilyTable((15263, 19001, 23360, 28362, 32168, 36280, 40392), 4112),
        FamilyTable((22895, 28502, 35040, 42543, 48252, 54420, 60589), 6170),
        {code: YouthMobility(35, **every) for code in ("FR", "IE")},
    )


class Somebody:
    """Answers any question at random. unsure: how often "not sure"."""

    def __init__(self, chance: random.Random, unsure: float = 0.15) -> None:
        self.chance, self.unsure = chance, unsure

    def answer(self, question: flow.Question) -> dict[str, object]:
        while True:
            answer: dict[str, object] = {}
            for field in question.fields:
                if flow.shown(question, field, answer):
                    answer[field.name] = self.value(field, answer)
            if not question.check(answer):
                return answer

    def value(self, field: flow.Field, answer: Mapping[str, object]) -> object:
        if (field.not_sure or not field.required) and self.chance.random() < self.unsure:
            return None
        return getattr(self, field.kind)(field, answer)

    def choice(self, field: flow.Field, _answer: object) -> object:
        return self.chance.choice(field.choices)

    def choices(self, field: flow.Field, _answer: object) -> object:
        several = [name for name in field.choices if name != "none"]
        if "none" in field.choices and self.chance.random() < 0.3:
            return ["none"]
        return self.chance.sample(several, self.chance.randint(1, min(3, len(several))))

    def countries(self, _field: flow.Field, _answer: object) -> object:
        return self.chance.sample(COUNTRIES, self.chance.randint(1, 2))

    def noc(self, _field: flow.Field, _answer: object) -> object:
        return self.chance.choice([*JOBS, self.chance.choice(OCCUPATIONS).code])

    def yes_no(self, _field: flow.Field, _answer: object) -> object:
        return self.chance.random() < 0.6

    def integer(self, field: flow.Field, _answer: object) -> object:
        return self.chance.randint(int(field.min), int(min(field.max, 70)))

    def number(self, field: flow.Field, answer: Mapping[str, object]) -> object:
        if (test := answer.get("test")) is not None:
            return SCORES.get(str(test), self.chance.randint(0, 12))
        return self.chance.randint(int(field.min), int(min(field.max, 60)))

    def money(self, _field: flow.Field, _answer: object) -> object:
        return self.chance.choice([[0, 7631], [7631, 15263], [15263, 30526], [30526, None], [600_000, 2_000_000]])


@pytest.fixture
def somebody() -> Callable[..., Somebody]:
    """Somebody who answers at random, the same for the same seed."""
    return lambda seed, unsure=0.15: Somebody(random.Random(seed), unsure)


@pytest.fixture
def walk(figures: Figures) -> Callable[..., dict[str, Any]]:
    """All answers of a person who goes through a quiz. answers: by slug; without one a question is skipped."""

    def walked(answers: Mapping[str, Mapping[str, object]], quiz: str = "immigration") -> dict[str, Any]:
        given: dict[str, Any] = {}
        while question := flow.next_question(flow.QUIZZES[quiz], given, figures):
            assert question.slug not in given
            given[question.slug] = answers.get(question.slug) or flow.unsure(question)
        return given

    return walked


@pytest.fixture
def engineer() -> dict[str, Any]:
    """A typical skilled worker: outside Canada, a degree, IELTS, a TEER 1 job, no offer, single."""
    return {
        "goal": {"goal": "settle"},
        "age": {"age": 31},
        "citizenship": {"countries": ["IN"]},
        "where": {"place": "outside"},
        "family-tie": {"who": ["none"]},
        "household": {"partner": "no", "children": 0},
        "province": {"province": "OUTSIDE_QC"},
        "english": {"test": "ielts_general_training", "speaking": 7, "listening": 8, "reading": 7, "writing": 7},
        "french": {"test": "none"},
        "education": {"level": "bachelor_or_3yr"},
        "education-where": {"place": "abroad_assessed", "canada": "none"},
        "occupation": {"state": "found", "noc": "21231"},
        "experience": {"skilled_years": 5, "continuous": True, "months_5y": 60, "months_3y": 36, "canada": "no"},
        "offer": {"offer": False},
        "funds": {"amount": [15263, 30526]},
    }
