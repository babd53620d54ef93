"""Language tests and their levels. Plain Python: imports no Django, reads no clock, database or file."""

from quizzes.language.conversion import (
    ABILITY_WORDS,
    TESTS,
    BadScores,
    Band,
    Scale,
    Score,
    Test,
    UnknownTest,
    find,
    levels,
)
from quizzes.language.tables import ABILITIES, Source

__all__ = [
    "ABILITIES",
    "ABILITY_WORDS",
    "TESTS",
    "BadScores",
    "Band",
    "Scale",
    "Score",
    "Source",
    "Test",
    "UnknownTest",
    "find",
    "levels",
]
