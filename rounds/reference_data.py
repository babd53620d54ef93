"""The reference data of the rounds: stored copies of the official feed in rounds/reference, see SOURCES.md there.

Loaded by `manage.py load_reference`. Once a round has come from the feed itself, the copies leave it alone.
"""

from datetime import date, timedelta
from pathlib import Path

from facts import ledger
from facts.reference_data import Outcome, ReferenceFault
from rounds import official
from rounds.importing import bring_in
from rounds.models import Correction, FeedState

FOLDER = Path(__file__).parent / "reference"
COPY = "feed_"  # and the day on which it was copied


def copies() -> dict[date, Path]:
    """The stored copies by their day, the oldest first."""
    return {date.fromisoformat(path.stem.removeprefix(COPY)): path for path in sorted(FOLDER.glob(f"{COPY}*.json"))}


def entries() -> list[official.Entry]:
    """Every round of the copies, the newest first, each as the newest copy that has it says. Raises ReferenceFault."""
    found: dict[str, official.Entry] = {}
    for path in copies().values():
        try:
            found |= {entry.number: entry for entry in official.read(path.read_bytes(), latest=latest())}
        except (official.BadFeed, OSError) as error:
            raise ReferenceFault(f"{path.name}: {error}") from error
    return sorted(found.values(), key=lambda entry: entry.date, reverse=True)


def latest() -> date:
    return ledger.today() + timedelta(days=1)


def load() -> Outcome:
    """Load all rounds. Raises ReferenceFault. Call it in a transaction."""
    summary = bring_in(entries(), by=Correction.By.REFERENCE)
    FeedState.objects.update(copied_on=max(copies(), default=None))
    return Outcome(summary.made, summary.changed, summary.unchanged, summary.left)
