"""Quiz A, the best immigration programs for one person: its questions and when they are asked."""

from dataclasses import replace

from quizzes.eligibility.answers import EDUCATION
from quizzes.flow import language, studies
from quizzes.flow.occupations import needs_certificate
from quizzes.flow.places import ATLANTIC, PROVINCES, STATUSES, TEERS
from quizzes.flow.shape import (
    NOT_SURE,
    RANKING,
    Answer,
    Field,
    Problems,
    Question,
    Quiz,
    answered,
    either,
    every,
    feeds,
    has,
    lacks,
    values,
)

ABILITIES = ("speaking", "listening", "reading", "writing")
IN_CANADA = ("place", values("in_canada"))

# No condition looks at a question that comes later.
settled = has("where", "status", "permanent_resident")
newcomer = lacks("where", "status", "permanent_resident", "citizen")
not_citizen = lacks("where", "status", "citizen")
economic = every(newcomer, lacks("goal", "goal", "family", "visit"))
to_work = every(newcomer, has("goal", "goal", "settle", "work", "citizenship", NOT_SURE))
to_settle = every(newcomer, has("goal", "goal", "settle", "citizenship", NOT_SURE))
worked = every(economic, has("occupation", "state", "found", "cannot_find", NOT_SURE))
to_study = every(newcomer, has("goal", "goal", "study"))
offered = every(to_work, has("offer", "offer", "yes"))

GOAL = Question(
    "goal",
    (Field("goal", "choice", ("settle", "work", "study", "family", "visit", "citizenship")),),
    feeds(RANKING),
)
AGE = Question(
    "age", (Field("age", "integer", max=120, not_sure=False),), feeds("age", "born_before_2025_12_15", RANKING)
)
CITIZENSHIP = Question(
    "citizenship", (Field("countries", "countries", not_sure=False),), feeds("citizenships", RANKING)
)
WHERE = Question(
    "where",
    (
        Field("place", "choice", ("outside", "in_canada"), not_sure=False),
        Field("status", "choice", STATUSES, show_if=IN_CANADA),
        Field("province", "choice", PROVINCES, show_if=IN_CANADA),
    ),
    feeds("in_canada", "canada_status", "current_province", "authorised_to_work_in_canada", "pgwp_used", RANKING),
)
FAMILY_TIE = Question(
    "family-tie",
    (
        Field(
            "who",
            "choices",
            ("spouse_or_partner", "parent", "child_or_grandchild", "other_relative", "canadian_ancestor", "none"),
        ),
    ),
    feeds("sponsor_relation", "sponsor_status", "adult_relative_in_canada", "canadian_parent_born_abroad_chain"),
    not_citizen,
)
SPONSOR = Question(
    "sponsor",
    (
        Field("status", "choice", ("citizen", "permanent_resident", "temporary")),
        Field("adult", "yes_no"),
        Field("lives_in_canada", "yes_no"),
        Field("social_assistance", "yes_no"),
        Field("barred", "yes_no"),
    ),
    feeds(
        "sponsor_status",
        "sponsor_age",
        "sponsor_lives_in_canada",
        "sponsor_social_assistance",
        "sponsor_barred",
        "adult_relative_in_canada",
    ),
    every(newcomer, has("family-tie", "who", "spouse_or_partner", "parent", "child_or_grandchild")),
)
HOUSEHOLD = Question(
    "household",
    (
        Field("partner", "choice", ("no", "coming", "in_canada", "staying", "canadian")),
        Field("children", "integer", max=20, required=False),
    ),
    feeds(
        "has_partner",
        "partner_coming",
        "family_size",
        "partner_clb_min",
        "partner_studied_canada_2y",
        "partner_worked_canada_1y",
        "partner_permit",
    ),
    newcomer,
)
PROVINCE = Question(
    "province",
    (Field("province", "choice", (*PROVINCES, "OUTSIDE_QC", "UNDECIDED")),),
    feeds("intended_province", RANKING),
    every(newcomer, lacks("goal", "goal", "visit")),
)
ENGLISH = Question(
    "english",
    language.fields("en"),
    feeds(*(f"en_{ability}" for ability in ABILITIES)),
    economic,
    language.check,
)
FRENCH = Question(
    "french",
    language.fields("fr"),
    feeds(*(f"fr_{ability}" for ability in ABILITIES)),
    economic,
    language.check,
)
EDUCATION_LEVEL = Question(
    "education", (Field("level", "choice", EDUCATION),), feeds("education_level", "education_recognised"), economic
)
STUDIED = values("under_2y", "2y_plus")
EDUCATION_WHERE = Question(
    "education-where",
    (
        Field("place", "choice", ("canada", "abroad_assessed", "abroad_not_assessed")),
        Field("canada", "choice", ("none", "under_2y", "2y_plus")),
        Field("provinces", "choices", PROVINCES, show_if=("canada", STUDIED)),
        Field("atlantic", "yes_no", show_if=("provinces", values(*ATLANTIC))),
        Field("rural", "yes_no", show_if=("canada", STUDIED)),
        Field("recent", "yes_no", show_if=("canada", STUDIED)),
    ),
    feeds(
        "education_recognised",
        "studied_canada_2y",
        "atlantic_graduate",
        "rural_graduate",
        "graduated_other_province",
        "grad_credential",
        "grad_pgwp_school",
        "grad_program_months",
        "grad_full_time",
        "grad_field_on_list",
    ),
    every(economic, lacks("education", "level", "less_than_secondary")),
)
CREDENTIALS = ("certificate_or_diploma", "bachelor", "masters", "phd")
FINISHED = ("credential", values(*CREDENTIALS, NOT_SURE))
GRAD = Question(
    "grad",
    (
        Field("credential", "choice", (*CREDENTIALS, "none")),
        Field("province", "choice", PROVINCES, show_if=FINISHED),
        Field("months", "integer", max=120, required=False, show_if=FINISHED),
        Field("days", "integer", max=36500, required=False, show_if=FINISHED),
        Field("full_time", "yes_no", show_if=FINISHED),
        Field("eligible_school", "yes_no", show_if=FINISHED),
        Field("listed_field", "yes_no", show_if=("credential", values("certificate_or_diploma", NOT_SURE))),
        Field("before_november_2024", "yes_no", show_if=FINISHED),
        Field("had_pgwp", "yes_no", show_if=FINISHED),
    ),
    feeds(
        "grad_credential",
        "grad_province",
        "grad_program_months",
        "grad_days_since",
        "grad_full_time",
        "grad_pgwp_school",
        "grad_field_on_list",
        "grad_permit_after_2024_11",
        "pgwp_used",
    ),
    every(economic, has("education-where", "recent", "yes")),
)
OCCUPATION = Question(
    "occupation",
    (
        Field("state", "choice", ("found", "cannot_find", "never_worked")),
        Field("noc", "noc", show_if=("state", values("found"))),
        Field("teer", "choice", TEERS, show_if=("state", values("cannot_find"))),
    ),
    feeds(
        "occupation_noc",
        "occupation_teer",
        "trade_fst_group",
        "trade_months_5y",
        "skilled_years_10y",
        "one_year_continuous_same_noc",
        "noc_months_3y",
        "noc_months_5y",
        "noc_months_30m",
        "noc_months_18m",
        "noc_months_3y_canada",
        "canada_skilled_months_3y",
        "worked_canada_skilled_1y",
        "ab_months_18m",
        "quebec_months_5y",
        "qualifying_hours_5y",
        "related_hours_3y",
        "related_months_5y",
    ),
    economic,
)


def check_experience(answer: Answer) -> Problems:
    """Months of the last three years are also months of the last five."""
    three, five = answer.get("months_3y"), answer.get("months_5y")
    if isinstance(three, int | float) and isinstance(five, int | float) and three > five:
        return {"months_3y": ("less_than", {"field": "months_5y", "max": five})}
    return {}


EXPERIENCE = Question(
    "experience",
    (
        Field("skilled_years", "number", max=10, required=False),
        Field("continuous", "yes_no"),
        Field("months_5y", "number", max=60, required=False),
        Field("months_3y", "number", max=36, required=False),
        Field("canada", "choice", ("no", "under_1y", "1y_plus")),
    ),
    feeds(
        "skilled_years_10y",
        "one_year_continuous_same_noc",
        "noc_months_5y",
        "noc_months_3y",
        "noc_months_30m",
        "noc_months_18m",
        "trade_months_5y",
        "qualifying_hours_5y",
        "related_hours_3y",
        "related_months_5y",
        "worked_canada_skilled_1y",
        "noc_months_3y_canada",
        "canada_skilled_months_3y",
        "ab_months_18m",
        "quebec_months_5y",
    ),
    worked,
    check_experience,
)


def check_canada_work(answer: Answer) -> Problems:
    """What does not count is part of the whole."""
    whole, out = answer.get("months"), answer.get("months_not_counted")
    if isinstance(whole, int | float) and isinstance(out, int | float) and out > whole:
        return {"months_not_counted": ("less_than", {"field": "months", "max": whole})}
    return {}


CANADA_WORK = Question(
    "canada-work",
    (
        Field("months", "number", max=36, required=False),
        Field("permit", "yes_no"),
        Field("months_not_counted", "number", max=36, required=False),
        Field("teer", "choice", TEERS),
        Field("main_job", "yes_no"),
        Field("provinces", "choices", PROVINCES),
        Field("ab_months", "number", max=18, required=False, show_if=("provinces", values("AB"))),
        Field("quebec_months", "number", max=60, required=False, show_if=("provinces", values("QC"))),
    ),
    feeds("canada_skilled_months_3y", "canada_exp_teer", "noc_months_3y_canada", "ab_months_18m", "quebec_months_5y"),
    every(worked, has("experience", "canada", "under_1y", "1y_plus", NOT_SURE)),
    check_canada_work,
)
OFFER = Question(
    "offer",
    (Field("offer", "yes_no"),),
    feeds(
        "offer",
        "offer_noc",
        "offer_full_time",
        "offer_non_seasonal",
        "offer_duration",
        "offer_lmia",
        "offer_employer_months",
        "offer_aip_designated",
        "offer_rcip_designated",
        "offer_fcip_designated",
        "offer_from_caf",
        "offer_bc_health_authority",
        "offer_accommodation_food_sector",
        "arranged_employment",
        "cusma_profession",
        "iec_offer_contributes_to_career",
        "ict_role",
    ),
    to_work,
)
OTHER_JOB = values("other", "cannot_find")
OFFER_DETAIL = Question(
    "offer-detail",
    (
        Field("province", "choice", PROVINCES),
        Field("job", "choice", ("same", "other", "cannot_find")),
        Field("noc", "noc", show_if=("job", values("other"))),
        Field("teer", "choice", TEERS, show_if=("job", values("cannot_find"))),
        Field("related", "yes_no", show_if=("job", OTHER_JOB)),
        Field("full_time", "yes_no"),
        Field("year_round", "yes_no"),
        Field("duration", "choice", ("under_1y", "1y_plus", "2y_plus", "permanent")),
        Field("months", "number", max=720, required=False),
        Field("accommodation_food", "yes_no"),
    ),
    feeds(
        "offer_province",
        "offer_noc",
        "offer_teer",
        "offer_full_time",
        "offer_non_seasonal",
        "offer_duration",
        "offer_employer_months",
        "offer_accommodation_food_sector",
        "arranged_employment",
        "qualifying_hours_5y",
        "related_hours_3y",
        "related_months_5y",
    ),
    offered,
)
OFFER_EMPLOYER = Question(
    "offer-employer",
    (
        Field(
            "holds",
            "choices",
            ("lmia", "atlantic", "rural", "francophone", "armed_forces", "bc_health", "corporate_group", "none"),
        ),
    ),
    feeds(
        "offer_lmia",
        "offer_aip_designated",
        "offer_rcip_designated",
        "offer_fcip_designated",
        "offer_from_caf",
        "offer_bc_health_authority",
        "arranged_employment",
        "ict_role",
    ),
    offered,
)
CUSMA = Question(
    "cusma",
    (Field("profession", "yes_no"), Field("qualified", "yes_no", show_if=("profession", values("yes", NOT_SURE)))),
    feeds("cusma_profession", "cusma_qualified"),
    every(offered, has("citizenship", "countries", "US", "MX")),
)
ICT = Question(
    "ict",
    (
        Field("months", "integer", max=36, required=False),
        Field("role", "choice", ("executive", "senior_manager", "specialised_knowledge", "none")),
    ),
    feeds("ict_months_employed", "ict_role"),
    every(offered, has("offer-employer", "holds", "corporate_group")),
)


def may_need_certificate(occupation: Answer) -> bool:
    """Whether the main job is one that often needs a certificate or licence, or is not known."""
    code = occupation.get("noc")
    return not isinstance(code, str) or needs_certificate(code)


LICENCE = Question(
    "licence",
    (Field("held", "choices", ("trade_certificate", "provincial_licence", "quebec_regulator", "none")),),
    feeds("trade_certificate", "licensed_in_province", "quebec_regulated_authorised"),
    either(
        every(worked, answered("occupation", may_need_certificate)),
        every(worked, has("province", "province", "QC")),
        every(worked, offered),
    ),
)
IEC = Question(
    "iec",
    (
        Field("earlier", "integer", max=20, required=False),
        Field("career_offer", "yes_no"),
        Field("placement", "yes_no"),
    ),
    feeds("iec_prior_participations", "iec_offer_contributes_to_career", "iec_student_placement"),
    every(newcomer, has("goal", "goal", "settle", "work", "study", "visit", NOT_SURE)),
)
TALENT = Question(
    "talent",
    (Field("recognised", "yes_no"),),
    feeds("exceptional_talent"),
    every(economic, has("province", "province", "QC")),
)
FUNDS = Question("funds", (Field("amount", "money", max=1_000_000_000),), feeds("funds_cad"), to_work)
PARTNER = Question(
    "partner",
    (Field("level_4", "yes_no"), Field("studied", "yes_no"), Field("worked", "yes_no")),
    feeds("partner_clb_min", "partner_studied_canada_2y", "partner_worked_canada_1y"),
    every(economic, has("household", "partner", "coming", "in_canada")),
)
STUDIES, WORKS = values("study"), values("work")
PARTNER_PERMIT = Question(
    "partner-permit",
    (
        Field("permit", "choice", ("study", "work", "none")),
        Field(
            "study_level",
            "choice",
            ("certificate_or_diploma", "bachelor", "listed_professional", "masters", "phd"),
            show_if=("permit", STUDIES),
        ),
        Field("study_months", "integer", max=120, required=False, show_if=("permit", STUDIES)),
        Field("teer", "choice", TEERS, show_if=("permit", WORKS)),
        Field("listed", "yes_no", show_if=("teer", values("2", "3", NOT_SURE))),
        Field("months_left", "integer", max=120, required=False, show_if=("permit", WORKS)),
    ),
    feeds(
        "partner_permit",
        "partner_study_level",
        "partner_study_months",
        "partner_work_teer",
        "partner_work_listed_teer23",
        "partner_permit_months_left",
    ),
    every(newcomer, has("household", "partner", "in_canada")),
)
BUSINESS = Question(
    "business",
    (
        Field("owned", "yes_no"),
        Field("years", "number", max=5, required=False, show_if=("owned", values("yes"))),
        Field("net_worth", "money", max=1_000_000_000),
    ),
    feeds("business_years_5y", "net_worth_cad"),
    every(to_settle, has("province", "province", "BC", "MB", "PE", "QC", NOT_SURE)),
)
RESIDENCE = Question(
    "residence",
    (
        Field("days", "integer", max=1827, required=False),
        Field("taxes", "yes_no"),
        Field("language", "yes_no"),
    ),
    feeds("days_in_canada_5y", "taxes_filed_3y", "citizenship_language_proof"),
    settled,
)
DESCENT = Question(
    "descent",
    (Field("chain", "choice", ("parent_born_in_canada", "ancestor_earlier_generation", "none")),),
    feeds("canadian_parent_born_abroad_chain"),
    every(not_citizen, has("family-tie", "who", "parent", "canadian_ancestor", NOT_SURE)),
)
BIRTH = Question(
    "birth",
    (Field("before", "yes_no"),),
    feeds("born_before_2025_12_15"),
    every(
        not_citizen,
        has("descent", "chain", "ancestor_earlier_generation", NOT_SURE),
        answered("age", lambda answer: int(str(answer["age"])) < 18),
    ),
)
HOST = Question(
    "host",
    (Field("income", "yes_no"), Field("insurance", "yes_no")),
    feeds("host_meets_lico", "visit_insurance_100k"),
    every(newcomer, has("family-tie", "who", "child_or_grandchild")),
)

IMMIGRATION = Quiz(
    "immigration",
    (
        GOAL,
        AGE,
        CITIZENSHIP,
        WHERE,
        FAMILY_TIE,
        SPONSOR,
        HOST,
        DESCENT,
        BIRTH,
        HOUSEHOLD,
        PROVINCE,
        RESIDENCE,
        ENGLISH,
        FRENCH,
        EDUCATION_LEVEL,
        EDUCATION_WHERE,
        GRAD,
        OCCUPATION,
        EXPERIENCE,
        CANADA_WORK,
        OFFER,
        OFFER_DETAIL,
        OFFER_EMPLOYER,
        CUSMA,
        ICT,
        LICENCE,
        IEC,
        TALENT,
        FUNDS,
        PARTNER,
        PARTNER_PERMIT,
        BUSINESS,
        replace(studies.STUDIES, when=to_study),
        replace(studies.STUDY_FUNDS, when=to_study),
        replace(studies.ACCEPTANCE, when=to_study),
    ),
    {
        "goal": tuple({"goal": goal} for goal in ("settle", "work", "study", "family", "visit", "citizenship", None)),
        "where": (
            {"place": "outside"},
            {"place": "in_canada", "status": "student", "province": None},
            {"place": "in_canada", "status": "permanent_resident", "province": None},
            {"place": "in_canada", "status": "citizen", "province": None},
        ),
    },
)
