"""The reference data of the newsletter: its topics with a sample of each, from newsletter/reference/topics.json.

Loaded by `manage.py load_reference`. See facts.reference_data for what "again" does.
"""

from pathlib import Path

from facts.reference_data import Outcome, keep_edits, mistakes_in, read
from newsletter.models import Topic

FOLDER = Path(__file__).parent / "reference"
FIELDS = ("name", "description", "sample_title", "sample")


def load() -> Outcome:
    """Load the topics by their key, in the order of the file. Raises ReferenceFault. Call it in a transaction."""
    path = FOLDER / "topics.json"
    there = {topic.key: topic for topic in Topic.objects.all()}
    outcome = Outcome()
    for order, entry in enumerate(read(path), start=1):
        with mistakes_in(path, entry.get("key", "?")):
            row = there.get(entry["key"]) or Topic(key=entry["key"])
            fresh = {f"{name}_{code}": entry[f"{name}_{code}"] for name in FIELDS for code in ("en", "fr")}
            before, is_new = dict(row.loaded), row.pk is None
            left = keep_edits(row, {**fresh, "order": order * 10})
            row.full_clean(validate_unique=False)
            row.save()
            outcome.count(is_new=is_new, changed=row.loaded != before)
            outcome.left += [f"topic {row.key}: {name} was edited" for name in left]
    return outcome
