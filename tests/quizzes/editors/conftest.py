"""A small ledger, personas, and copies of the reference files."""

import json
import shutil
from datetime import date

import pytest

from facts import ledger
from quizzes import reference_data
from quizzes.models import Persona

FUNDS = {
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
ENGINEER = {
    "age": 34, "education_level": "bachelor_or_3yr", "occupation_teer": 1, "skilled_years_10y": 6,
    "one_year_continuous_same_noc": True, "funds_cad": 15263,
    **{f"en_{ability}": 8 for ability in ("speaking", "listening", "reading", "writing")},
}  # fmt: skip


@pytest.fixture
def tables(make_fact):
    """The three tables that rules read, by their keys."""
    day = date(2025, 9, 1)
    return {
        key: make_fact(key=key, kind="table", value=value, from_day=day)
        for key, value in {
            "ee.funds.table": FUNDS,
            "study.funds.table": FUNDS,
            "iec.countries.table": COUNTRIES,
        }.items()
    }


@pytest.fixture
def make_persona(db):
    """Somebody with just enough money for the Federal Skilled Worker Program."""

    def make(**overrides):
        number = Persona.objects.count() + 1
        values = {"key": f"engineer-{number}", "name": f"Engineer {number}", "facts": ENGINEER}
        return Persona.objects.create(**values | {"expected": {"fsw": "likely"}} | overrides)

    return make


@pytest.fixture
def files(monkeypatch, tmp_path):
    """Copies of the reference files; returns a function that changes one: `change(name, lambda content: …)`.

    What the function returns, unless None, is written in its place.
    """
    folder = tmp_path / "reference"
    shutil.copytree(reference_data.FOLDER, folder)
    monkeypatch.setattr(reference_data, "FOLDER", folder)

    def change(name, edit):
        path = folder / name
        content = json.loads(path.read_text())
        path.write_text(json.dumps(content if (result := edit(content)) is None else result))

    return change


@pytest.fixture
def today(db):
    return ledger.today()
