"""The Atom feed of rounds, the newest first."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from facts import ledger
from facts.feeds import NEWEST, LedgerFeed
from publishing.dates import date_format
from rounds.models import Round, moment_in_words


class RoundFeed(LedgerFeed):
    """New rounds; one that was corrected has been updated since."""

    def named(self, row: Any) -> str:
        return _("Express Entry rounds")

    def page(self, row: Any) -> str:
        return reverse("rounds:rounds")

    def subtitle(self, row: Any) -> str:
        return _("Cut-off, invitations and tie-break of each round of invitations.")

    def items(self) -> list[Round]:
        return list(Round.objects.light()[:NEWEST])

    def item_title(self, item: Round) -> str:
        words = _("#%(number)s, %(type)s: %(cutoff)s points")
        return words % {"number": item.number, "type": item.label, "cutoff": number_format(item.cutoff)}

    def item_description(self, item: Round) -> str:
        words = _("%(day)s: %(invitations)s invitations to candidates with %(cutoff)s points or more.")
        given = {
            "day": date_format(item.date),
            "invitations": number_format(item.invitations, force_grouping=True),
            "cutoff": number_format(item.cutoff),
        }
        if item.tie_break is None:
            return words % given
        tie = _("Those with exactly that score needed a profile submitted before %(moment)s.")
        return f"{words % given} {tie % {'moment': moment_in_words(item.tie_break)}}"

    def item_link(self, item: Round) -> str:
        return settings.SITE_URL + item.get_absolute_url()

    item_guid = item_link

    def item_pubdate(self, item: Round) -> datetime:
        return item.drawn_at if item.drawn_at and not item.has_odd_time else ledger.midnight(item.date)

    def item_updateddate(self, item: Round) -> datetime:
        return item.changed_at
