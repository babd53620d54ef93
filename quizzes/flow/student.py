"""Quiz B, study programs and pathways: its questions. Those that both quizzes ask keep one slug and one answer."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from quizzes.flow import immigration, studies
from quizzes.flow.shape import RANKING, Answer, Condition, Field, Given, Question, Quiz, every, feeds, has, lacks

PLANS = ("go_home", "work", "settle")

coming = immigration.newcomer
student_here = every(coming, has("where", "status", "student", "pgwp"))
letter_may_help: Condition = every(coming, lacks("where", "status", "student", "pgwp"))


def shared(question: Question, when: Condition = coming) -> Question:
    """A question of quiz A as quiz B asks it: it always bears on the pathways."""
    return replace(question, when=when, feeds=question.feeds | {RANKING})


AFTERWARDS = Question("afterwards", (Field("plan", "choice", PLANS),), feeds(RANKING), coming)
GRAD = replace(immigration.GRAD, when=student_here)

STUDENT = Quiz(
    "student",
    (
        shared(immigration.AGE, immigration.AGE.when),
        shared(immigration.CITIZENSHIP, immigration.CITIZENSHIP.when),
        shared(immigration.WHERE, immigration.WHERE.when),
        shared(immigration.EDUCATION_LEVEL),
        shared(studies.STUDIES),
        shared(immigration.PROVINCE),
        shared(immigration.ENGLISH),
        shared(immigration.FRENCH),
        shared(immigration.HOUSEHOLD),
        shared(studies.STUDY_FUNDS),
        AFTERWARDS,
        GRAD,
        replace(studies.ACCEPTANCE, when=letter_may_help),
    ),
    {
        "where": (
            {"place": "outside"},
            {"place": "in_canada", "status": "student", "province": None},
            {"place": "in_canada", "status": "visitor", "province": None},
            {"place": "in_canada", "status": "citizen", "province": None},
        )
    },
)


@dataclass(frozen=True)
class StudyWishes:
    """What a future student wants. Empty where not known. tuition: dollars a year from and below; None for no end."""

    level: str = ""
    field: str = ""
    plan: str = ""
    province: str = ""
    tuition: tuple[int, int | None] | None = None


def study_wishes(counted: Given) -> StudyWishes:
    """Of answers that count."""

    def text(slug: str, name: str) -> str:
        return str(_about(counted, slug).get(name) or "")

    tuition = _about(counted, "study-funds").get("tuition")
    return StudyWishes(
        text("studies", "level"),
        text("studies", "field"),
        text("afterwards", "plan"),
        text("province", "province"),
        (tuition[0], tuition[1]) if isinstance(tuition, list | tuple) else None,
    )


def _about(counted: Given, slug: str) -> Answer:
    empty: Mapping[str, object] = {}
    return counted.get(slug, empty)
