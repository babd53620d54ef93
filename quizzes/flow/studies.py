"""Pages about studies to come, for both quizzes."""

from quizzes.flow.mapping import STUDY_LEVELS
from quizzes.flow.shape import NOT_SURE, RANKING, Field, Question, feeds, values

FIELDS = ("agriculture", "education", "health", "stem", "trades", "transport", "other")
POST_SECONDARY = ("certificate_or_diploma", "bachelor", "professional", "masters", "phd")

STUDIES = Question(
    "studies",
    (
        Field("level", "choice", tuple(STUDY_LEVELS)),
        Field("field", "choice", FIELDS, show_if=("level", values(*POST_SECONDARY, NOT_SURE))),
    ),
    feeds("study_level", RANKING),
)
STUDY_FUNDS = Question(
    "study-funds",
    (Field("tuition", "money", max=1_000_000_000), Field("living", "money", max=1_000_000_000)),
    feeds("study_living_funds_cad", RANKING),
)
ACCEPTANCE = Question(
    "acceptance",
    (
        Field("letter", "yes_no"),
        Field("public", "yes_no", show_if=("letter", values("yes"))),
        Field("attestation", "yes_no"),
        Field("caq", "yes_no"),
    ),
    feeds("dli_acceptance", "dli_public", "attestation_letter", "quebec_caq"),
)
