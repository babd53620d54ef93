"""From the answers of a quiz to the facts that rules compare. A part that is not known gives a fact that is not known.

Every function here reads answers that count and returns the facts that it can tell; what it leaves out is not known.
A fact once told never changes as more answers come in.
"""

from collections.abc import Callable

from quizzes.eligibility.answers import UNKNOWN, Answers, Range, Value
from quizzes.eligibility.leaves import Truth, all_of, any_of
from quizzes.flow import language, occupations
from quizzes.flow.places import ATLANTIC
from quizzes.flow.shape import Answer, Given

HOURS_A_MONTH = 130  # 30 hours a week, 52 weeks, 12 months: a year is 1,560
SKILLED = (0, 1, 2, 3)
COUNTS_FOR_ATLANTIC = (0, 1, 2, 3, 4)
BORN_BEFORE_SURELY = 18  # years of age; below, the quiz asks
OFFER_OF_A_YEAR = ("1y_plus", "2y_plus", "permanent")
MAY_WORK = ("worker_employer_specific", "worker_open", "pgwp", "permanent_resident", "citizen")
MAY_NOT_WORK = ("visitor", "out_of_status")  # others may hold a permit beside their status

NOTHING: Answer = {}


def facts_of(given: Given) -> Answers:
    """All facts, from answers that count."""
    facts = dict(UNKNOWN)
    for tell in TELLERS:
        told = tell(given, facts)
        facts.update({name: value for name, value in told.items() if value is not None})
    return facts


def person(given: Given, _facts: Answers) -> Answers:
    """Age, passports, where, province: as answered. Born before 15 December 2025: any adult, else asked."""
    facts: Answers = {}
    if "age" in given:
        facts["age"] = age = _integer(given["age"]["age"])
        if age is not None and age >= BORN_BEFORE_SURELY:
            facts["born_before_2025_12_15"] = True
    if "citizenship" in given:
        countries = given["citizenship"]["countries"]
        facts["citizenships"] = tuple(countries) if isinstance(countries, list | tuple) else None
    if "birth" in given:
        facts["born_before_2025_12_15"] = _truth(given["birth"]["before"])
    if "province" in given:
        facts["intended_province"] = _text(given["province"]["province"])
    return facts


def status(given: Given, _facts: Answers) -> Answers:
    """Where they are. May work: by the status, not known for students and claimants; outside Canada: no."""
    where = given.get("where")
    if where is None:
        return {}
    if where["place"] == "outside":
        return {"in_canada": False, "canada_status": "none", "authorised_to_work_in_canada": False}
    held = _text(where.get("status"))
    facts: Answers = {"in_canada": True, "canada_status": held, "current_province": _text(where.get("province"))}
    if held in MAY_WORK:
        facts["authorised_to_work_in_canada"] = True
    if held in MAY_NOT_WORK:
        facts["authorised_to_work_in_canada"] = False
    if held == "pgwp":
        facts["pgwp_used"] = True
    return facts


def relation(given: Given) -> str | None:
    """Of several relatives the one whose route is judged: partner, then child or grandchild, then parent."""
    tie = given.get("family-tie")
    if tie is None or tie["who"] is None:
        return None
    who = tie["who"]
    assert isinstance(who, list | tuple)  # noqa: S101  for the type checker
    age = _integer(given["age"]["age"]) if "age" in given else None
    young = age is not None and age < 22  # whom a parent can sponsor
    order = ("parent", "child_or_grandchild") if young else ("child_or_grandchild", "parent")
    return next((name for name in ("spouse_or_partner", *order) if name in who), "none")


def family(given: Given, _facts: Answers) -> Answers:
    """Relatives in Canada. An adult relative: one who was named as such, or the parent or child who lives there."""
    tied = relation(given)
    if tied is None:
        return {}
    who = given["family-tie"]["who"]
    assert isinstance(who, list | tuple)  # noqa: S101  for the type checker
    facts: Answers = {"sponsor_relation": tied}
    if tied == "none":
        facts["sponsor_status"] = "none"
    about = given.get("sponsor", NOTHING)
    facts |= {
        "sponsor_lives_in_canada": _truth(about.get("lives_in_canada")),
        "sponsor_social_assistance": _truth(about.get("social_assistance")),
        "sponsor_barred": _truth(about.get("barred")),
    }
    if about:
        facts["sponsor_status"] = _text(about.get("status"))
        adult = about.get("adult")
        facts["sponsor_age"] = None if adult is None else Range(18, 120) if adult else Range(0, 17)
    relatives: list[Truth] = ["other_relative" in who]
    for name in ("parent", "child_or_grandchild"):
        if name in who:
            relatives.append(_adult_here(about) if name == tied else None)
    facts["adult_relative_in_canada"] = any_of(relatives)
    if "host" in given:
        facts["host_meets_lico"] = _truth(given["host"]["income"])
        facts["visit_insurance_100k"] = _truth(given["host"]["insurance"])
    return facts


def _adult_here(about: Answer) -> Truth:
    standing = about.get("status")
    resident = None if standing is None else standing in ("citizen", "permanent_resident")
    return all_of([resident, _truth(about.get("adult")), _truth(about.get("lives_in_canada"))])


def descent(given: Given, _facts: Answers) -> Answers:
    """Canadian ancestors: none if no parent or ancestor was named, else as answered."""
    if "descent" in given:
        return {"canadian_parent_born_abroad_chain": _text(given["descent"]["chain"])}
    who = given.get("family-tie", NOTHING).get("who")
    if isinstance(who, list | tuple) and not {"parent", "canadian_ancestor"} & set(who):
        return {"canadian_parent_born_abroad_chain": "none"}
    return {}


def household(given: Given, _facts: Answers) -> Answers:
    """Partner and children. Family size: all of them and oneself, coming or not; it is known when both parts are."""
    about = given.get("household")
    if about is None:
        return {}
    partner, children = about["partner"], _integer(about.get("children"))
    if partner is None:
        return {}
    facts: Answers = {
        "has_partner": partner != "no",
        "partner_coming": partner in ("coming", "in_canada"),
        "family_size": None if children is None else 1 + int(partner != "no") + children,
    }
    if partner not in ("coming", "in_canada"):  # only a partner who comes counts
        facts |= {"partner_clb_min": 0, "partner_studied_canada_2y": False, "partner_worked_canada_1y": False}
    if partner != "in_canada":
        facts["partner_permit"] = "none"
    return facts


def partner(given: Given, _facts: Answers) -> Answers:
    """What a partner brings. Level: 4 or 0, the only mark that rules have."""
    facts: Answers = {}
    if about := given.get("partner"):
        enough = about["level_4"]
        facts["partner_clb_min"] = None if enough is None else 4 if enough else 0
        facts["partner_studied_canada_2y"] = _truth(about["studied"])
        facts["partner_worked_canada_1y"] = _truth(about["worked"])
    if permit := given.get("partner-permit"):
        held = _text(permit["permit"])
        facts["partner_permit"] = held
        if held in ("work", "none"):
            facts |= {"partner_study_level": "none", "partner_study_months": 0}
        if held == "study":
            facts["partner_study_level"] = _text(permit.get("study_level"))
            facts["partner_study_months"] = _number(permit.get("study_months"))
        if held == "work":
            facts["partner_work_teer"] = _integer(permit.get("teer"))
            facts["partner_work_listed_teer23"] = _truth(permit.get("listed"))
            facts["partner_permit_months_left"] = _number(permit.get("months_left"))
    return facts


def languages(given: Given, _facts: Answers) -> Answers:
    """Levels of tests; a self-rating tells no level."""
    english, french = given.get("english"), given.get("french")
    return {
        **(language.levels("en", english) if english else {}),
        **(language.levels("fr", french) if french else {}),
    }


def studies(given: Given, _facts: Answers) -> Answers:
    """Schooling and studies in Canada. Who never studied there has no Canadian credential, nor what hangs on one."""
    facts: Answers = {}
    if "education" in given:
        facts["education_level"] = _text(given["education"]["level"])
    about = given.get("education-where")
    if about is None:
        return facts
    place, here = about["place"], about["canada"]
    facts["education_recognised"] = None if place is None else place != "abroad_not_assessed"
    if here is None:
        return facts
    facts["studied_canada_2y"] = here == "2y_plus"
    if here == "none":
        facts |= {"atlantic_graduate": False, "rural_graduate": False, "graduated_other_province": False}
        return facts | NO_CANADIAN_CREDENTIAL
    provinces = about.get("provinces")
    if isinstance(provinces, list | tuple):
        facts["graduated_other_province"] = bool(set(provinces) - {"MB"})
        facts["atlantic_graduate"] = _truth(about.get("atlantic")) if set(provinces) & set(ATLANTIC) else False
    facts["rural_graduate"] = _truth(about.get("rural"))
    if about.get("recent") is False:
        facts |= NO_CANADIAN_CREDENTIAL
    return facts


NO_CANADIAN_CREDENTIAL: Answers = {
    "grad_credential": "none",
    "grad_pgwp_school": False,
    "grad_program_months": 0,
    "grad_full_time": False,
    "grad_field_on_list": False,
}


def graduate(given: Given, facts: Answers) -> Answers:
    """A Canadian program just finished. A permit asked for since November 2024: the opposite of one before it."""
    about = given.get("grad")
    if about is None:
        return {}
    credential = _text(about["credential"])
    if credential == "none":
        return NO_CANADIAN_CREDENTIAL
    told: Answers = {
        "grad_credential": credential,
        "grad_province": _text(about.get("province")),
        "grad_program_months": _number(about.get("months")),
        "grad_days_since": _integer(about.get("days")),
        "grad_full_time": _truth(about.get("full_time")),
        "grad_pgwp_school": _truth(about.get("eligible_school")),
        "grad_field_on_list": _truth(about.get("listed_field")),
    }
    before = _truth(about.get("before_november_2024"))
    told["grad_permit_after_2024_11"] = None if before is None else not before
    if facts["pgwp_used"] is None:
        told["pgwp_used"] = _truth(about.get("had_pgwp"))
    return told


def occupation(given: Given, _facts: Answers) -> Answers:
    """The main job: TEER by its code, else as answered; trades by the code, else by TEER 2 or 3 at least."""
    about = given.get("occupation")
    if about is None or about["state"] is None:
        return {}
    if about["state"] == "never_worked":
        return {"occupation_noc": "", "trade_fst_group": False, **dict.fromkeys(NO_WORK, 0), **NEVER}
    code = _text(about.get("noc"))
    level = occupations.teer(code) if code else _integer(about.get("teer"))
    facts: Answers = {"occupation_noc": code, "occupation_teer": level}
    trade = occupations.trade_of(code, level)
    facts["trade_fst_group"] = trade
    if trade is False:
        facts["trade_months_5y"] = 0
    return facts


NO_WORK = (
    "skilled_years_10y",
    "noc_months_3y",
    "noc_months_5y",
    "trade_months_5y",
    "noc_months_3y_canada",
    "canada_skilled_months_3y",
    "ab_months_18m",
    "quebec_months_5y",
    "qualifying_hours_5y",
    "related_hours_3y",
    "related_months_5y",
)
NEVER: Answers = {"one_year_continuous_same_noc": False, "worked_canada_skilled_1y": False}
NOT_IN_CANADA: Answers = {
    "worked_canada_skilled_1y": False,
    "noc_months_3y_canada": 0,
    "canada_skilled_months_3y": 0,
    "ab_months_18m": 0,
    "quebec_months_5y": 0,
}


def experience(given: Given, facts: Answers) -> Answers:
    """Work in the main job. Months in a listed trade: all of the main job's, if that is one.

    Eighteen and thirty months are left to the rules, which draw bounds from the three years.
    """
    about = given.get("experience")
    if about is None:
        return {}
    months = _number(about.get("months_5y"))
    told: Answers = {
        "skilled_years_10y": _number(about.get("skilled_years")),
        "one_year_continuous_same_noc": _truth(about["continuous"]),
        "noc_months_5y": months,
        "noc_months_3y": _number(about.get("months_3y")),
    }
    if facts["trade_fst_group"] is True:
        told["trade_months_5y"] = months
    here = about["canada"]
    if here == "no":
        told |= NOT_IN_CANADA
    elif here is not None:
        told["worked_canada_skilled_1y"] = here == "1y_plus"
    return told


def canada_work(given: Given, facts: Answers) -> Answers:
    """Work in Canada. Skilled months: TEER 0 to 3, with a permit, less what was self-employed or beside full-time
    study. Of the main job: all authorised months, if they were in it, and no more than its own."""
    about = given.get("canada-work")
    if about is None:
        return {}
    months, out = _number(about.get("months")), _number(about.get("months_not_counted"))
    permit, teer = _truth(about["permit"]), _integer(about["teer"])
    told: Answers = {"canada_exp_teer": teer}
    none = any_of([permit is False, months == 0, teer is not None and teer not in SKILLED])
    if none:
        told["canada_skilled_months_3y"] = 0
    elif months is not None and out is not None and permit and teer is not None:
        told["canada_skilled_months_3y"] = months - out
    main, whole = _truth(about["main_job"]), facts["noc_months_3y"]
    if permit is False or months == 0 or main is False:
        told["noc_months_3y_canada"] = 0
    elif permit and main and months is not None and isinstance(whole, int | float):
        told["noc_months_3y_canada"] = min(months, whole)
    provinces = about["provinces"]
    if isinstance(provinces, list | tuple):
        told["ab_months_18m"] = _number(about.get("ab_months")) if "AB" in provinces else 0
        told["quebec_months_5y"] = _number(about.get("quebec_months")) if "QC" in provinces else 0
    return told


NO_OFFER: Answers = {
    "offer_noc": "",
    "offer_full_time": False,
    "offer_non_seasonal": False,
    "offer_duration": "under_1y",
    "offer_lmia": False,
    "offer_employer_months": 0,
    "offer_aip_designated": False,
    "offer_rcip_designated": False,
    "offer_fcip_designated": False,
    "offer_from_caf": False,
    "offer_bc_health_authority": False,
    "offer_accommodation_food_sector": False,
    "arranged_employment": False,
    "cusma_profession": False,
    "iec_offer_contributes_to_career": False,
    "ict_role": "none",
}
HOLDS = {
    "lmia": "offer_lmia",
    "atlantic": "offer_aip_designated",
    "rural": "offer_rcip_designated",
    "francophone": "offer_fcip_designated",
    "armed_forces": "offer_from_caf",
    "bc_health": "offer_bc_health_authority",
}


def offer(given: Given, facts: Answers) -> Answers:
    """The job offer. Without one nothing that hangs on it holds; the same job has the main job's code and TEER."""
    if "offer" not in given or given["offer"]["offer"] is None:
        return {}
    if given["offer"]["offer"] is False:
        return {"offer": False, **NO_OFFER}
    told: Answers = {"offer": True}
    if about := given.get("offer-detail"):
        code, teer = _offered_job(about, facts)
        told |= {
            "offer_province": _text(about["province"]),
            "offer_noc": code,
            "offer_teer": teer,
            "offer_full_time": _truth(about["full_time"]),
            "offer_non_seasonal": _truth(about["year_round"]),
            "offer_duration": _text(about["duration"]),
            "offer_employer_months": _number(about.get("months")),
            "offer_accommodation_food_sector": _truth(about["accommodation_food"]),
        }
    holds = given.get("offer-employer", NOTHING).get("holds")
    if isinstance(holds, list | tuple):
        told |= {fact: name in holds for name, fact in HOLDS.items()}
        if "corporate_group" not in holds:
            told["ict_role"] = "none"
    return told


def _offered_job(about: Answer, facts: Answers) -> tuple[Value, Value]:
    if about["job"] == "same":
        return facts["occupation_noc"] or None, facts["occupation_teer"]
    code = _text(about.get("noc"))
    return code, occupations.teer(code) if code else _integer(about.get("teer"))


def follow_ups(given: Given, facts: Answers) -> Answers:
    """What the short pages ask: CUSMA list, a move in a group, youth mobility, talent, residence."""
    told: Answers = {}
    if about := given.get("cusma"):
        told |= {"cusma_profession": _truth(about["profession"]), "cusma_qualified": _truth(about.get("qualified"))}
    if about := given.get("ict"):
        told |= {"ict_months_employed": _number(about.get("months")), "ict_role": _text(about["role"])}
    if about := given.get("iec"):
        told["iec_prior_participations"] = _integer(about.get("earlier"))
        told["iec_student_placement"] = _truth(about["placement"])
        if facts["offer"] is not False:
            told["iec_offer_contributes_to_career"] = _truth(about["career_offer"])
    if about := given.get("talent"):
        told["exceptional_talent"] = _truth(about["recognised"])
    if about := given.get("residence"):
        told |= {
            "days_in_canada_5y": _number(about.get("days")),
            "taxes_filed_3y": _truth(about["taxes"]),
            "citizenship_language_proof": _truth(about["language"]),
        }
    return told


def licence(given: Given, _facts: Answers) -> Answers:
    """Certificates and licences that are held; the others are not."""
    held = given.get("licence", NOTHING).get("held")
    if not isinstance(held, list | tuple):
        return {}
    return {
        "trade_certificate": "trade_certificate" in held,
        "licensed_in_province": "provincial_licence" in held,
        "quebec_regulated_authorised": "quebec_regulator" in held,
    }


def money(given: Given, _facts: Answers) -> Answers:
    """Money as bounds: from the least of a band to just below the next one. Never ran a business: no years."""
    told: Answers = {}
    if about := given.get("funds"):
        told["funds_cad"] = _band(about["amount"])
    if about := given.get("study-funds"):
        told["study_living_funds_cad"] = _band(about["living"])
    if about := given.get("business"):
        told["net_worth_cad"] = _band(about["net_worth"])
        owned = about["owned"]
        told["business_years_5y"] = _number(about.get("years")) if owned else None if owned is None else 0
    return told


def offer_counts(given: Given, facts: Answers) -> Answers:
    """An offer that the federal classes count: full time, all year, a year or more, TEER 0 to 3, and an LMIA.

    Without an LMIA a year with the employer on an exempt permit may do (IRPR s. 82(2)(b)): not known.
    """
    if facts["offer"] is not True:
        return {}
    teer, length, months = facts["offer_teer"], facts["offer_duration"], facts["offer_employer_months"]
    assessed = _truth(facts["offer_lmia"])
    if assessed is False:
        tied = facts["canada_status"] in (None, "worker_employer_specific")
        long_enough = not isinstance(months, int | float) or months >= 12
        assessed = None if tied and long_enough else False
    return {
        "arranged_employment": all_of(
            [
                _truth(facts["offer_full_time"]),
                _truth(facts["offer_non_seasonal"]),
                None if length is None else length in OFFER_OF_A_YEAR,
                None if teer is None else teer in SKILLED,
                assessed,
            ]
        )
    }


def related_work(given: Given, facts: Answers) -> Answers:
    """Work that counts for an offer: the main job's, at 130 hours a month, and 0 if that does not count.

    Qualifying: a main job of TEER 0 to 4, no lower than the offer's. Related: the same job, or as answered.
    """
    about = given.get("offer-detail")
    if about is None:
        return {}
    told: Answers = {}
    own, wanted = facts["occupation_teer"], facts["offer_teer"]
    if isinstance(own, int) and isinstance(wanted, int):
        counts = own in COUNTS_FOR_ATLANTIC and own <= wanted
        told["qualifying_hours_5y"] = _times(facts["noc_months_5y"], HOURS_A_MONTH) if counts else 0
    related = about["job"] == "same" or _truth(about.get("related"))
    if related is not None:
        told["related_hours_3y"] = _times(facts["noc_months_3y"], HOURS_A_MONTH) if related else 0
        told["related_months_5y"] = facts["noc_months_5y"] if related else 0
    return {name: value for name, value in told.items() if facts[name] is None}


def plans(given: Given, _facts: Answers) -> Answers:
    """Studies to come: the level by the program that is wanted, and what of the papers is there."""
    told: Answers = {}
    if about := given.get("studies"):
        wanted = _text(about["level"])
        told["study_level"] = None if wanted is None else STUDY_LEVELS[wanted]
    if about := given.get("acceptance"):
        told |= {
            "dli_acceptance": _truth(about["letter"]),
            "dli_public": _truth(about.get("public")),
            "attestation_letter": _truth(about["attestation"]),
            "quebec_caq": _truth(about["caq"]),
        }
    return told


STUDY_LEVELS = {
    "school": "k12",
    "language": "none",
    "certificate_or_diploma": "certificate_or_diploma",
    "bachelor": "bachelor",
    "professional": "bachelor",
    "masters": "masters",
    "phd": "phd",
}


def _band(value: object) -> Value:
    if not isinstance(value, list | tuple):
        return None
    least, most = value
    return Range(least, most - 1 if most is not None else 1_000_000_000)


def _times(value: Value, factor: int) -> Value:
    return value * factor if isinstance(value, int | float) else None


def _truth(value: object) -> Truth:
    return value if isinstance(value, bool) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _integer(value: object) -> int | None:
    return None if value is None else int(float(str(value)))


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


# in this order: a later one may look at what an earlier one told
TELLERS: tuple[Callable[[Given, Answers], Answers], ...] = (
    person,
    status,
    family,
    descent,
    household,
    partner,
    languages,
    studies,
    graduate,
    occupation,
    experience,
    canada_work,
    offer,
    follow_ups,
    licence,
    money,
    offer_counts,
    related_work,
    plans,
)
