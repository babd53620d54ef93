"""The words of the quizzes: there for all that is asked, in both languages, and nothing else."""

import json
import re
from pathlib import Path

import pytest

from quizzes import flow

FILE = Path(__file__).parents[3] / "quizzes" / "reference" / "questions.json"
WORDS = {quiz["key"]: quiz for quiz in json.loads(FILE.read_text(encoding="utf-8"))["quizzes"]}
MOST = {"title": 120, "intro": 600, "heading": 160, "hint": 600, "why": 600, "label": 160}
HINT_OF_A_LABEL = 300


def entries():
    for key, quiz in WORDS.items():
        yield key, quiz
        for question in quiz["questions"]:
            yield f"{key}/{question['slug']}", question
            for choice in question["choices"]:
                yield f"{key}/{question['slug']}/{choice['code']}", choice


def test_each_quiz_has_its_words_and_no_others():
    assert list(WORDS) == list(flow.QUIZZES)


@pytest.mark.parametrize("key", flow.QUIZZES)
def test_each_question_has_its_words_and_no_others(key):
    assert [row["slug"] for row in WORDS[key]["questions"]] == [one.slug for one in flow.QUIZZES[key].questions]


@pytest.mark.parametrize(
    ("key", "slug"), [(key, question.slug) for key, quiz in flow.QUIZZES.items() for question in quiz.questions]
)
def test_each_field_and_choice_has_its_words_and_no_others(key, slug):
    question = flow.QUIZZES[key].question(slug)
    needed, allowed = [], set()
    for field in question.fields:
        needed += [field.name, *(f"{field.name}.{choice}" for choice in field.choices)]
        if field.not_sure:
            allowed.add(f"{field.name}.{flow.NOT_SURE}")  # "I prefer not to say"; else pages have words of their own

    codes = [choice["code"] for row in WORDS[key]["questions"] if row["slug"] == slug for choice in row["choices"]]

    assert len(codes) == len(set(codes))
    assert [code for code in codes if code not in allowed] == needed


def test_all_words_are_there_in_both_languages_and_fit():
    for name, entry in entries():
        for field, text in entry.items():
            if not field.endswith(("_en", "_fr")):
                continue
            part, language = field.rsplit("_", 1)
            most = HINT_OF_A_LABEL if part == "hint" and "code" in entry else MOST[part]
            assert 0 < len(text) <= most, f"{name}: {field}"
            assert text == text.strip(), f"{name}: {field}"
            assert "'" not in text, f"{name}: {field} has a straight apostrophe"
            assert f"{part}_{'fr' if language == 'en' else 'en'}" in entry, f"{name}: {field} alone"


def test_french_has_its_own_spaces():
    """A space that does not break before a colon, a dollar sign and inside guillemets; none before ? ! ;"""
    for name, entry in entries():
        for field, text in entry.items():
            if field.endswith("_fr"):
                assert not re.search(r"[ \w][:$»](?!//)|«[^\u00a0]|\s[?!;]", text), f"{name}: {field}: {text}"


def test_words_that_both_quizzes_use_are_the_same():
    ours, theirs = ({row["slug"]: row for row in quiz["questions"]} for quiz in WORDS.values())
    for slug in ours.keys() & theirs.keys():
        assert ours[slug] == theirs[slug], slug


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_traps_are_said(language):
    """What a person would get wrong without being told."""
    said = {row["slug"]: " ".join(str(row)) for row in WORDS["immigration"]["questions"]}
    text = {
        slug: json.dumps(row, ensure_ascii=False) for row in WORDS["immigration"]["questions"] for slug in [row["slug"]]
    }
    words = {
        "en": {
            "canada-work": "self-employed or while a full-time student",
            "household": "stay behind",
            "english": "lowest of",
        },
        "fr": {
            "canada-work": "à votre compte ou pendant des études",
            "household": "ne viennent pas",
            "english": "plus faible",
        },
    }
    assert said
    for slug, part in words[language].items():
        assert part in text[slug], slug


def test_english_reads_easily():
    """Reading grade of help and reasons: about eight at most (Flesch-Kincaid), of all texts together."""
    texts = [entry[part] for _name, entry in entries() for part in ("heading_en", "hint_en", "why_en") if part in entry]
    joined = " ".join(text if text.endswith((".", "?", "!")) else f"{text}." for text in texts)
    sentences = len(re.findall(r"[.?!](?:\s|$)", joined))
    words = re.findall(r"[A-Za-z’-]+", joined)
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e\b", "", word.lower())))) for word in words)
    assert 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59 < 8
