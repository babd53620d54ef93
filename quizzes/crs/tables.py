"""The point grid of the Comprehensive Ranking System, as dated data.

Rows are [first value of the row, points with spouse, points without spouse]; a row runs to the next one, and the last
has no end. "With spouse" is the column for candidates whose spouse or partner comes along and is neither a Canadian
citizen nor a permanent resident. Pairs are [with spouse, without spouse]. Whole points; ages and years completed;
levels are CLB or NCLC, and 11 and 12 score as 10.

Sections A to C (core, spouse, transferability) were read on the criteria page and are taken to have been the same since
19 November 2016: no source tells of a change. Section D (additional points) is what the versions differ in.
"""

from typing import TypedDict

type Rows = list[list[int]]


class SourceData(TypedDict):
    """A page, the day it bears or was copied (None: not known), and how far it was checked."""

    title_en: str
    title_fr: str
    url: str
    as_of: str | None


class TransferabilityData(TypedDict):
    """Section C. Points are [tier][step]: tiers of education or foreign work 0, 1, 2; steps none, lower, upper."""

    most: int
    group_most: dict[str, int]  # education, foreign_work, certificate
    education_tiers: dict[str, int]
    foreign_work_tiers: Rows  # [years from, tier]
    language_steps: Rows  # [lowest level of the four abilities from, step]
    canadian_work_steps: Rows  # [years from, step]
    education_language: Rows
    education_canadian_work: Rows
    foreign_work_language: Rows
    foreign_work_canadian_work: Rows
    certificate_language: Rows  # [lowest level of the four abilities from, points]


class AdditionalData(TypedDict):
    """Section D."""

    most: int
    provincial_nomination: int
    french: list[int]  # [without CLB 5 in all four abilities of English, with]
    canadian_study: dict[str, int]
    sibling_in_canada: int
    job_offer: dict[str, int]


class VersionData(TypedDict):
    """One version of the grid. Dates are ISO days; known_through is the last day it is known to apply, None if open."""

    in_force: str
    known_through: str | None
    age: Rows
    education: dict[str, list[int]]
    first_language: Rows  # each ability
    second_language: Rows  # each ability
    second_language_most: list[int]
    canadian_work: Rows
    spouse_education: dict[str, int]
    spouse_language: Rows  # each ability
    spouse_canadian_work: Rows
    transferability: TransferabilityData
    additional: AdditionalData
    grid_source: SourceData
    additional_source: SourceData


CRITERIA: SourceData = {
    "title_en": "Comprehensive Ranking System (CRS) criteria, Immigration, Refugees and Citizenship Canada",
    "title_fr": "Critères du Système de classement global (SCG), Immigration, Réfugiés et Citoyenneté Canada",
    "url": "https://www.canada.ca/en/immigration-refugees-citizenship/services/immigrate-canada/express-entry/"
    "check-score/crs-criteria.html",
    "as_of": "2025-08-21",
}
INSTRUCTIONS_2016: SourceData = {
    "title_en": "Ministerial Instructions, Express Entry, archived page, notice of the change of 19 November 2016",
    "title_fr": "Instructions ministérielles, Entrée express, page archivée, avis du changement du 19 novembre 2016",
    "url": "https://www.canada.ca/en/immigration-refugees-citizenship/corporate/mandate/"
    "policies-operational-instructions-agreements/ministerial-instructions/"
    "express-entry-application-management-system/30-may-2015-18-november-2016.html",
    "as_of": "2016-11-19",
}
NEWS_2017: SourceData = {
    "title_en": "News reports of June 2017; the official text was not seen",
    "title_fr": "Nouvelles parues en juin 2017 ; le texte officiel n’a pas été vu",
    "url": "",
    "as_of": "2017-06-06",
}
CRITERIA_2024: SourceData = {
    "title_en": "CRS criteria, page as it was on 27 November 2024; the day in October 2020 is from no official text",
    "title_fr": "Critères du SCG, page telle qu’elle était le 27 novembre 2024 ; le jour d’octobre 2020 ne vient pas "
    "d’un texte officiel",
    "url": CRITERIA["url"],
    "as_of": "2024-11-27",
}

GRID_2025_03_25: VersionData = {
    "in_force": "2025-03-25",  # points for a job offer end
    "known_through": "2026-11-02",  # a newer version is reported from the next day
    "age": [
        [0, 0, 0],
        [18, 90, 99],
        [19, 95, 105],
        [20, 100, 110],
        [30, 95, 105],
        [31, 90, 99],
        [32, 85, 94],
        [33, 80, 88],
        [34, 75, 83],
        [35, 70, 77],
        [36, 65, 72],
        [37, 60, 66],
        [38, 55, 61],
        [39, 50, 55],
        [40, 45, 50],
        [41, 35, 39],
        [42, 25, 28],
        [43, 15, 17],
        [44, 5, 6],
        [45, 0, 0],
    ],
    "education": {
        "less_than_secondary": [0, 0],
        "secondary": [28, 30],
        "one_year": [84, 90],
        "two_year": [91, 98],
        "three_year_or_bachelor": [112, 120],
        "two_or_more": [119, 128],
        "master_or_professional": [126, 135],
        "doctoral": [140, 150],
    },
    "first_language": [[0, 0, 0], [4, 6, 6], [6, 8, 9], [7, 16, 17], [8, 22, 23], [9, 29, 31], [10, 32, 34]],
    "second_language": [[0, 0, 0], [5, 1, 1], [7, 3, 3], [9, 6, 6]],
    "second_language_most": [22, 24],
    "canadian_work": [[0, 0, 0], [1, 35, 40], [2, 46, 53], [3, 56, 64], [4, 63, 72], [5, 70, 80]],
    "spouse_education": {
        "less_than_secondary": 0,
        "secondary": 2,
        "one_year": 6,
        "two_year": 7,
        "three_year_or_bachelor": 8,
        "two_or_more": 9,
        "master_or_professional": 10,
        "doctoral": 10,
    },
    "spouse_language": [[0, 0], [5, 1], [7, 3], [9, 5]],  # CLB 4 earns nothing here
    "spouse_canadian_work": [[0, 0], [1, 5], [2, 7], [3, 8], [4, 9], [5, 10]],
    "transferability": {
        "most": 100,
        "group_most": {"education": 50, "foreign_work": 50, "certificate": 50},
        "education_tiers": {
            "less_than_secondary": 0,
            "secondary": 0,
            "one_year": 1,
            "two_year": 1,
            "three_year_or_bachelor": 1,  # a bachelor's degree alone stays in the lower tier
            "two_or_more": 2,
            "master_or_professional": 2,
            "doctoral": 2,
        },
        "foreign_work_tiers": [[0, 0], [1, 1], [3, 2]],
        "language_steps": [[0, 0], [7, 1], [9, 2]],
        "canadian_work_steps": [[0, 0], [1, 1], [2, 2]],
        "education_language": [[0, 0, 0], [0, 13, 25], [0, 25, 50]],
        "education_canadian_work": [[0, 0, 0], [0, 13, 25], [0, 25, 50]],
        "foreign_work_language": [[0, 0, 0], [0, 13, 25], [0, 25, 50]],
        "foreign_work_canadian_work": [[0, 0, 0], [0, 13, 25], [0, 25, 50]],
        "certificate_language": [[0, 0], [5, 25], [7, 50]],
    },
    "additional": {
        "most": 600,
        "provincial_nomination": 600,
        "french": [25, 50],
        "canadian_study": {"none": 0, "one_or_two_year": 15, "three_year_plus": 30},
        "sibling_in_canada": 15,
        "job_offer": {"none": 0, "other_skilled": 0, "teer0_major_group_00": 0},
    },
    "grid_source": CRITERIA,
    "additional_source": CRITERIA,
}

GRID_2020_10_20: VersionData = {
    **GRID_2025_03_25,
    "in_force": "2020-10-20",
    "known_through": "2025-03-24",
    "additional": {
        **GRID_2025_03_25["additional"],
        "job_offer": {"none": 0, "other_skilled": 50, "teer0_major_group_00": 200},
    },
    "additional_source": CRITERIA_2024,
}

GRID_2017_06_06: VersionData = {
    **GRID_2020_10_20,
    "in_force": "2017-06-06",
    "known_through": "2020-09-30",  # French changed on some day in October 2020; known again from the 20th
    "additional": {**GRID_2020_10_20["additional"], "french": [15, 30]},
    "additional_source": NEWS_2017,
}

GRID_2016_11_19: VersionData = {
    **GRID_2017_06_06,
    "in_force": "2016-11-19",
    "known_through": "2017-06-05",
    "additional": {**GRID_2017_06_06["additional"], "french": [0, 0], "sibling_in_canada": 0},
    "additional_source": INSTRUCTIONS_2016,
}

VERSIONS: list[VersionData] = [GRID_2016_11_19, GRID_2017_06_06, GRID_2020_10_20, GRID_2025_03_25]
