"""Reference files that are wrong: the entry is named, and nothing is loaded."""

import re

import pytest
from django.core.management import CommandError, call_command

from facts.models import Fact
from m2c.models import ReferenceLoad


@pytest.mark.parametrize(
    ("name", "edit", "said"),
    [
        ("facts.json", lambda rows: rows[0].update(kind="sum"), "facts.json, ee.fee.principal"),
        ("facts.json", lambda rows: rows[0]["values"][0].update(value="lots"), "“lots” is not a number"),
        ("facts.json", lambda rows: rows[0]["values"][0].update(source="nowhere"), "nowhere"),
        ("facts.json", lambda rows: rows[0]["values"][0].update({"from": "soon"}), "Invalid isoformat string: 'soon'"),
        ("programs.json", lambda rows: rows[0].update(fees=["no.such"]), "programs.json, fsw: 'no.such'"),
        ("programs.json", lambda rows: rows[0].update(status="shut"), "“shut” is not a status"),
        ("programs_fr.json", lambda rows: {**rows, "fsw": {**rows["fsw"], "steps": []}}, "programs.json, fsw"),
        ("glossary.json", lambda rows: rows[0].pop("meaning_fr"), "glossary.json"),
    ],
)
@pytest.mark.django_db
def test_a_wrong_entry_is_named_and_nothing_is_loaded(files, name, edit, said):
    files(
        name,
        lambda content: result if isinstance(result := edit(content), dict) and name.endswith("_fr.json") else None,
    )

    with pytest.raises(CommandError, match=re.escape(said)):
        call_command("load_reference")

    assert not Fact.objects.exists()
    assert not ReferenceLoad.objects.exists()


@pytest.mark.django_db
def test_a_file_that_is_no_json_is_named_with_its_line(files, tmp_path):
    path = next(tmp_path.glob("*/facts.json"))
    path.write_text("[\n{,")

    with pytest.raises(CommandError, match=r"facts\.json, line 2"):
        call_command("load_reference")
