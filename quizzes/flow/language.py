"""The two language pages: scores of a test, levels, or how good one thinks one is."""

from collections.abc import Mapping

from quizzes.eligibility.answers import Answers, Range
from quizzes.flow.shape import Answer, Field, Problems, values
from quizzes.language import ABILITIES, TESTS, BadScores

LEVELS, SELF, NONE = "levels", "self", "none"
TEST_NAMES = {
    language: tuple(key for key, test in TESTS.items() if test.language == language) for language in ("en", "fr")
}
MOST_LEVEL = 12
RATINGS: Mapping[str, int] = {"beginner": 4, "intermediate": 7, "advanced": 9, "fluent": 12}  # at most this level


def fields(language: str) -> tuple[Field, ...]:
    """The fields of one language's page."""
    scored = values(*TEST_NAMES[language], LEVELS)
    return (
        Field("test", "choice", (*TEST_NAMES[language], LEVELS, SELF, NONE)),
        *(Field(ability, "number", max=699, required=False, show_if=("test", scored)) for ability in ABILITIES),
        Field("rating", "choice", tuple(RATINGS), show_if=("test", values(SELF))),
    )


def check(answer: Answer) -> Problems:
    """Scores that their test cannot give, and levels that there are not."""
    problems: Problems = {}
    for ability in ABILITIES:
        score = answer.get(ability)
        if score is None:
            continue
        try:
            level(answer["test"], ability, score)
        except BadScores as bad:
            words = bad.problems[ability]
            problems[ability] = ("test_score", {"en": words.en, "fr": words.fr})
        except ValueError:
            problems[ability] = ("level", {"max": MOST_LEVEL})
    return problems


def level(test: object, ability: str, score: object) -> int:
    """The level of one score. Raises BadScores, or ValueError for no level."""
    if test == LEVELS:
        if not isinstance(score, int) or not 0 <= score <= MOST_LEVEL:
            raise ValueError(f"{score!r} is no level")
        return score
    return TESTS[str(test)].level(ability, score)  # type: ignore[arg-type]


def levels(language: str, answer: Answer) -> Answers:
    """The four facts of a language: None where a score is not known.

    A self-rating is a range from 0 on: it can rule a program out, and only a test can show that one meets it.
    """
    test, rating = answer.get("test"), answer.get("rating")
    if test == NONE:
        return {f"{language}_{ability}": 0 for ability in ABILITIES}
    if test == SELF and rating in RATINGS:
        return {f"{language}_{ability}": Range(0, RATINGS[str(rating)]) for ability in ABILITIES}
    if test is None or test == SELF:
        return {}
    return {
        f"{language}_{ability}": level(test, ability, score)
        for ability in ABILITIES
        if (score := answer.get(ability)) is not None
    }
