"""The Comprehensive Ranking System. Plain Python: imports no Django, reads no clock, database or file.

`check` reads a profile, `BOOK` knows the rules by day, `score` explains a score line by line, `what_if` and `ageing`
say what would raise and lower it, `answer` is the machine's door. Levels come from `quizzes.language`.
"""

from quizzes.crs.ageing import Coming, ageing
from quizzes.crs.breakdown import Breakdown, Cap, Line, Number, Range, score
from quizzes.crs.door import MOST_PROFILES, BadRequest, answer, as_json
from quizzes.crs.ladder import Change, Ladder, Partner, Step, what_if
from quizzes.crs.profile import BadProfile, Language, Problems, Profile, Spouse, check, unknown_fields
from quizzes.crs.versions import (
    BOOK,
    BadVersion,
    Reported,
    RuleBook,
    Source,
    UnknownRules,
    Version,
    version_from,
)

__all__ = [
    "BOOK",
    "MOST_PROFILES",
    "BadProfile",
    "BadRequest",
    "BadVersion",
    "Breakdown",
    "Cap",
    "Change",
    "Coming",
    "Ladder",
    "Language",
    "Line",
    "Number",
    "Partner",
    "Problems",
    "Profile",
    "Range",
    "Reported",
    "RuleBook",
    "Source",
    "Spouse",
    "Step",
    "UnknownRules",
    "Version",
    "ageing",
    "answer",
    "as_json",
    "check",
    "score",
    "unknown_fields",
    "version_from",
    "what_if",
]
