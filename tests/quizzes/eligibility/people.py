"""For each open federal program somebody who just meets it, written from the programs' own words."""

from typing import Any

ABILITIES = ("speaking", "listening", "reading", "writing")


def language(code: str, level: int, **changes: int) -> dict[str, int]:
    return {f"{code}_{ability}": changes.get(ability, level) for ability in ABILITIES}


OFFER = {"offer": True, "offer_full_time": True, "offer_non_seasonal": True}
SKILLED = {
    "age": 30,
    "intended_province": "ON",
    "occupation_teer": 1,
    "occupation_noc": "21231",
    "one_year_continuous_same_noc": True,
    "skilled_years_10y": 1,
    **language("en", 9),
    "education_level": "bachelor_or_3yr",
    "education_recognised": True,
    "funds_cad": 15263,
    "family_size": 1,
}  # 24 + 21 + 9 + 12 = 66 points: one short
FSW = SKILLED | {"skilled_years_10y": 2}  # 68
CEC = {
    "intended_province": "BC",
    "canada_skilled_months_3y": 12,
    "canada_exp_teer": 2,
    **language("en", 5),
}
FST = {
    "intended_province": "AB",
    "trade_fst_group": True,
    "trade_months_5y": 24,
    **language("en", 5, reading=4, writing=4),
    "trade_certificate": True,
    "funds_cad": 15263,
}
CATEGORY = FSW | {"noc_months_3y": 12, "noc_months_3y_canada": 12}
SPONSOR = {"sponsor_status": "citizen", "sponsor_age": 18, "sponsor_lives_in_canada": True}
IEC = {"citizenships": ["IE"], "age": 18}
GRADUATE = {
    "grad_pgwp_school": True,
    "grad_program_months": 8,
    "grad_full_time": True,
    "grad_days_since": 180,
    "grad_credential": "certificate_or_diploma",
    "grad_field_on_list": True,
    **language("en", 5),
}
PILOT = OFFER | {
    "offer_duration": "permanent",
    "offer_teer": 2,
    "education_level": "secondary",
    "related_hours_3y": 1560,
}

MEETS: dict[str, dict[str, Any]] = {
    "fsw": FSW,
    "cec": CEC,
    "fst": FST,
    "cat_french": FSW | language("fr", 7),
    "cat_health": CATEGORY | {"occupation_noc": "31301"},
    "cat_stem": CATEGORY | {"occupation_noc": "21300"},
    "cat_trades": CATEGORY | {"occupation_noc": "72200", "occupation_teer": 2},
    "cat_education": CATEGORY | {"occupation_noc": "41220"},
    "cat_transport": CATEGORY | {"occupation_noc": "72600", "occupation_teer": 2},
    "cat_physicians_cdn": CATEGORY | {"occupation_noc": "31102"},
    "cat_researchers_cdn": CATEGORY | {"occupation_noc": "41200"},
    "cat_senior_managers_cdn": CATEGORY | {"occupation_noc": "00012", "occupation_teer": 0},
    "cat_military": FSW | {"offer_from_caf": True, "offer_noc": "40042"},
    "aip": OFFER
    | {
        "offer_province": "NS",
        "offer_aip_designated": True,
        "offer_duration": "1y_plus",
        "offer_teer": 3,
        "education_level": "secondary",
        "qualifying_hours_5y": 1560,
        **language("en", 5),
    },
    "rcip": PILOT | {"offer_rcip_designated": True, **language("en", 5)},
    "fcip": PILOT | {"offer_fcip_designated": True, **language("fr", 5)},
    "sponsor_spouse": SPONSOR | {"sponsor_relation": "spouse_or_partner", "age": 18},
    "sponsor_child": SPONSOR | {"sponsor_relation": "parent", "age": 21, "has_partner": False},
    "super_visa": {
        "sponsor_relation": "child_or_grandchild",
        "sponsor_status": "permanent_resident",
        "sponsor_lives_in_canada": True,
        "in_canada": False,
        "host_meets_lico": True,
        "visit_insurance_100k": True,
    },
    "iec_working_holiday": IEC,
    "iec_young_professionals": IEC | {"iec_offer_contributes_to_career": True},
    "iec_coop": IEC | {"iec_student_placement": True},
    "study_permit": {
        "dli_acceptance": True,
        "attestation_letter": True,
        "intended_province": "ON",
        "study_living_funds_cad": 22895,
    },
    "pgwp": GRADUATE,
    "sowp_student": {
        "has_partner": True,
        "partner_permit": "study",
        "partner_study_level": "masters",
        "partner_study_months": 16,
    },
    "sowp_worker": {
        "has_partner": True,
        "partner_permit": "work",
        "partner_permit_months_left": 16,
        "partner_work_teer": 1,
    },
    "lmia_work_permit": {"offer": True, "offer_lmia": True},
    "global_talent": {"offer": True, "offer_lmia": True},
    "intra_company": {"ict_months_employed": 12, "ict_role": "executive"},
    "cusma_professional": {"citizenships": ["MX"], "offer": True, "cusma_profession": True, "cusma_qualified": True},
    "francophone_mobility": {"offer": True, "offer_province": "MB", **language("fr", 5)},
    "bridging_owp": {"canada_status": "worker_open"},
    "visitor": {},
    "citizenship_grant": {
        "canada_status": "permanent_resident",
        "days_in_canada_5y": 1095,
        "taxes_filed_3y": True,
        "citizenship_language_proof": True,
        "age": 30,
    },
    "citizenship_descent": {"canadian_parent_born_abroad_chain": "parent_born_in_canada"},
}

# What takes a criterion away: program, answers that differ, and the ids that are then reported as failed. Numbers stand
# at just under (or, for a limit, just over) the floor; MEETS has most of them at the floor.
UNDER: list[tuple[str, dict[str, Any], set[str]]] = [
    ("fsw", {"intended_province": "QC"}, {"not_quebec"}),
    ("fsw", {"occupation_teer": 4}, {"teer"}),
    ("fsw", {"one_year_continuous_same_noc": False}, {"continuous_year"}),
    *[
        ("fsw", {f"en_{ability}": 6, "skilled_years_10y": 10, "education_level": "phd"}, {"language"})
        for ability in ABILITIES
    ],
    ("fsw", {"education_level": "less_than_secondary"}, {"education", "points_67"}),
    ("fsw", {"education_recognised": False}, {"education_recognised"}),
    ("fsw", {"skilled_years_10y": 1.99}, {"points_67"}),
    ("fsw", {"age": 37}, {"points_67"}),  # 10 points for age
    ("fsw", {"funds_cad": 15262}, {"settlement_funds"}),
    ("fsw", {"funds_cad": 19000, "family_size": 2}, {"settlement_funds"}),
    ("fsw", {"funds_cad": 40392 + 4112 - 1, "family_size": 8}, {"settlement_funds"}),
    ("fsw", {"funds_cad": 0, "arranged_employment": True}, {"settlement_funds"}),  # but may not work here yet
    ("fsw", {"funds_cad": 0, "authorised_to_work_in_canada": True}, {"settlement_funds"}),
    ("cec", {"intended_province": "QC"}, {"not_quebec"}),
    ("cec", {"canada_skilled_months_3y": 11.9}, {"cdn_year"}),
    ("cec", {"canada_exp_teer": 4}, {"cdn_teer", "language"}),
    ("cec", {"canada_exp_teer": 1}, {"language"}),
    ("cec", {"canada_exp_teer": 0, **language("en", 7, writing=6)}, {"language"}),
    *[("cec", {f"en_{ability}": 4}, {"language"}) for ability in ABILITIES],
    ("fst", {"intended_province": "QC"}, {"not_quebec"}),
    ("fst", {"trade_fst_group": False}, {"trade_group"}),
    ("fst", {"trade_months_5y": 23.5}, {"trade_2y"}),
    *[("fst", {f"en_{ability}": 4}, {"fst_language"}) for ability in ("speaking", "listening")],
    *[("fst", {f"en_{ability}": 3}, {"fst_language"}) for ability in ("reading", "writing")],
    ("fst", {"trade_certificate": False}, {"offer_or_certificate"}),
    ("fst", {"funds_cad": 15262}, {"settlement_funds"}),
    *[("cat_french", {f"fr_{ability}": 6}, {"nclc7"}) for ability in ABILITIES],
    ("cat_french", {"one_year_continuous_same_noc": False}, {"ee_pool"}),
    *[
        (name, {"noc_months_3y": 11}, {"months12"})
        for name in ("cat_health", "cat_stem", "cat_trades", "cat_education", "cat_transport")
    ],
    *[
        (name, {"noc_months_3y_canada": 11}, {"months12_canada"})
        for name in ("cat_physicians_cdn", "cat_researchers_cdn", "cat_senior_managers_cdn")
    ],
    *[
        (name, {"occupation_noc": "64100"}, {"listed_occupation"})
        for name in MEETS
        if name.startswith("cat_") and name not in ("cat_french", "cat_military")
    ],
    *[(name, {"funds_cad": 0}, {"ee_pool"}) for name in MEETS if name.startswith("cat_")],
    ("cat_military", {"offer_from_caf": False}, {"caf_offer"}),
    ("cat_military", {"offer_noc": "21231"}, {"caf_noc"}),
    ("aip", {"offer": False}, {"offer"}),
    ("aip", {"offer_province": "ON"}, {"atlantic"}),
    ("aip", {"offer_aip_designated": False}, {"designated"}),
    ("aip", {"offer_full_time": False}, {"full_time"}),
    ("aip", {"offer_non_seasonal": False}, {"non_seasonal"}),
    ("aip", {"offer_duration": "under_1y"}, {"offer_length"}),
    ("aip", {"offer_teer": 4}, {"offer_length"}),  # a year is not enough at TEER 4
    ("aip", {"offer_teer": 5, "offer_duration": "permanent"}, {"offer_length", "language", "education"}),
    ("aip", language("en", 4), {"language"}),
    ("aip", {"education_level": "less_than_secondary"}, {"education"}),
    ("aip", {"offer_teer": 1}, {"education"}),
    ("aip", {"education_recognised": False}, {"education_recognised"}),
    ("aip", {"qualifying_hours_5y": 1559}, {"experience"}),
    *[
        (pilot, changes, failed)
        for pilot in ("rcip", "fcip")
        for changes, failed in [
            ({"offer": False}, {"offer"}),
            ({f"offer_{pilot}_designated": False}, {"designated"}),
            ({"offer_full_time": False}, {"full_time"}),
            ({"offer_non_seasonal": False}, {"non_seasonal"}),
            ({"offer_duration": "2y_plus"}, {"permanent"}),
            ({"education_level": "less_than_secondary"}, {"education"}),
            ({"education_recognised": False}, {"education_recognised"}),
            ({"related_hours_3y": 1559}, {"experience"}),
        ]
    ],
    ("rcip", language("en", 4), {"language"}),
    ("rcip", {"offer_teer": 1}, {"language"}),
    ("rcip", {"offer_teer": 4, **language("en", 3)}, {"language"}),
    *[("fcip", {f"fr_{ability}": 4}, {"nclc5"}) for ability in ABILITIES],
    ("sponsor_spouse", {"sponsor_relation": "none"}, {"relation"}),
    ("sponsor_spouse", {"age": 17}, {"age18"}),
    ("sponsor_child", {"sponsor_relation": "none"}, {"relation"}),
    ("sponsor_child", {"age": 22}, {"under_22"}),
    ("sponsor_child", {"has_partner": True}, {"no_partner"}),
    *[
        (name, changes, failed)
        for name in ("sponsor_spouse", "sponsor_child")
        for changes, failed in [
            ({"sponsor_status": "temporary"}, {"sponsor_status"}),
            ({"sponsor_age": 17}, {"sponsor_18"}),
            ({"sponsor_lives_in_canada": False}, {"sponsor_lives"}),
            ({"sponsor_social_assistance": True}, {"no_assistance"}),
            ({"sponsor_barred": True}, {"no_bar"}),
        ]
    ],
    ("super_visa", {"sponsor_relation": "parent"}, {"relation"}),
    ("super_visa", {"sponsor_status": "temporary"}, {"host_status"}),
    ("super_visa", {"sponsor_lives_in_canada": False}, {"host_lives"}),
    ("super_visa", {"in_canada": True}, {"outside"}),
    ("super_visa", {"host_meets_lico": False}, {"host_income"}),
    ("super_visa", {"visit_insurance_100k": False}, {"insurance"}),
    *[
        (name, changes, failed)
        for name in ("iec_working_holiday", "iec_young_professionals", "iec_coop")
        for changes, failed in [
            ({"citizenships": ["IN"]}, {"country", "age_and_category"}),
            ({"age": 17}, {"age_and_category"}),
            ({"age": 36}, {"age_and_category"}),
            ({"iec_prior_participations": 1}, {"first_time"}),
        ]
    ],
    ("iec_young_professionals", {"iec_offer_contributes_to_career": False}, {"career_offer"}),
    ("iec_young_professionals", {"citizenships": ["JP"]}, {"age_and_category"}),
    ("iec_coop", {"iec_student_placement": False}, {"placement"}),
    ("iec_working_holiday", {"citizenships": ["JP"], "age": 31}, {"age_and_category"}),
    ("study_permit", {"dli_acceptance": False}, {"acceptance"}),
    ("study_permit", {"attestation_letter": False}, {"attestation"}),
    (
        "study_permit",
        {"attestation_letter": False, "study_level": "masters"},
        {"attestation"},
    ),  # not at a public school
    ("study_permit", {"intended_province": "QC"}, {"quebec_certificate"}),
    ("study_permit", {"study_living_funds_cad": 22894}, {"living_funds"}),
    ("study_permit", {"study_living_funds_cad": 28501, "family_size": 2}, {"living_funds"}),
    ("pgwp", {"grad_pgwp_school": False}, {"school"}),
    ("pgwp", {"grad_program_months": 7.9}, {"length8"}),
    ("pgwp", {"grad_full_time": False}, {"full_time"}),
    ("pgwp", {"grad_days_since": 181}, {"within180"}),
    ("pgwp", {"pgwp_used": True}, {"first_pgwp"}),
    ("pgwp", language("en", 4), {"language"}),
    ("pgwp", {"grad_credential": "bachelor", **language("en", 6)}, {"language"}),
    ("pgwp", {"grad_field_on_list": False}, {"field_of_study"}),
    ("sowp_student", {"has_partner": False}, {"partner"}),
    ("sowp_student", {"partner_permit": "work"}, {"partner_student"}),
    ("sowp_student", {"partner_study_months": 15.5}, {"program"}),
    ("sowp_student", {"partner_study_level": "bachelor"}, {"program"}),
    ("sowp_worker", {"has_partner": False}, {"partner"}),
    ("sowp_worker", {"partner_permit": "study"}, {"partner_worker"}),
    ("sowp_worker", {"partner_permit_months_left": 15.9}, {"m16"}),
    ("sowp_worker", {"partner_work_teer": 2}, {"partner_job"}),
    ("sowp_worker", {"partner_work_teer": 4, "partner_work_listed_teer23": True}, {"partner_job"}),
    ("lmia_work_permit", {"offer": False}, {"offer"}),
    ("lmia_work_permit", {"offer_lmia": False}, {"lmia"}),
    ("global_talent", {"offer": False}, {"offer"}),
    ("global_talent", {"offer_lmia": False}, {"lmia"}),
    ("intra_company", {"ict_months_employed": 11.5}, {"year"}),
    ("intra_company", {"ict_role": "none"}, {"role"}),
    ("cusma_professional", {"citizenships": ["IE"]}, {"citizen"}),
    ("cusma_professional", {"offer": False}, {"offer"}),
    ("cusma_professional", {"cusma_profession": False}, {"profession"}),
    ("cusma_professional", {"cusma_qualified": False}, {"qualified"}),
    ("francophone_mobility", {"offer": False}, {"offer"}),
    ("francophone_mobility", {"offer_province": "QC"}, {"outside_qc"}),
    ("francophone_mobility", {"fr_speaking": 4}, {"fr_oral5"}),
    ("francophone_mobility", {"fr_listening": 4}, {"fr_listen5"}),
    ("bridging_owp", {"canada_status": "visitor"}, {"work_permit"}),
    ("citizenship_grant", {"canada_status": "pgwp"}, {"pr"}),
    ("citizenship_grant", {"days_in_canada_5y": 1094}, {"days1095"}),
    ("citizenship_grant", {"taxes_filed_3y": False}, {"taxes"}),
    ("citizenship_grant", {"citizenship_language_proof": False, "age": 18}, {"language"}),
    ("citizenship_grant", {"citizenship_language_proof": False, "age": 54}, {"language"}),
    ("citizenship_descent", {"canadian_parent_born_abroad_chain": "none"}, {"descent"}),
    (
        "citizenship_descent",
        {"canadian_parent_born_abroad_chain": "ancestor_earlier_generation", "born_before_2025_12_15": False},
        {"descent"},
    ),
]

# What still meets a program: at its floor another way, or just over it.
OVER: list[tuple[str, dict[str, Any]]] = [
    ("fsw", {"skilled_years_10y": 3, "age": 35}),
    ("fsw", {"age": 36}),  # 67 points exactly
    (
        "fsw",
        {**language("en", 7), "skilled_years_10y": 6, "education_level": "phd"},
    ),  # CLB 7 throughout; 16+25+15+12 = 68
    ("fsw", {"funds_cad": 15264}),
    (
        "fsw",
        {"education_level": "secondary", "skilled_years_10y": 6, "worked_canada_skilled_1y": True, **language("fr", 5)},
    ),
    ("fsw", {"funds_cad": 19001, "family_size": 2}),
    ("fsw", {"funds_cad": 40392 + 4112, "family_size": 8}),
    ("fsw", {"funds_cad": 0, "arranged_employment": True, "authorised_to_work_in_canada": True}),
    ("fsw", {"occupation_teer": 3}),
    ("fsw", {**language("en", 0), **language("fr", 9)}),
    ("cec", {"canada_skilled_months_3y": 13}),
    ("cec", {"canada_exp_teer": 1, **language("en", 7)}),
    ("cec", {"canada_exp_teer": 3, **language("en", 6)}),
    ("cec", {**language("en", 0), **language("fr", 5)}),
    ("fst", {"trade_months_5y": 25, **language("en", 6)}),
    ("fst", {"trade_certificate": False, "arranged_employment": True}),
    ("fst", {"funds_cad": 0, "arranged_employment": True, "authorised_to_work_in_canada": True}),
    ("cat_french", language("fr", 8)),
    ("cat_health", {"noc_months_3y": 13}),
    ("cat_physicians_cdn", {"noc_months_3y_canada": 13}),
    ("aip", {"offer_teer": 4, "offer_duration": "permanent", **language("en", 4)}),
    ("aip", {"offer_teer": 0, "education_level": "one_year_postsecondary"}),
    ("aip", {"qualifying_hours_5y": 0, "atlantic_graduate": True}),
    ("aip", {"qualifying_hours_5y": 1561, **language("en", 6)}),
    ("rcip", {"offer_teer": 1, **language("en", 6)}),
    ("rcip", {"offer_teer": 5, **language("en", 4)}),
    ("rcip", {"related_hours_3y": 0, "rural_graduate": True}),
    ("fcip", {"related_hours_3y": 1561, **language("fr", 6)}),
    ("sponsor_spouse", {"age": 19, "sponsor_age": 19, "sponsor_status": "permanent_resident"}),
    ("sponsor_child", {"age": 20, "sponsor_age": 40}),
    ("super_visa", {"sponsor_status": "citizen"}),
    ("iec_working_holiday", {"age": 35}),
    ("iec_working_holiday", {"age": 19}),
    ("iec_working_holiday", {"citizenships": ["JP"], "age": 30}),
    ("iec_working_holiday", {"citizenships": ["IN", "IE"], "age": 35}),
    ("study_permit", {"attestation_letter": False, "study_level": "k12"}),
    ("study_permit", {"attestation_letter": False, "study_level": "phd", "dli_public": True}),
    ("study_permit", {"intended_province": "QC", "quebec_caq": True}),
    ("study_permit", {"study_living_funds_cad": 28502, "family_size": 2}),
    ("pgwp", {"grad_days_since": 179, "grad_program_months": 8.5}),
    ("pgwp", {"grad_credential": "masters", "grad_field_on_list": False, **language("en", 7)}),
    ("pgwp", {"grad_field_on_list": False, "grad_permit_after_2024_11": False}),
    ("sowp_student", {"partner_study_months": 17}),
    ("sowp_student", {"partner_study_level": "phd", "partner_study_months": 0}),
    ("sowp_student", {"partner_study_level": "listed_professional", "partner_study_months": 0}),
    ("sowp_worker", {"partner_permit_months_left": 17, "partner_work_teer": 0}),
    ("sowp_worker", {"partner_work_teer": 3, "partner_work_listed_teer23": True}),
    ("intra_company", {"ict_months_employed": 13, "ict_role": "specialised_knowledge"}),
    ("cusma_professional", {"citizenships": ["US"]}),
    ("francophone_mobility", language("fr", 6)),
    ("bridging_owp", {"canada_status": "pgwp"}),
    ("citizenship_grant", {"days_in_canada_5y": 1096}),
    ("citizenship_grant", {"citizenship_language_proof": False, "age": 17}),
    ("citizenship_grant", {"citizenship_language_proof": False, "age": 55}),
    ("citizenship_descent", {"canadian_parent_born_abroad_chain": "ancestor_earlier_generation"}),
]
