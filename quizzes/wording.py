"""The words of a quiz as editors have them, in the active language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from publishing.languages import active
from quizzes.models import Choice, Question


@dataclass(frozen=True)
class Wording:
    """What a quiz says. A question or a label that has no row yet says its slug, so that nothing breaks."""

    title: str = ""
    intro: str = ""
    questions: Mapping[str, Question] = field(default_factory=dict)
    labels: Mapping[tuple[str, str], Choice] = field(default_factory=dict)

    @property
    def order(self) -> list[str]:
        """The slugs of the questions as editors arranged them."""
        return list(self.questions)

    def heading(self, slug: str) -> str:
        row = self.questions.get(slug)
        return row.in_language("heading") if row else spoken(slug)

    def hint(self, slug: str) -> str:
        row = self.questions.get(slug)
        return row.in_language("hint") if row else ""

    def why(self, slug: str) -> str:
        row = self.questions.get(slug)
        return row.in_language("why") if row else ""

    def label(self, slug: str, field_name: str, choice: str = "") -> str:
        """The label of a field, or of one of its choices; of a field without one nothing."""
        row = self.labels.get((slug, f"{field_name}.{choice}" if choice else field_name))
        return row.in_language("label") if row else spoken(choice)

    def label_hint(self, slug: str, field_name: str, choice: str = "") -> str:
        row = self.labels.get((slug, f"{field_name}.{choice}" if choice else field_name))
        return row.in_language("hint") if row else ""


def spoken(code: str) -> str:
    """A code as words, for what has none of its own."""
    return code.replace("_", " ").replace("-", " ").capitalize()


def read(key: str, slug: str | None = None) -> Wording:
    """The words of a quiz, its questions in their order; two queries. slug: with the labels of that question alone."""
    language = active()
    questions = list(
        Question.objects.filter(quiz__key=key)
        .select_related("quiz")
        .only(
            "slug",
            "position",
            *(f"{name}_{language}" for name in ("heading", "hint", "why", "quiz__title", "quiz__intro")),
        )
        .order_by("position", "pk")
    )
    choices = Choice.objects.filter(question__in=[one for one in questions if slug in {None, one.slug}])
    choices = choices.only("code", "question", f"label_{language}", f"hint_{language}").order_by("position", "pk")
    return of(questions, choices)


def of(questions: list[Question], choices: Iterable[Choice]) -> Wording:
    """The words of rows that have been read, the questions with their quiz."""
    by_pk = {question.pk: question.slug for question in questions}
    quiz = questions[0].quiz if questions else None
    return Wording(
        quiz.in_language("title") if quiz else "",
        quiz.in_language("intro") if quiz else "",
        {question.slug: question for question in questions},
        {(by_pk[choice.question_id], choice.code): choice for choice in choices},
    )
