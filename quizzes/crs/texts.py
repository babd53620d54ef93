"""The rules in words, English and French, with the figures of the version that they speak of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from quizzes.crs.profile import Levels, Profile
from quizzes.crs.versions import Version
from quizzes.words import Words

UNKNOWN: Final = Words("Not known", "Inconnu")
NONE: Final = Words("None", "Aucun")

EDUCATION_WORDS: Final = {
    "less_than_secondary": Words("Less than secondary school", "Moins que les études secondaires"),
    "secondary": Words("Secondary school diploma", "Diplôme d’études secondaires"),
    "one_year": Words("Post-secondary program of one year", "Programme postsecondaire d’un an"),
    "two_year": Words("Post-secondary program of two years", "Programme postsecondaire de deux ans"),
    "three_year_or_bachelor": Words(
        "Bachelor’s degree, or a program of three or more years", "Baccalauréat, ou programme d’au moins trois ans"
    ),
    "two_or_more": Words(
        "Two or more credentials, one of them of three or more years",
        "Deux titres ou plus, dont un d’au moins trois ans",
    ),
    "master_or_professional": Words(
        "Master’s degree, or professional degree in a licensed profession",
        "Maîtrise, ou diplôme professionnel donnant accès à une profession réglementée",
    ),
    "doctoral": Words("Doctoral degree (PhD)", "Doctorat (Ph. D.)"),
}
STUDY_WORDS: Final = {
    "none": NONE,
    "one_or_two_year": Words("Credential of one or two years", "Titre d’un ou deux ans"),
    "three_year_plus": Words(
        "Credential of three or more years, or a master’s, professional or doctoral degree",
        "Titre d’au moins trois ans, maîtrise, diplôme professionnel ou doctorat",
    ),
}
OFFER_WORDS: Final = {
    "none": NONE,
    "other_skilled": Words("Other skilled work, TEER 0 to 3", "Autre emploi qualifié, FEER 0 à 3"),
    "teer0_major_group_00": Words(
        "Senior management, TEER 0 major group 00", "Cadre supérieur, FEER 0, grand groupe 00"
    ),
}


class LineWords(NamedTuple):
    """The name of a factor and its rule."""

    label: Words
    rule: Words


@dataclass(frozen=True, slots=True)
class Texts:
    """The words of one version: of each line by key, and of its caps."""

    lines: dict[str, LineWords]

    def cap(self, name: str, most: int | tuple[int, int]) -> Words:
        """The rule of a cap. most: points, or from and to while the column that applies is not known."""
        en, fr = CAPS[name]
        if isinstance(most, int):
            return Words(en.format(most=most), fr.format(most=most))
        low, high = most
        return Words(en.format(most=f"{low} to {high}"), fr.format(most=f"{low} à {high}"))


CAPS: Final = {
    "second_language": Words(
        "The second official language counts at most {most} points.",
        "La seconde langue officielle compte au plus {most} points.",
    ),
    "education": Words(
        "Education with language and with work in Canada count at most {most} points together.",
        "Les études combinées à la langue et au travail au Canada comptent ensemble au plus {most} points.",
    ),
    "foreign_work": Words(
        "Work abroad with language and with work in Canada count at most {most} points together.",
        "Le travail à l’étranger combiné à la langue et au travail au Canada compte au plus {most} points.",
    ),
    "certificate": Words(
        "A certificate of qualification counts at most {most} points.",
        "Le certificat de compétence compte au plus {most} points.",
    ),
    "transferability": Words(
        "Skill transferability counts at most {most} points in all.",
        "La transférabilité des compétences compte au plus {most} points en tout.",
    ),
    "additional": Words(
        "Additional points count at most {most} in all.", "Les points supplémentaires comptent au plus {most} en tout."
    ),
}

_TIERS = Words(
    "A post-secondary credential earns points ({lower} or {middle}); two or more, a master’s, professional or doctoral "
    "degree earn more ({middle} or {upper})",
    "Un titre postsecondaire donne des points ({lower} ou {middle}) ; deux titres ou plus, une maîtrise, un diplôme "
    "professionnel ou un doctorat en donnent davantage ({middle} ou {upper})",
)
_ABROAD = Words(
    "One or two years of work abroad earn {lower} or {middle} points, three years or more {middle} or {upper}",
    "Un ou deux ans de travail à l’étranger donnent {lower} ou {middle} points, trois ans ou plus {middle} ou {upper}",
)
_LANGUAGE = Words(
    "the lower figure with CLB 7 or more in all four abilities of the first language, the higher with CLB 9 or more.",
    "le plus bas avec un NCLC 7 ou plus dans les quatre habiletés de la première langue, le plus haut avec un NCLC 9 "
    "ou plus.",
)
_WORK = Words(
    "the lower figure with one year of work in Canada, the higher with two or more.",
    "le plus bas avec un an de travail au Canada, le plus haut avec deux ans ou plus.",
)


def _joined(one: Words, other: Words, grid: tuple[tuple[int, ...], ...]) -> Words:
    figures = {"lower": grid[1][1], "middle": grid[1][2], "upper": grid[2][2]}
    return Words(f"{one.en.format(**figures)}: {other.en}", f"{one.fr.format(**figures)} : {other.fr}")


@cache
def of(version: Version) -> Texts:
    """The words of that version."""
    french = version.french
    study = version.canadian_study
    offer = version.job_offer
    certificate = version.certificate_language
    lines = {
        "age": LineWords(
            Words("Age", "Âge"),
            Words(
                "Age on the day of the profile; for somebody already invited, on the day of the invitation.",
                "Âge au jour du profil ; pour une personne déjà invitée, au jour de l’invitation.",
            ),
        ),
        "education": LineWords(
            Words("Education", "Études"),
            Words(
                "The highest level completed. A foreign credential needs an assessment less than five years old.",
                "Le plus haut niveau terminé. Un titre étranger demande une évaluation de moins de cinq ans.",
            ),
        ),
        "first_language": LineWords(
            Words("First official language", "Première langue officielle"),
            Words(
                "Each ability is scored by itself, from CLB 4. Results must be less than two years old.",
                "Chaque habileté est comptée à part, dès le NCLC 4. Les résultats doivent dater de moins de deux ans.",
            ),
        ),
        "second_language": LineWords(
            Words("Second official language", "Seconde langue officielle"),
            Words(
                "Each ability is scored by itself, from CLB 5. Results must be less than two years old.",
                "Chaque habileté est comptée à part, dès le NCLC 5. Les résultats doivent dater de moins de deux ans.",
            ),
        ),
        "canadian_work": LineWords(
            Words("Work in Canada", "Travail au Canada"),
            Words(
                "Completed years of paid skilled work (TEER 0 to 3) in Canada in the last ten years, full-time or as "
                "much part-time.",
                "Années complètes de travail qualifié payé (FEER 0 à 3) au Canada dans les dix dernières années, à "
                "temps plein ou l’équivalent à temps partiel.",
            ),
        ),
        "spouse_education": LineWords(
            Words("Spouse’s education", "Études de l’époux ou conjoint"),
            Words(
                "The highest level that the accompanying spouse or partner has completed.",
                "Le plus haut niveau terminé par l’époux ou le conjoint qui accompagne.",
            ),
        ),
        "spouse_language": LineWords(
            Words("Spouse’s language", "Langue de l’époux ou conjoint"),
            Words(
                "Each ability is scored by itself, from CLB 5, in the better of the two languages.",
                "Chaque habileté est comptée à part, dès le NCLC 5, dans la meilleure des deux langues.",
            ),
        ),
        "spouse_canadian_work": LineWords(
            Words("Spouse’s work in Canada", "Travail au Canada de l’époux ou conjoint"),
            Words(
                "Completed years of paid skilled work (TEER 0 to 3) in Canada in the last ten years.",
                "Années complètes de travail qualifié payé (FEER 0 à 3) au Canada dans les dix dernières années.",
            ),
        ),
        "education_and_language": LineWords(
            Words("Education with language", "Études et langue"), _joined(_TIERS, _LANGUAGE, version.education_language)
        ),
        "education_and_canadian_work": LineWords(
            Words("Education with work in Canada", "Études et travail au Canada"),
            _joined(_TIERS, _WORK, version.education_canadian_work),
        ),
        "foreign_work_and_language": LineWords(
            Words("Work abroad with language", "Travail à l’étranger et langue"),
            _joined(_ABROAD, _LANGUAGE, version.foreign_work_language),
        ),
        "foreign_and_canadian_work": LineWords(
            Words("Work abroad with work in Canada", "Travail à l’étranger et au Canada"),
            _joined(_ABROAD, _WORK, version.foreign_work_canadian_work),
        ),
        "certificate_and_language": LineWords(
            Words("Certificate of qualification with language", "Certificat de compétence et langue"),
            Words(
                f"A trade certificate issued in Canada: {certificate[5]} points with CLB 5 or more in all four "
                f"abilities of the first language, {certificate[7]} with CLB 7 or more.",
                f"Un certificat d’un métier délivré au Canada : {certificate[5]} points avec un NCLC 5 ou plus dans "
                f"les quatre habiletés de la première langue, {certificate[7]} avec un NCLC 7 ou plus.",
            ),
        ),
        "provincial_nomination": LineWords(
            Words("Provincial or territorial nomination", "Désignation par une province ou un territoire"),
            Words(
                f"A nomination earns {version.provincial_nomination} points.",
                f"Une désignation donne {version.provincial_nomination} points.",
            ),
        ),
        "french": LineWords(
            Words("French", "Français"),
            Words(
                f"NCLC 7 or more in all four abilities of French: {french[1]} points with CLB 5 or more in all four "
                f"abilities of English, else {french[0]}.",
                f"NCLC 7 ou plus dans les quatre habiletés en français : {french[1]} points avec un NCLC 5 ou plus "
                f"dans les quatre habiletés en anglais, sinon {french[0]}.",
            )
            if any(french)
            else Words(
                "French earned no points of its own yet.", "Le français ne donnait pas encore de points à part."
            ),
        ),
        "canadian_study": LineWords(
            Words("Study in Canada", "Études au Canada"),
            Words(
                f"A Canadian credential of one or two years: {study[1]} points; of three or more years, or a master’s, "
                f"professional or doctoral degree: {study[2]}. Never both.",
                f"Un titre canadien d’un ou deux ans : {study[1]} points ; d’au moins trois ans, une maîtrise, un "
                f"diplôme professionnel ou un doctorat : {study[2]}. Jamais les deux.",
            ),
        ),
        "sibling_in_canada": LineWords(
            Words("Brother or sister in Canada", "Frère ou sœur au Canada"),
            Words(
                f"A brother or sister of yours or of the accompanying spouse, 18 or older, citizen or permanent "
                f"resident living in Canada: {version.sibling_in_canada} points once.",
                f"Un frère ou une sœur, de vous ou de l’époux ou conjoint qui accompagne, de 18 ans ou plus, citoyen "
                f"ou résident permanent vivant au Canada : {version.sibling_in_canada} points, une seule fois.",
            )
            if version.sibling_in_canada
            else Words(
                "A brother or sister in Canada earned no points yet.",
                "Un frère ou une sœur au Canada ne donnait pas encore de points.",
            ),
        ),
        "job_offer": LineWords(
            Words("Job offer", "Offre d’emploi"),
            Words(
                f"A qualifying offer in senior management (TEER 0, major group 00) earns {offer[2]} points, another in "
                f"TEER 0 to 3 {offer[1]}.",
                f"Une offre admissible de cadre supérieur (FEER 0, grand groupe 00) donne {offer[2]} points, une autre "
                f"de FEER 0 à 3 {offer[1]}.",
            )
            if any(offer)
            else Words("A job offer earns no points.", "Une offre d’emploi ne donne pas de points."),
        ),
    }
    return Texts(lines)


def because(key: str, profile: Profile) -> Words:
    """The answers that a line was counted from, in words; "Not known" where one is missing."""
    return _BECAUSE[key](profile)


def _age(profile: Profile) -> Words:
    return UNKNOWN if profile.age is None else Words(f"Age {profile.age}", f"{profile.age} ans")


def years(value: int | None) -> Words:
    """ "2 years" and "2 ans"."""
    if value is None:
        return UNKNOWN
    return Words(f"{value} year{'' if value == 1 else 's'}", f"{value} an{'' if value < 2 else 's'}")


def _levels(levels: Levels, scale: str = "CLB") -> Words:
    if levels == (0, 0, 0, 0):
        return Words("No level", "Aucun niveau")
    if levels == (None, None, None, None):
        return UNKNOWN
    if None in levels:
        given = "/".join("?" if level is None else str(level) for level in levels)
    elif len(set(levels)) == 1:
        given = str(levels[0])
    else:
        given = "/".join(map(str, levels))
    return Words(f"{scale} {given}", f"NCLC {given}")


def _first(profile: Profile) -> Words:
    language = profile.first_language
    return _levels(language.levels, "NCLC" if language.language == "fr" else "CLB")


def _second(profile: Profile) -> Words:
    language = profile.second_language
    return NONE if language is None else _levels(language.levels, "NCLC" if language.language == "fr" else "CLB")


def _education(key: str | None) -> Words:
    return UNKNOWN if key is None else EDUCATION_WORDS[key]


def _flag(value: bool | None) -> Words:
    if value is None:
        return UNKNOWN
    return Words("Yes", "Oui") if value else Words("No", "Non")


def _both(one: Words, other: Words) -> Words:
    return Words(f"{one.en}; {other.en}", f"{one.fr} ; {other.fr}")


def _french(profile: Profile) -> Words:
    first, second = profile.first_language, profile.second_language
    if first.language is None:
        return UNKNOWN
    french = first if first.language == "fr" else second
    return NONE if french is None else _levels(french.levels, "NCLC")


def _abroad(profile: Profile) -> Words:
    given = years(profile.foreign_work_years)
    return UNKNOWN if given is UNKNOWN else Words(f"{given.en} abroad", f"{given.fr} à l’étranger")


def _in_canada(profile: Profile) -> Words:
    given = years(profile.canadian_work_years)
    return UNKNOWN if given is UNKNOWN else Words(f"{given.en} in Canada", f"{given.fr} au Canada")


def _choice(words: dict[str, Words], key: str | None) -> Words:
    return UNKNOWN if key is None else words[key]


_BECAUSE: Final[Mapping[str, Callable[[Profile], Words]]] = {
    "age": _age,
    "education": lambda profile: _education(profile.education),
    "first_language": _first,
    "second_language": _second,
    "canadian_work": lambda profile: years(profile.canadian_work_years),
    "spouse_education": lambda profile: _education(profile.spouse.education),
    "spouse_language": lambda profile: _levels(profile.spouse.levels),
    "spouse_canadian_work": lambda profile: years(profile.spouse.canadian_work_years),
    "education_and_language": lambda profile: _both(_education(profile.education), _first(profile)),
    "education_and_canadian_work": lambda profile: _both(_education(profile.education), _in_canada(profile)),
    "foreign_work_and_language": lambda profile: _both(_abroad(profile), _first(profile)),
    "foreign_and_canadian_work": lambda profile: _both(_abroad(profile), _in_canada(profile)),
    "certificate_and_language": lambda profile: _both(_flag(profile.certificate_of_qualification), _first(profile)),
    "provincial_nomination": lambda profile: _flag(profile.provincial_nomination),
    "french": _french,
    "canadian_study": lambda profile: _choice(STUDY_WORDS, profile.canadian_study),
    "sibling_in_canada": lambda profile: _flag(profile.sibling_in_canada),
    "job_offer": lambda profile: _choice(OFFER_WORDS, profile.job_offer),
}
