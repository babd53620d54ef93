"""The six sections of the site. They are its structure (menu, addresses, home page), so they are code, not rows."""

from dataclasses import dataclass

from django.db import models
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class SectionKey(models.TextChoices):
    """What a category's `section` column holds."""

    IMMIGRATE = "immigrate", _("Immigrate")
    STUDY = "study", _("Study")
    WORK = "work", _("Work")
    MONEY = "money", _("Money")
    SETTLE = "settle", _("Settle in")
    PLAN = "plan", _("Plan")


@dataclass(frozen=True)
class Section:
    """One section: `name` for menus, `question` for the home page's panel, `description` for its own page."""

    key: str
    name: str | Promise
    question: str | Promise
    description: str | Promise

    @property
    def url(self) -> str:
        """The section's address in the active language."""
        return reverse(f"articles:section_{self.key}")

    def __str__(self) -> str:
        return str(self.name)


SECTIONS: dict[str, Section] = {
    section.key: section
    for section in [
        Section(
            "immigrate",
            SectionKey.IMMIGRATE.label,
            _("Live there permanently"),
            _("Express Entry, provincial programs, family and Quebec: what each asks for, and how to choose."),
        ),
        Section(
            "study",
            SectionKey.STUDY.label,
            _("Study"),
            _("Schools, study permits, money, and what your diploma lets you do afterwards."),
        ),
        Section(
            "work",
            SectionKey.WORK.label,
            _("Find work"),
            _("Work permits, licences for regulated occupations, and how hiring works in Canada."),
        ),
        Section(
            "money",
            SectionKey.MONEY.label,
            _("Sort out money"),
            _("Bank accounts, taxes and what life costs, before and after you land."),
        ),
        Section(
            "settle",
            SectionKey.SETTLE.label,
            _("Settle in"),
            _("Your first weeks, a home, a doctor, a driving licence: in the order you need them."),
        ),
        Section(
            "plan",
            SectionKey.PLAN.label,
            _("Plan my move"),
            _("Documents, dates and checks that save you months, and the frauds to stay clear of."),
        ),
    ]
}
