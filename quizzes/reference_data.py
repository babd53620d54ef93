"""The reference data of the quizzes: the words of their questions, and the personas, from quizzes/reference/*.json.

Loaded by `manage.py load_reference`, after the programs'. See facts.reference_data for what "again" does.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from facts.reference_data import Outcome, keep_edits, mistakes_in, read
from quizzes import personas
from quizzes.models import Choice, Persona, Question, Quiz

FOLDER = Path(__file__).parent / "reference"

QUIZ_FIELDS = ("title_en", "title_fr", "intro_en", "intro_fr")
QUESTION_FIELDS = ("heading_en", "heading_fr", "hint_en", "hint_fr", "why_en", "why_fr")
CHOICE_FIELDS = ("label_en", "label_fr", "hint_en", "hint_fr")
PERSONA_FIELDS = ("name", "note", "facts", "expected")
OPTIONAL = frozenset(("hint_en", "hint_fr", "note"))


def load() -> Outcome:
    """Load the words of all quizzes, then the personas. Raises ReferenceFault. Call it in a transaction."""
    return load_questions() + load_personas()


@contextmanager
def mistakes(path: Path, entry: str) -> Iterator[None]:
    """Raise ReferenceFault, with the file, the entry and the field, for whatever a wrong entry leads to."""
    with mistakes_in(path, entry):
        try:
            yield
        except ValidationError as error:
            if not hasattr(error, "error_dict"):
                raise
            faults = (f"{name}: {' '.join(messages)}" for name, messages in error.message_dict.items())
            raise ValueError(" ".join(faults)) from error


def load_questions() -> Outcome:
    """Quizzes by their key, questions by their slug and labels by their code, in the order of the file."""
    path = FOLDER / "questions.json"
    file = _Words(path)
    stored = read(path)
    with mistakes(path, "the file"):
        entries = list(stored["quizzes"])
    for entry in entries:
        file.take_quiz(entry)
    file.save()
    return file.outcome


class _Words:
    """The words of one file on their way into the database.

    Rows that are new are kept back until `save`, which makes all of one kind in one query.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.outcome = path, Outcome()
        self.quizzes = {quiz.key: quiz for quiz in Quiz.objects.all()}
        self.questions = {(row.quiz.key, row.slug): row for row in Question.objects.select_related("quiz")}
        self.choices = {
            (row.question.quiz.key, row.question.slug, row.code): row
            for row in Choice.objects.select_related("question__quiz")
        }
        self.seen: set[tuple[str, ...]] = set()
        self.new: dict[type[models.Model], list[Any]] = {Question: [], Choice: []}

    def take_quiz(self, entry: Any) -> None:
        with mistakes(self.path, str(entry.get("key", "?")) if isinstance(entry, dict) else "?"):
            key = entry["key"]
            fresh = words_of(entry, QUIZ_FIELDS, besides=("key", "questions"))
            quiz = self.quizzes.get(key) or Quiz(key=key)
            self.put((key,), quiz, fresh)
            questions = list(entry["questions"])
        for position, question in enumerate(questions, start=1):
            self.take_question(quiz, position, question)

    def take_question(self, quiz: Quiz, position: int, entry: Any) -> None:
        name = f"{quiz.key}, {entry.get('slug', position) if isinstance(entry, dict) else position}"
        with mistakes(self.path, name):
            slug = entry["slug"]
            fresh = words_of(entry, QUESTION_FIELDS, besides=("slug", "choices"))
            question = self.questions.get((quiz.key, slug)) or Question(quiz=quiz, slug=slug)
            self.put((quiz.key, slug), question, {"position": position, **fresh}, skip=["quiz"])
            choices = list(entry.get("choices", []))
        for place, choice in enumerate(choices, start=1):
            where = choice.get("code", place) if isinstance(choice, dict) else place
            with mistakes(self.path, f"{name}, {where}"):
                key = (quiz.key, slug, choice["code"])
                words = words_of(choice, CHOICE_FIELDS, besides=("code",))
                row = self.choices.get(key) or Choice(question=question, code=choice["code"])
                self.put(key, row, {"position": place, **words}, skip=["question"])

    def put(self, key: tuple[str, ...], row: Any, fresh: dict[str, Any], skip: Iterable[str] = ()) -> None:
        """Write what the file says to a row, and remember it."""
        if key in self.seen:
            raise ValueError("stands twice.")
        self.seen.add(key)
        is_new, before = row.pk is None, dict(row.loaded)
        left = keep_edits(row, fresh)
        self.outcome.left += [f"{'/'.join(key)}: {name} was edited here." for name in left]
        row.clean_fields(exclude=[*skip])
        if is_new and type(row) in self.new:
            self.new[type(row)].append(row)
        elif is_new or row.loaded != before:
            row.save()
        self.outcome.count(is_new=is_new, changed=row.loaded != before)

    def save(self) -> None:
        """Make the new rows, and take away those that the file has no more; what was edited of those stays."""
        for model, rows in self.new.items():
            model._default_manager.bulk_create(rows)
        for known in (self.choices, self.questions, self.quizzes):
            for name, row in known.items():
                key = name if isinstance(name, tuple) else (name,)
                if key not in self.seen:
                    self.outcome.left += take_away(row, "/".join(key))


def take_away(row: Any, name: str) -> list[str]:
    """Delete a row that its file has no more; a sentence if it, or a row below it, was edited, for then it stays."""
    below = {Quiz: "questions", Question: "choices"}.get(type(row))
    edited = any(getattr(row, field) != value for field, value in row.loaded.items())
    if edited or (below and getattr(row, below).exists()):
        return [f"{name}: the files have it no more, but it was edited here."]
    row.delete()
    return []


def words_of(entry: dict[str, Any], fields: Iterable[str], besides: Iterable[str]) -> dict[str, Any]:
    """The named fields of an entry. Raises KeyError for one that is missing, ValueError for one that nobody knows."""
    if unknown := set(entry) - set(fields) - set(besides):
        raise ValueError(f"{', '.join(sorted(unknown))}: no such field.")
    return {name: entry.get(name, "") if name in OPTIONAL else entry[name] for name in fields}


def load_personas() -> Outcome:
    """Personas by their key; those that editors have made are nothing to the file."""
    path, outcome = FOLDER / "personas.json", Outcome()
    there = {persona.key: persona for persona in Persona.objects.all()}
    seen: set[str] = set()
    for entry in read(path):
        with mistakes(path, str(entry.get("key", "?")) if isinstance(entry, dict) else "?"):
            key = entry["key"]
            if key in seen:
                raise ValueError("stands twice.")
            seen.add(key)
            persona = there.get(key) or Persona(key=key)
            is_new, before = persona.pk is None, dict(persona.loaded)
            left = keep_edits(persona, words_of(entry, PERSONA_FIELDS, besides=("key",)))
            outcome.left += [f"persona {key}: {name} was edited here." for name in left]
            persona.clean_fields(exclude=["facts", "expected"])
            personas.check(persona.facts, persona.expected)
            if is_new or persona.loaded != before:
                persona.save()
            outcome.count(is_new=is_new, changed=persona.loaded != before)
    for key, persona in there.items():
        if persona.loaded and key not in seen:
            outcome.left += take_away(persona, f"persona {key}")
    return outcome
