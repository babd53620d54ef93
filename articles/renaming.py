"""What publications keep a copy of, kept right when it is renamed: names in bylines, tags, and sections.

A publication's text never changes; these are labels and addresses, and an old one would lead to a missing page.
"""

from django.db import connection, transaction
from django.utils.timezone import now

from articles.models import Author, Category, Publication, Tag


def category_moved(category: Category) -> int:
    """List the category's publications in its present section; returns how many were moved."""
    rows = Publication.objects.filter(category=category).exclude(section=category.section)
    return rows.update(section=category.section)


def author_renamed(author: Author) -> int:
    """Put the author's present name into the bylines of lists and feeds; returns how many publications it is on."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE articles_publication
            SET author_names[array_position(author_ids, %s)] = %s, labelled_at = clock_timestamp()
            WHERE author_ids @> ARRAY[%s]::bigint[] AND author_names[array_position(author_ids, %s)] <> %s
            """,
            [author.pk, author.name, author.pk, author.pk, author.name],
        )
        return cursor.rowcount


@transaction.atomic
def tag_changed(tag_id: int, tag: Tag | None) -> int:
    """Put a tag's present name and address under the articles that have it, or take it away (None)."""
    changed = 0
    for publication in Publication.objects.filter(tag_ids__contains=[tag_id]).only("tag_ids", "body").iterator(200):
        kept = [entry for entry in publication.body["tags"] if entry["id"] != tag_id]
        if tag is not None:
            kept.append({"id": tag.pk, "name": tag.name, "label_fr": tag.label_fr, "slug": tag.slug})
            kept.sort(key=lambda entry: entry["name"])
        else:
            publication.tag_ids = [pk for pk in publication.tag_ids if pk != tag_id]
        if kept != publication.body["tags"]:
            publication.body["tags"] = kept
            publication.labelled_at = now()
            publication.save(update_fields=["tag_ids", "body", "labelled_at"])
            changed += 1
    return changed
