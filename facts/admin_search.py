"""Facts by their words: for the lists of the admin, and for the rich-text editor that inserts and shows them."""

import re
import unicodedata
from typing import Any

from django.conf import settings
from django.db.models import Case, CharField, Func, Q, Value, When
from django.http import HttpRequest, JsonResponse
from django.utils.translation import get_language, override

from facts.admin_lists import judged
from facts.models import KEY_PATTERN, Fact, FactValue
from facts.states import State
from publishing import richtext

MOST_FOUND = 20
MOST_LABELS = 200  # facts that are labelled in one request; the editor asks again for more
MOST_WORDS = 8
LONGEST_SEARCH = 100  # characters


class Folded(Func):
    """A text in small letters, without accents and with plain apostrophes, as `folded` makes it."""

    template = (
        "translate(lower(regexp_replace(normalize(%(expressions)s, NFD), U&'[\\0300-\\036F]', '', 'g')), '’', '''')"
    )
    output_field = CharField()


def folded(text: str) -> str:
    """The same of a text in Python."""
    plain = "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    return plain.lower().replace("’", "'")


def find(facts: Any, text: str) -> Any:
    """The facts that have every word of `text`, or its beginning, in their key or in what they say in either language.

    Those whose key begins with it come first.
    """
    text = folded(richtext.printable(text)[:LONGEST_SEARCH]).strip()
    words = text.split()[:MOST_WORDS]
    if not words:
        return facts
    rows = facts.annotate(folded_en=Folded("says_en"), folded_fr=Folded("says_fr"))
    for word in words:
        rows = rows.filter(Q(key__contains=word) | Q(folded_en__contains=word) | Q(folded_fr__contains=word))
    first = Case(When(key__startswith=text, then=Value(0)), default=Value(1))
    return rows.order_by(first, "key")


def wanted_language(request: HttpRequest) -> str:
    """The language of the text that is being written, `?lang=`; the editor's own by default."""
    wanted = request.GET.get("lang", "")
    return wanted if wanted in dict(settings.LANGUAGES) else (get_language() or settings.LANGUAGE_CODE)


def described(facts: Any, language: str) -> list[dict[str, str]]:
    """Facts of `with_current()` as the editor shows them, in the language of its text; one query for their values."""
    rows = list(facts)
    values = FactValue.objects.in_bulk([fact.current_id for fact in rows if fact.current_id])
    found = []
    for fact in rows:
        value, state = values.get(fact.current_id), judged(fact).state
        text = ""
        if value is not None:
            value.fact = fact
            text = value.text_in(language)
        with override(language):
            says = fact.says
        warning = "" if state == State.VERIFIED else str(state.label)
        found.append(
            {"key": fact.key, "says": says, "value": text, "state": state, "warning": warning, "kind": fact.kind}
        )
    return found


def search(request: HttpRequest) -> JsonResponse:
    """What `?q=` finds for insertion: facts that are kept up and have a value in force, at most MOST_FOUND."""
    facts: Any = Fact.objects.with_current()
    kept = facts.filter(archived_at=None, current_id__isnull=False)
    found = list(find(kept, request.GET.get("q", ""))[: MOST_FOUND + 1])
    shown = described(found[:MOST_FOUND], wanted_language(request))
    return JsonResponse({"results": shown, "more": len(found) > MOST_FOUND})


def labels(request: HttpRequest) -> JsonResponse:
    """What the facts `?keys=a,b` show today, by key; those that do not exist are left out."""
    keys = [key for key in request.GET.get("keys", "").split(",") if re.fullmatch(KEY_PATTERN, key)][:MOST_LABELS]
    facts = Fact.objects.with_current().filter(key__in=keys)
    return JsonResponse({one["key"]: one for one in described(facts, wanted_language(request))})
