"""The two quizzes: what they ask, when, and which facts follow. Plain Python; words and pages are elsewhere.

A page: `next_question` names it, `clean` reads its form, what `clean` returned is kept under the question's slug.
Back and "check your answers" go through `active`. A result: `facts` and `wishes` of all that was given.
"""

from typing import Literal

from quizzes.eligibility.answers import Answers
from quizzes.eligibility.ranking import Goal, Wishes
from quizzes.flow.checking import BadAnswer, clean, counting, fitting, unsure
from quizzes.flow.conflicts import Conflict, conflicts
from quizzes.flow.immigration import IMMIGRATION
from quizzes.flow.language import RATINGS
from quizzes.flow.mapping import facts_of
from quizzes.flow.money import Band, band_of, bands
from quizzes.flow.route import active, arranged, next_question, possible, remaining
from quizzes.flow.shape import NOT_SURE, RANKING, Answer, Field, Given, Kind, Question, Quiz, shown
from quizzes.flow.student import STUDENT, StudyWishes, study_wishes

QUIZZES: dict[str, Quiz] = {quiz.key: quiz for quiz in (IMMIGRATION, STUDENT)}
GOALS: dict[str, Goal | Literal[""]] = {
    "settle": "settle",
    "work": "work",
    "study": "study",
    "family": "family",
    "visit": "visit",
    "citizenship": "citizenship",
}


def facts(quiz: Quiz, given: Given) -> Answers:
    """Every fact as rules take it: None for what is not known, whether not sure, not asked or not answered."""
    return facts_of(counting(quiz, given))


def wishes(quiz: Quiz, given: Given) -> Wishes:
    """What orders programs: the goal, and the province."""
    counted = counting(quiz, given)
    empty: Answer = {}
    province = str(counted.get("province", empty).get("province") or "")
    if quiz.key == "student":
        return Wishes("study", province)
    return Wishes(GOALS.get(str(counted.get("goal", empty).get("goal")), ""), province)


def feeding(quiz: Quiz, fact: str, given: Given) -> Question | None:
    """The question to answer, or to change, for a fact: the last that feeds it and whose condition holds."""
    counted = counting(quiz, given)
    asked = [question for question in quiz.questions if fact in question.feeds and question.ask_if(counted)]
    return asked[-1] if asked else None


__all__ = [
    "NOT_SURE",
    "QUIZZES",
    "RANKING",
    "RATINGS",
    "Answer",
    "BadAnswer",
    "Band",
    "Conflict",
    "Field",
    "Given",
    "Kind",
    "Question",
    "Quiz",
    "StudyWishes",
    "active",
    "arranged",
    "band_of",
    "bands",
    "clean",
    "conflicts",
    "counting",
    "facts",
    "feeding",
    "fitting",
    "next_question",
    "possible",
    "remaining",
    "shown",
    "study_wishes",
    "unsure",
    "wishes",
]
