"""A text in the two languages of the site, for the rules, which know no catalogue of translations."""

from typing import NamedTuple


class Words(NamedTuple):
    """One text in English and in French."""

    en: str
    fr: str
