"""The description of the public interface, /api/v1/openapi.json, for machines (OpenAPI 3.1).

Made of what the code itself checks by, so that it says what is taken and nothing else.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import path
from django.views.decorators.http import require_safe

from facts.api import open_json
from quizzes.crs import MOST_PROFILES
from quizzes.crs.profile import MARITAL_STATUS
from quizzes.crs.versions import CANADIAN_STUDY, EDUCATION, JOB_OFFER
from quizzes.eligibility.answers import VOCABULARY, AnswerType
from quizzes.eligibility.verdicts import RULES, Verdict
from quizzes.judging import FIRST_DAY
from rounds.models import RoundType

type Schema = dict[str, Any]

ERRORS: Schema = {
    "type": "object",
    "required": ["errors"],
    "properties": {"errors": {"type": "object", "additionalProperties": {"type": "string"}}},
}
IDS: Schema = {"type": "array", "items": {"type": "string"}}
LEVEL: Schema = {"type": ["integer", "null"], "minimum": 0, "maximum": 12}
FOUR: Schema = dict.fromkeys(("speaking", "listening", "reading", "writing"), LEVEL)
FLAG: Schema = {"type": ["boolean", "null"], "default": False}
YEARS: Schema = {"type": ["number", "null"], "minimum": 0, "maximum": 120, "default": 0}
NUMBER: Schema = {
    "oneOf": [
        {"type": "integer"},
        {"type": "object", "properties": {"min": {"type": "integer"}, "max": {"type": "integer"}}},
    ]
}


def fact_schema(kind: AnswerType) -> Schema:
    """One fact of a person as JSON Schema; null is "not sure"."""
    default = list(kind.default) if isinstance(kind.default, tuple) else kind.default
    schema: Schema = {"description": kind.meaning, "default": default}
    match kind.type:
        case "integer" | "number":
            return schema | {"type": [kind.type, "null"], "minimum": kind.min, "maximum": kind.max}
        case "boolean":
            return schema | {"type": ["boolean", "null"]}
        case "choice":
            return schema | {"enum": [*kind.choices, None]}
        case "code":
            return schema | {"type": ["string", "null"], "pattern": f"^({kind.pattern})?$"}
        case _:
            return schema | {"type": ["array", "null"], "items": {"type": "string", "pattern": f"^{kind.pattern}$"}}


def choice(values: tuple[str, ...]) -> Schema:
    return {"enum": [*values, None], "default": values[0]}


def language_schema(*, named: bool) -> Schema:
    own = {"language": {"enum": ["en", "fr"]}} if named else {}
    return {"type": ["object", "null"], "properties": own | FOUR, "required": [*own, *FOUR]}


PROFILE: Schema = {
    "type": "object",
    "required": ["age", "first_language"],
    "additionalProperties": False,
    "properties": {
        "marital_status": choice(MARITAL_STATUS),
        "spouse_is_canadian_or_pr": FLAG,
        "spouse_accompanying": FLAG,
        "age": {"type": ["integer", "null"], "minimum": 0, "maximum": 120},
        "education": choice(EDUCATION),
        "first_language": language_schema(named=True),
        "second_language": language_schema(named=True),
        "canadian_work_years": YEARS,
        "foreign_work_years": YEARS,
        "certificate_of_qualification": FLAG,
        "spouse": {
            "type": ["object", "null"],
            "properties": {
                "education": choice(EDUCATION),
                "language": language_schema(named=False),
                "canadian_work_years": YEARS,
            },
        },
        "canadian_study": choice(CANADIAN_STUDY),
        "sibling_in_canada": FLAG,
        "provincial_nomination": FLAG,
        "job_offer": choice(JOB_OFFER),
    },
}


def post(summary: str, sent: Schema, answered: Schema, conflict: bool = False) -> Schema:
    """An operation that takes and answers JSON."""

    def content(schema: Schema) -> Schema:
        return {"content": {"application/json": {"schema": schema}}}

    responses = {
        "200": {"description": "The answer"} | content(answered),
        "400": {"description": "What is wrong, by field"} | content(ERRORS),
        "429": {"description": "Too many requests from one address"} | content(ERRORS),
    }
    if conflict:
        responses["409"] = {"description": "The rules of that day, or of that name, are not known"} | content(ERRORS)
    return {"post": {"summary": summary, "requestBody": {"required": True} | content(sent), "responses": responses}}


def get(summary: str, *parameters: Schema) -> Schema:
    """An operation that is read, with ETag and CORS."""
    responses: Schema = {"200": {"description": "As JSON", "content": {"application/json": {}}}}
    if any(parameter["in"] == "query" for parameter in parameters):
        responses["400"] = {"description": "What is wrong in the address, by parameter"}
    return {"get": {"summary": summary, "parameters": list(parameters), "responses": responses}}


def query(name: str, schema: Schema) -> Schema:
    return {"name": name, "in": "query", "schema": schema}


def in_path(name: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def description() -> Schema:
    """The whole document."""
    day = {"type": "string", "format": "date"}
    verdict = {"verdict": {"enum": [verdict.value for verdict in Verdict]}, "failed": IDS, "unknown": IDS, "gap": IDS}
    judged = {
        "as_of": day,
        "rules_version": {"type": "string"},
        "programs": {
            "type": "object",
            "properties": {name: {"$ref": "#/components/schemas/Judgement"} for name in RULES.programs},
        },
    }
    rules = day | {"description": "The first day in force of a version of the rules."}
    asked = {
        "profile": {"$ref": "#/components/schemas/Profile"},
        "profiles": {"type": "array", "maxItems": MOST_PROFILES, "items": {"$ref": "#/components/schemas/Profile"}},
        "rules": rules,
        "as_of": day,
    }
    sections = dict.fromkeys(("core", "spouse", "transferability", "additional"), NUMBER)
    scored = {
        "rules": {"type": "string"},
        "total": NUMBER,
        "sections": {"type": "object", "properties": sections},
        "lines": {"type": "array", "items": {"type": "object"}},
        "superseded_reported": {"type": "boolean"},
        "results": {"type": "array", "items": {"type": "object"}},
    }
    page = {"type": "integer", "minimum": 1}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "M2C",
            "version": "1",
            "description": "Facts with their sources, programs, Express Entry rounds, and the rules as functions. Free "
            "to use. What is sent is neither kept nor logged.",
        },
        "servers": [{"url": settings.SITE_URL}],
        "paths": {
            "/api/v1/eligibility/": post(
                "The verdict of every program for one person",
                {
                    "type": "object",
                    "required": ["facts"],
                    "additionalProperties": False,
                    "properties": {
                        "facts": {"$ref": "#/components/schemas/Facts"},
                        "as_of": day | {"description": f"Today by default; not before {FIRST_DAY}."},
                    },
                },
                {"type": "object", "properties": judged},
            ),
            "/api/v1/crs/": post(
                "The Comprehensive Ranking System score of one profile, or of many",
                {"type": "object", "additionalProperties": False, "properties": asked},
                {"type": "object", "properties": scored},
                conflict=True,
            ),
            "/api/v1/rounds/": get(
                "Express Entry rounds, the newest first",
                query("type", {"enum": list(RoundType.values)}),
                query("year", {"type": "integer"}),
                query("since", day),
                query("page", page),
                query("per_page", page | {"maximum": 500, "default": 100}),
            ),
            "/api/v1/rounds/{number}/": get("One round", in_path("number")),
            "/api/v1/facts/": get("All facts of the ledger, with their sources"),
            "/api/v1/facts/{key}/": get("One fact with its history", in_path("key")),
            "/api/v1/programs/": get("All immigration programs with their status"),
            "/api/v1/programs/{key}/": get("One program", in_path("key")),
        },
        "components": {
            "schemas": {
                "Facts": {
                    "type": "object",
                    "description": "What is known of a person. Missing takes the default; null is not sure.",
                    "additionalProperties": False,
                    "properties": {name: fact_schema(kind) for name, kind in VOCABULARY.items()},
                },
                "Judgement": {"type": "object", "properties": verdict},
                "Profile": PROFILE,
            }
        },
    }


@require_safe
def openapi(_request: HttpRequest) -> HttpResponseBase:
    """The document itself."""
    return open_json(description())


urlpatterns = [path("openapi.json", openapi, name="api_openapi")]
