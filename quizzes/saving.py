"""Saved answers and shared results: made, judged again by today's rules, and erased."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language

from quizzes import counts, flow, studies
from quizzes.eligibility.verdicts import RULES
from quizzes.models import SAVED_LIFE, TOKEN_LENGTH, Count, SavedAnswers, SharedResult, new_token, token_hash
from quizzes.results import Day, Judged

TELLS_NOTHING = frozenset(("permanent", "temporary", "steps"))  # reasons of a place that follow from the program alone


@transaction.atomic
def save(judged: Judged) -> str:
    """Keep a person's answers for a year; returns the token of their link, which is kept nowhere."""
    token = new_token()
    SavedAnswers.objects.create(
        token_hash=token_hash(token),
        quiz=judged.quiz.key,
        language="fr" if (get_language() or "en").startswith("fr") else "en",
        given={slug: dict(answer) for slug, answer in judged.counted.items()},
        verdicts=verdicts(judged),
        rules_version=RULES.version,
        judged_on=judged.day.day,
        expires_at=Now() + SAVED_LIFE,
    )
    counts.note(judged.quiz.key, Count.What.SAVE)
    return token


def verdicts(judged: Judged) -> dict[str, str]:
    """The verdicts that a saved result follows: of all programs, or of those that a future student needs."""
    names = studies.PROGRAMS if judged.quiz.key == "student" else list(judged.judgements)
    return {name: judged.judgements[name].verdict.value for name in names}


def places(judged: Judged) -> list[dict[str, Any]]:
    """What a shared result keeps: programs with verdicts, or pathways and whether one can work after them."""
    if judged.quiz.key == "student":
        found = studies.rank(judged)
        return [{"program": one.pathway.id, "verdict": studies.verdict(one), "reasons": []} for one in found]
    return [
        {
            "program": place.program.id,
            "verdict": place.judgement.verdict.value,
            "reasons": [one for one in place.reasons if one.partition(":")[0] in TELLS_NOTHING],
        }
        for place in judged.places
    ]


def share_token(token: str, saved: SavedAnswers) -> str:
    """The token of the link that shares a saved result. It follows from the private one, and never leads back to it.

    Once sharing has ended, the next link is another one.
    """
    secret = f"{token} {saved.share_turn}"
    return salted_hmac("quizzes.share", secret, algorithm="sha256").hexdigest()[:TOKEN_LENGTH]


def stop_sharing(saved: SavedAnswers) -> None:
    """Shut the link that shares a saved result, for good."""
    with transaction.atomic():
        if saved.shared.all().delete()[0]:
            SavedAnswers.objects.filter(pk=saved.pk).update(share_turn=F("share_turn") + 1)


def share(token: str) -> None:
    """Make the shared result of saved answers: verdicts as of today, and no answers. Once shared, it stays as it is."""
    saved = SavedAnswers.objects.named(token)
    if saved is None:
        return
    judged = Judged(flow.QUIZZES[saved.quiz], saved.given, Day.today())
    SharedResult.objects.get_or_create(
        token_hash=token_hash(share_token(token, saved)),
        defaults={
            "saved": saved,
            "quiz": saved.quiz,
            "places": places(judged),
            "rules_version": RULES.version,
            "judged_on": judged.day.day,
            "expires_at": saved.expires_at,
        },
    )


def changes(saved: SavedAnswers, now: dict[str, str]) -> list[tuple[str, str, str]]:
    """What has changed since answers were saved: `(program id, verdict then, verdict now)`, "" for a new program."""
    return [
        (name, saved.verdicts.get(name, ""), verdict)
        for name, verdict in now.items()
        if saved.verdicts.get(name, "") != verdict
    ]


def count(quiz: str, judged: Judged) -> None:
    """Count a result that is asked for the first time."""
    counts.note(quiz, Count.What.FINISH)
    counts.note_all(quiz, Count.What.VERDICT, [f"{name}.{verdict}" for name, verdict in verdicts(judged).items()])
