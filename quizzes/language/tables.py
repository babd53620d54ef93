"""Scores of each language test by level (CLB for English, NCLC for French), as Express Entry reads them.

Each row is a level and the lowest and highest score of it for speaking, listening, reading and writing, in that order.
The last row of each test is what lies below level 4 (for PTE Core, below level 3). Rows leave no gaps.

TEF Canada: the column "Équivalence ancien score" of the result sheet, whatever the date of the test. Scores of the
column "Score / 699" are other figures and must not be looked up here.
"""

from datetime import date
from typing import NamedTuple

from quizzes.words import Words

type Span = tuple[float, float]
type Row = tuple[int, Span, Span, Span, Span]  # level, then speaking, listening, reading, writing

ABILITIES = ("speaking", "listening", "reading", "writing")


class Source(NamedTuple):
    """Where a table was read, and the date that the page bore."""

    title: Words
    url: str
    as_of: date


EXPRESS_ENTRY = Source(
    Words(
        "Language test results, Express Entry (Immigration, Refugees and Citizenship Canada)",
        "Résultats des tests linguistiques, Entrée express (Immigration, Réfugiés et Citoyenneté Canada)",
    ),
    "https://www.canada.ca/en/immigration-refugees-citizenship/services/immigrate-canada/express-entry/documents/"
    "language-test.html",
    date(2025, 8, 21),
)

# Level 3 of PTE Core is printed on pages of other programs only; this one was read on that day, by others.
WORK_PERMIT = Source(
    Words(
        "Language results, post-graduation work permit (Immigration, Refugees and Citizenship Canada)",
        "Résultats linguistiques, permis de travail postdiplôme (Immigration, Réfugiés et Citoyenneté Canada)",
    ),
    "https://www.canada.ca/en/immigration-refugees-citizenship/services/study-canada/work/after-graduation/"
    "eligibility/language-results.html",
    date(2025, 12, 7),
)

IELTS_GENERAL_TRAINING: tuple[Row, ...] = (
    (10, (7.5, 9.0), (8.5, 9.0), (8.0, 9.0), (7.5, 9.0)),
    (9, (7.0, 7.0), (8.0, 8.0), (7.0, 7.5), (7.0, 7.0)),
    (8, (6.5, 6.5), (7.5, 7.5), (6.5, 6.5), (6.5, 6.5)),
    (7, (6.0, 6.0), (6.0, 7.0), (6.0, 6.0), (6.0, 6.0)),
    (6, (5.5, 5.5), (5.5, 5.5), (5.0, 5.5), (5.5, 5.5)),
    (5, (5.0, 5.0), (5.0, 5.0), (4.0, 4.5), (5.0, 5.0)),
    (4, (4.0, 4.5), (4.5, 4.5), (3.5, 3.5), (4.0, 4.5)),
    (0, (0.0, 3.5), (0.0, 4.0), (0.0, 3.0), (0.0, 3.5)),
)

# CELPIP's levels are CLB levels; M (minimal) is below 4.
CELPIP_GENERAL: tuple[Row, ...] = (
    (10, (10, 12), (10, 12), (10, 12), (10, 12)),
    (9, (9, 9), (9, 9), (9, 9), (9, 9)),
    (8, (8, 8), (8, 8), (8, 8), (8, 8)),
    (7, (7, 7), (7, 7), (7, 7), (7, 7)),
    (6, (6, 6), (6, 6), (6, 6), (6, 6)),
    (5, (5, 5), (5, 5), (5, 5), (5, 5)),
    (4, (4, 4), (4, 4), (4, 4), (4, 4)),
    (0, (0, 3), (0, 3), (0, 3), (0, 3)),
)

PTE_CORE: tuple[Row, ...] = (
    (10, (89, 90), (89, 90), (88, 90), (90, 90)),
    (9, (84, 88), (82, 88), (78, 87), (88, 89)),
    (8, (76, 83), (71, 81), (69, 77), (79, 87)),
    (7, (68, 75), (60, 70), (60, 68), (69, 78)),
    (6, (59, 67), (50, 59), (51, 59), (60, 68)),
    (5, (51, 58), (39, 49), (42, 50), (51, 59)),
    (4, (42, 50), (28, 38), (33, 41), (41, 50)),
    (3, (34, 41), (18, 27), (24, 32), (32, 40)),  # WORK_PERMIT
    (0, (0, 33), (0, 17), (0, 23), (0, 31)),
)

TEF_CANADA: tuple[Row, ...] = (
    (10, (393, 450), (316, 360), (263, 300), (393, 450)),
    (9, (371, 392), (298, 315), (248, 262), (371, 392)),
    (8, (349, 370), (280, 297), (233, 247), (349, 370)),
    (7, (310, 348), (249, 279), (207, 232), (310, 348)),
    (6, (271, 309), (217, 248), (181, 206), (271, 309)),
    (5, (226, 270), (181, 216), (151, 180), (226, 270)),
    (4, (181, 225), (145, 180), (121, 150), (181, 225)),
    (0, (0, 180), (0, 144), (0, 120), (0, 180)),
)

TCF_CANADA: tuple[Row, ...] = (
    (10, (16, 20), (549, 699), (549, 699), (16, 20)),
    (9, (14, 15), (523, 548), (524, 548), (14, 15)),
    (8, (12, 13), (503, 522), (499, 523), (12, 13)),
    (7, (10, 11), (458, 502), (453, 498), (10, 11)),
    (6, (7, 9), (398, 457), (406, 452), (7, 9)),
    (5, (6, 6), (369, 397), (375, 405), (6, 6)),
    (4, (4, 5), (331, 368), (342, 374), (4, 5)),
    (0, (0, 3), (0, 330), (0, 341), (0, 3)),
)

# Not taken by Express Entry, by the names that people write. Source: EXPRESS_ENTRY.
NOT_ACCEPTED = {
    "ielts_academic": "IELTS Academic",
    "ielts_one_skill_retake": "IELTS One Skill Retake",
    "celpip_general_ls": "CELPIP-General LS",
    "pte_academic": "PTE Academic",
}
