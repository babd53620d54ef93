"""A small ledger, some programs and the words of the quizzes; and a visitor who answers."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from quizzes import reference_data
from quizzes.models import Choice, Question, Quiz

FAMILY = {
    "columns": [
        {"key": "size", "en": "Family size", "fr": "Taille", "kind": "text"},
        {"key": "amount", "en": "Amount", "fr": "Montant", "kind": "money"},
    ],
    "rows": [["1", "15263"], ["2", "19001"], [{"en": "each extra person", "fr": "par personne de plus"}, "4112"]],
}
COUNTRIES = {
    "columns": [
        {"key": "country", "en": "Country", "fr": "Pays", "kind": "text"},
        {"key": "code", "en": "Code", "fr": "Code", "kind": "text"},
        {"key": "max_age", "en": "Upper age limit", "fr": "Âge maximal", "kind": "number"},
        *(
            {"key": key, "en": key, "fr": key, "kind": "flag"}
            for key in ("working_holiday", "young_professionals", "coop")
        ),
    ],
    "rows": [["France", "FR", "35", "yes", "yes", "yes"]],
}
TABLES = {"ee.funds.table": FAMILY, "study.funds.table": FAMILY, "iec.countries.table": COUNTRIES}
ENGINEER: dict[str, Any] = {
    "goal": {"goal": "settle"},
    "age": {"age": "31"},
    "citizenship": {"countries": ["IN"]},
    "where": {"place": "outside"},
    "family-tie": {"who": ["none"]},
    "household": {"partner": "no", "children": "0"},
    "province": {"province": "ON"},
    "english": {
        "test": "ielts_general_training",
        "speaking": "7",
        "listening": "8",
        "reading": "7",
        "writing": "7",
    },
    "french": {"test": "none"},
    "education": {"level": "masters_or_professional"},
    "education-where": {"place": "abroad_assessed", "canada": "none"},
    "occupation": {"state": "found", "noc": "21231"},
    "experience": {
        "skilled_years": "5",
        "continuous": "yes",
        "months_5y": "60",
        "months_3y": "36",
        "canada": "no",
    },
    "offer": {"offer": "no"},
    "funds": {"amount": "30526-"},
}
PROGRAMS = {  # keys that rules know: (family, stay, province)
    "fsw": ("express_entry", "permanent", ""),
    "cec": ("express_entry", "permanent", ""),
    "study_permit": ("study", "temporary", ""),
    "pgwp": ("work_permit", "temporary", ""),
    "sowp_student": ("work_permit", "temporary", ""),
    "sds": ("study", "temporary", ""),
    "aip": ("regional", "permanent", ""),
    "cat_french": ("express_entry_category", "permanent", ""),
    "spouse_in_canada": ("family", "permanent", ""),
}


@pytest.fixture
def tables(make_fact):
    """The tables that rules compare with."""
    day = date(2025, 9, 1)
    return {key: make_fact(key=key, kind="table", value=value, from_day=day) for key, value in TABLES.items()}


@pytest.fixture
def programs(make_program, make_fact):
    """Some programs of the rules, by their keys; the first has a fee, a time and a step."""
    made = {}
    for key, (family, stay, province) in PROGRAMS.items():
        details: dict[str, Any] = {}
        if key == "fsw":
            details = {"fees": [make_fact(key="ee.fee.principal", value="1525")], "steps": ["Make a profile"]}
        status = "closed" if key == "sds" else "open"
        slug = key.replace("_", "-")
        made[key] = make_program(
            key,
            status=status,
            family=family,
            stay=stay,
            province=province,
            name_en=f"Program {key}",
            name_fr=f"Programme {key}",
            slug_en=slug,
            slug_fr=f"fr-{slug}",
            **details,
        )
    return made


@pytest.fixture
def words(db):
    """The words of the quizzes, as they ship; written at once, for their loader has tests of its own."""
    for entry in json.loads((reference_data.FOLDER / "questions.json").read_text())["quizzes"]:
        quiz = Quiz.objects.create(key=entry["key"], **only(entry, reference_data.QUIZ_FIELDS))
        asked = [
            Question(quiz=quiz, slug=one["slug"], position=place, **only(one, reference_data.QUESTION_FIELDS))
            for place, one in enumerate(entry["questions"], start=1)
        ]
        Question.objects.bulk_create(asked)
        Choice.objects.bulk_create(
            Choice(question=row, code=one["code"], position=place, **only(one, reference_data.CHOICE_FIELDS))
            for row, stored in zip(asked, entry["questions"], strict=True)
            for place, one in enumerate(stored.get("choices", []), start=1)
        )


def only(entry: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: entry.get(name, "") for name in names}


@pytest.fixture
def site(tables, programs, words):
    """All that the pages need."""
    return programs


class Visitor:
    """A browser that sends forms of this site and keeps its cookies."""

    def __init__(self, quiz: str = "quiz", **options: Any) -> None:
        self.client = Client(headers={"Sec-Fetch-Site": "same-origin"}, **options)
        self.quiz = quiz

    def address(self, page: str = "", **kwargs: str) -> str:
        return reverse(f"quizzes:{self.quiz}{'_' if page else ''}{page}", kwargs=kwargs or None)

    def question(self, slug: str) -> str:
        return self.address("question", slug=slug)

    def get(self, path: str, **options: Any) -> Any:
        return self.client.get(path, **options)

    def answer(self, slug: str, data: Mapping[str, Any] | None = None, **more: Any) -> Any:
        return self.client.post(self.question(slug), ENGINEER.get(slug, {}) if data is None else {**data, **more})

    def walk(self, answers: Mapping[str, Any] = ENGINEER) -> list[str]:
        """Answer every question that comes, "not sure" where nothing is prepared; returns their slugs."""
        start = next(iter(answers))
        asked = []
        path = self.question(start)
        while "/q/" in path:
            slug = path.split("/q/")[1].split("/")[0]
            assert slug not in asked
            asked.append(slug)
            response = self.client.post(path, answers.get(slug, {"not_sure": "1"}))
            if response.status_code == 422:  # cannot be skipped as a whole
                fields = [box.name for box in response.context["boxes"]]
                response = self.client.post(path, dict.fromkeys(fields, "not_sure"))
            assert response.status_code == 302, (slug, response.content.decode())
            path = response["Location"]
        return asked


@pytest.fixture
def make_visitor(site) -> Callable[..., Visitor]:
    return Visitor


@pytest.fixture
def visitor(make_visitor) -> Visitor:
    return make_visitor()


@pytest.fixture
def done(visitor) -> Visitor:
    """Somebody who has answered everything."""
    visitor.walk()
    return visitor
