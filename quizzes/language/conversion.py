"""From the scores of a language test to its levels: CLB for English, NCLC for French.

Each ability has a level of its own, found in the row that holds the score. Nothing is rounded up or averaged.

    levels("ielts_general_training", {"speaking": 6.5, "listening": 8, "reading": 7, "writing": 6})
    {"speaking": 8, "listening": 9, "reading": 9, "writing": 7}

"10 or more" is 10. Below level 4 is 0, because the tables print no level there and nothing in the CRS, nor any program
of Express Entry, tells those levels apart; PTE Core alone has a printed level 3, and gives 3 for it.

Source: Immigration, Refugees and Citizenship Canada, "Language test results, Express Entry", page of 2025-08-21; see
`tables` for each table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from quizzes.language import tables
from quizzes.language.tables import ABILITIES, Source
from quizzes.words import Words

type Score = float | str  # the string is CELPIP's "M"

MINIMAL: Final = "M"
ABILITY_WORDS: Final[Mapping[str, Words]] = {
    "speaking": Words("speaking", "expression orale"),
    "listening": Words("listening", "compréhension de l’oral"),
    "reading": Words("reading", "compréhension de l’écrit"),
    "writing": Words("writing", "expression écrite"),
}


class UnknownTest(LookupError):
    """A test that this module has no table for. `words` says which tests there are."""

    def __init__(self, test: object, words: Words) -> None:
        super().__init__(words.en)
        self.test = test
        self.words = words


class BadScores(ValueError):
    """Scores that the test cannot give: `problems` by ability, each saying what is possible."""

    def __init__(self, problems: Mapping[str, Words]) -> None:
        super().__init__("; ".join(f"{ability}: {words.en}" for ability, words in problems.items()))
        self.problems = dict(problems)

    @property
    def errors(self) -> dict[str, str]:
        """The same in English, as an API answers it."""
        return {ability: words.en for ability, words in self.problems.items()}


class Band(NamedTuple):
    """One row of a table for one ability: the level, its lowest and its highest score."""

    level: int
    lowest: float
    highest: float


@dataclass(frozen=True, slots=True)
class Scale:
    """The scores that one ability of a test can have: `lowest` to `highest` in steps of `step`, and the letters."""

    lowest: float
    highest: float
    step: float
    letters: tuple[str, ...] = ()  # scores that are not numbers, each below level 4

    def possible(self, score: float) -> bool:
        """Can the test give this number? False for NaN as well."""
        return self.lowest <= score <= self.highest and (score / self.step).is_integer()

    def words(self) -> Words:
        """What is possible, in words: "0 to 9 in steps of 0.5"."""
        lowest, highest, step = (Words(*_figure(one)) for one in (self.lowest, self.highest, self.step))
        letters = "".join(f"{letter}, " for letter in self.letters)
        if self.step == 1:
            return Words(
                f"{letters}whole numbers from {lowest.en} to {highest.en}",
                f"{letters}les nombres entiers de {lowest.fr} à {highest.fr}",
            )
        return Words(
            f"{letters}{lowest.en} to {highest.en} in steps of {step.en}",
            f"{letters}les notes de {lowest.fr} à {highest.fr} par pas de {step.fr}",
        )


@dataclass(frozen=True, slots=True)
class Test:
    """One language test: its scales and its table, by ability, with the source of the table.

    name: as printed on the result sheet.
    language: "en" or "fr", which also tells CLB from NCLC.
    note: what people get wrong when they copy from the sheet.
    too_high: what to say as well to somebody whose score is above the scale.
    """

    __test__ = False  # not a test of ours: pytest collects by name

    key: str
    name: str
    language: Literal["en", "fr"]
    scales: Mapping[str, Scale]
    bands: Mapping[str, tuple[Band, ...]]  # by ability, highest level first
    source: Source
    note: Words | None = None
    too_high: Words | None = None

    def level(self, ability: str, score: Score) -> int:
        """The level of one score. Raises BadScores when the test cannot give it, KeyError for an unknown ability."""
        scale = self.scales[ability]
        if isinstance(score, str):
            if score in scale.letters:
                return 0
            raise BadScores({ability: self._refusal(ability, score)})
        if isinstance(score, bool) or not isinstance(score, int | float) or not scale.possible(score):
            raise BadScores({ability: self._refusal(ability, score)})
        return next(band.level for band in self.bands[ability] if band.lowest <= score)

    def _refusal(self, ability: str, score: object) -> Words:
        scale, words = self.scales[ability], ABILITY_WORDS[ability]
        possible = scale.words()
        given = Words(*_figure(score))
        near = _near(scale, score)
        hint = self.too_high if isinstance(score, int | float) and score > scale.highest else None
        return Words(
            f"{self.name} cannot give {given.en} for {words.en}: {possible.en} are possible{near.en}."
            + (f" {hint.en}" if hint else ""),
            f"{self.name} ne peut pas donner {given.fr} en {words.fr} : sont possibles {possible.fr}{near.fr}."
            + (f" {hint.fr}" if hint else ""),
        )


def levels(test: str, scores: Mapping[str, Score]) -> dict[str, int]:
    """The level of each ability, from the scores of one sitting.

    test: a key of TESTS, such as "tef_canada".
    scores: one for each of the four ABILITIES, as printed (bands for IELTS; a number or "M" for CELPIP).

    Raises UnknownTest, or BadScores, which lists each ability that is missing, not known or out of the test's reach.
    """
    spec = find(test)
    problems: dict[str, Words] = {}
    found: dict[str, int] = {}
    for ability in ABILITIES:
        if ability not in scores:
            words = ABILITY_WORDS[ability]
            problems[ability] = Words(f"The score for {words.en} is missing.", f"Il manque la note : {words.fr}.")
            continue
        try:
            found[ability] = spec.level(ability, scores[ability])
        except BadScores as refused:
            problems |= refused.problems
    for ability in scores:
        if ability not in ABILITIES:
            problems[str(ability)] = Words(
                f"Not an ability: the four are {', '.join(ABILITIES)}.",
                f"Inconnu : les quatre habiletés sont {', '.join(ABILITIES)}.",
            )
    if problems:
        raise BadScores(problems)
    return found


def find(test: str) -> Test:
    """The test of that key. Raises UnknownTest, which says why where a test is known but not accepted."""
    if isinstance(test, str) and test in TESTS:
        return TESTS[test]
    if isinstance(test, str) and test in tables.NOT_ACCEPTED:
        name = tables.NOT_ACCEPTED[test]
        raise UnknownTest(
            test,
            Words(f"Express Entry does not accept {name}.", f"Entrée express n’accepte pas le test {name}."),
        )
    names = ", ".join(TESTS)
    raise UnknownTest(
        test, Words(f"No such test: {test!r}. There are {names}.", f"Test inconnu : {test!r}. Il y a {names}.")
    )


def _figure(value: object) -> tuple[str, str]:
    """A number as each language writes it, without a needless ".0"; anything else as Python writes it, cut short."""
    if isinstance(value, float):
        text = f"{value:g}"
        return text, text.replace(".", ",")
    text = repr(value)[:40]
    return text, text


def _near(scale: Scale, score: object) -> Words:
    """The two possible scores around one that lies between them; nothing for others."""
    if not isinstance(score, float) or not scale.lowest < score < scale.highest:
        return Words("", "")
    below = score // scale.step * scale.step
    one, other = Words(*_figure(below)), Words(*_figure(below + scale.step))
    return Words(f", so {one.en} or {other.en}", f", donc {one.fr} ou {other.fr}")


def _test(
    key: str,
    name: str,
    language: Literal["en", "fr"],
    rows: tuple[tables.Row, ...],
    *,
    step: float = 1,
    letters: tuple[str, ...] = (),
    note: Words | None = None,
    too_high: Words | None = None,
) -> Test:
    bands = {
        ability: tuple(Band(row[0], *(row[1], row[2], row[3], row[4])[place]) for row in rows)
        for place, ability in enumerate(ABILITIES)
    }
    scales = {ability: Scale(rows[-1].lowest, rows[0].highest, step, letters) for ability, rows in bands.items()}
    return Test(key, name, language, scales, bands, tables.EXPRESS_ENTRY, note, too_high)


_OLD_SCORE = Words(
    "Enter the column “Équivalence ancien score” of your result sheet, not “Score / 699”.",
    "Entrez la colonne « Équivalence ancien score » de votre attestation, et non « Score / 699 ».",
)

TESTS: Final[Mapping[str, Test]] = {
    test.key: test
    for test in (
        _test(
            "ielts_general_training",
            "IELTS General Training",
            "en",
            tables.IELTS_GENERAL_TRAINING,
            step=0.5,
            note=Words(
                "Enter the band of each ability; the overall band does not matter.",
                "Entrez la note de chaque habileté ; la note globale ne compte pas.",
            ),
        ),
        _test("celpip_general", "CELPIP-General", "en", tables.CELPIP_GENERAL, letters=(MINIMAL,)),
        _test("pte_core", "PTE Core", "en", tables.PTE_CORE),
        _test("tef_canada", "TEF Canada", "fr", tables.TEF_CANADA, note=_OLD_SCORE, too_high=_OLD_SCORE),
        _test("tcf_canada", "TCF Canada", "fr", tables.TCF_CANADA),
    )
}
