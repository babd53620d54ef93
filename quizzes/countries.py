"""Countries and territories that give passports or travel documents, by their two letters (ISO 3166), with names."""

import unicodedata
from functools import cache

from babel import Locale

# Of the Unicode list: groups of countries, codes for parts of a country, made-up regions, and places nobody is from.
NOT_COUNTRIES = frozenset("AC AQ BV CP CQ DG EA EU EZ GS HM IC IO QO TA TF UM UN XA XB ZZ".split())  # noqa: SIM905


@cache
def names(language: str) -> dict[str, str]:
    """Names by code, in the order in which a reader of the language looks for them."""
    territories = Locale(language).territories
    found = {
        code: name
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES
    }
    return dict(sorted(found.items(), key=lambda pair: _folded(pair[1])))


def _folded(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
