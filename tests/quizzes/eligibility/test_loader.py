"""Rule files: what is refused, and that the message names file, program and criterion."""

import json

import pytest

from quizzes.eligibility.rules import FOLDER as RULES_FOLDER
from quizzes.eligibility.rules import BadRules, leaves, load, nodes
from quizzes.eligibility.verdicts import RULES


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"fact": "shoe_size"}, "'shoe_size' is not known"),
        ({"op": "about"}, "op is 'about'"),
        ({"value": "seven"}, "'seven' does not go with gte"),
        ({"value": 13}, "13 does not go with gte and en_speaking"),
        ({"value": True}, "True does not go with gte"),
        ({"op": "true", "value": None}, "true does not go with en_speaking"),
        ({"op": "in", "value": 7}, "7 does not go with in"),
        ({"op": "in", "value": []}, "[] does not go with in"),
        ({"op": "between", "value": [9, 4]}, "[9, 4] does not go with between"),
        ({"op": "gte_table", "value": "ee_funds"}, "gte_table does not go with en_speaking"),
        ({"by": "family_size"}, '"by" is'),
        ({"changeability": "perhaps"}, "changeability is 'perhaps'"),
        ({"fr": ""}, "lacks its words in English or French"),
        ({"note": "x"}, "has note"),
        ({"source": {"url": "http://example.com", "as_of": "2026"}}, "no source with an https address"),
        ({"source": {"url": "https://example.com", "as_of": "2026-02-30"}}, "not a date"),
        ({"id": ""}, "needs an id of its own"),
    ],
)
def test_a_bad_criterion_is_refused(write_rules, leaf, changes, problem):
    bad = leaf("speaks", "en_speaking", "gte", 7) | changes
    folder = write_rules({"all": [bad]})

    with pytest.raises(BadRules) as caught:
        load(folder)

    assert problem in str(caught.value)
    assert str(caught.value).startswith("ca.json, program one")
    assert caught.value.leaf == bad["id"]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"status": "ajar"}, "status is 'ajar'"),
        ({"completeness": "half"}, "completeness is 'half'"),
        ({"kind": "forever"}, "kind is 'forever'"),
        ({"later_steps": -1}, "later_steps is -1"),
        ({"source": None}, "no source"),
        ({"id": ""}, "has no id"),
    ],
)
def test_a_bad_program_is_refused(write_rules, changes, problem):
    with pytest.raises(BadRules, match=r"ca\.json") as caught:
        load(write_rules({"all": []}, **changes))

    assert problem in str(caught.value)


@pytest.mark.parametrize("rule", [None, {}, {"any": []}, {"all": 1}, {"all": ["x"]}, {"all": [], "any": []}])
def test_a_rule_that_is_no_tree_is_refused(write_rules, rule):
    with pytest.raises(BadRules, match="program one"):
        load(write_rules(rule))


@pytest.mark.parametrize("text", ["{", "[]", '{"programs": 1}', '{"programs": [1]}', '{"programs": []}'])
def test_a_file_that_is_none_is_refused(tmp_path, text):
    (tmp_path / "ca.json").write_text(text)

    with pytest.raises(BadRules):
        load(tmp_path)


def test_a_program_that_stands_twice_is_refused(write_rules):
    folder = write_rules({"all": []})
    (folder / "on.json").write_text((folder / "ca.json").read_text())

    with pytest.raises(BadRules, match=r"on\.json, program one: stands twice"):
        load(folder)


def test_the_version_changes_with_any_file(write_rules):
    before = load(write_rules({"all": []})).version
    assert load(write_rules({"all": []}, family="quebec")).version != before


def test_all_programs_are_there():
    assert len(RULES.programs) == 107


@pytest.mark.parametrize("program", RULES.programs.values(), ids=lambda program: program.id)
def test_every_criterion_has_words_a_source_and_a_date(program):
    for node in nodes(program.rule):
        assert node.source.url.startswith("https://")
        assert node.source.as_of
        if node.id:
            assert node.words.en
            assert node.words.fr


def test_the_files_are_one_a_jurisdiction():
    names = {path.stem for path in RULES_FOLDER.glob("*.json")}
    assert names == {"ca", "bc", "ab", "sk", "mb", "on", "qc", "nb", "ns", "pe", "nl", "yt", "nt", "nu"}
    for path in RULES_FOLDER.glob("*.json"):
        for entry in json.loads(path.read_text())["programs"]:
            assert (entry["province"] or "ca").lower() == path.stem


def test_no_occupation_list_holds_a_code_that_is_none():
    for program in RULES.programs.values():
        for leaf in leaves(program.rule):
            if leaf.fact in ("occupation_noc", "offer_noc"):
                assert all(len(code) == 5 and code.isdecimal() for code in leaf.value)
