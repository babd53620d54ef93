"""Rows that are written in both languages."""

from django.utils.translation import get_language


def active() -> str:
    """`fr` or `en`, whichever the reader has."""
    return "fr" if (get_language() or "en").startswith("fr") else "en"


def colon(words: str) -> str:
    """Words with a colon behind them, which French sets apart."""
    return f"{words}\u00a0:" if active() == "fr" else f"{words}:"


class Bilingual:
    """Reads `<name>_en` or `<name>_fr` by the active language."""

    def in_language(self, name: str) -> str:
        """The field in the active language; empty if it was not written."""
        return getattr(self, f"{name}_{active()}")
