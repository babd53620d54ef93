"""Links of mails: forged, altered, old, early, replayed, of another person, and opened by programs."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import signing
from django.urls import reverse
from pytest_django.asserts import assertContains

from newsletter import checks, joining, leaving, tokens
from newsletter.models import Consent, SignUp, Subscriber

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def confirm_path(row):
    return reverse("newsletter:confirm", kwargs={"token": tokens.confirm_token(row.key)})


def state():
    """All that a link could change."""
    models = (Subscriber, Consent, SignUp)
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.mark.parametrize("place", range(0, 73, 7))
def test_a_token_with_one_letter_changed_is_nobodys(place):
    token = tokens.confirm_token(tokens.new_token())
    changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]

    with pytest.raises(tokens.BadLink):
        tokens.confirmed_key(changed)


@pytest.mark.parametrize("token", ["", "x", ":", "::", "a:b:c", "x" * 3000, "é:é:é", "a:!:c"])
def test_what_is_no_token_is_refused(token, client):
    with pytest.raises(tokens.BadLink):
        tokens.confirmed_key(token)
    if token:
        assert client.get(reverse("newsletter:confirm", kwargs={"token": token})).status_code == 404


def test_a_token_for_another_purpose_is_refused():
    with pytest.raises(tokens.BadLink):
        tokens.confirmed_key(signing.TimestampSigner(salt="newsletter.other").sign("key"))
    with pytest.raises(tokens.BadLink):
        tokens.confirmed_key(signing.Signer(salt="newsletter.confirm").sign("key"))


@pytest.mark.parametrize(
    ("later", "refused"),
    [
        (timedelta(0), None),
        (tokens.CONFIRM_WITHIN - timedelta(seconds=2), None),
        (tokens.CONFIRM_WITHIN + timedelta(seconds=2), tokens.OldLink),
        (-timedelta(minutes=1), None),
        (-timedelta(minutes=5), tokens.BadLink),
        (-timedelta(days=30), tokens.BadLink),
    ],
)
def test_a_token_holds_for_two_days_and_not_before_it_was_made(later, refused):
    with time_machine.travel(NOW, tick=False):
        token = tokens.confirm_token("key")
    with time_machine.travel(NOW + later, tick=False):
        if refused is None:
            assert tokens.confirmed_key(token) == "key"
        else:
            with pytest.raises(tokens.BadLink) as raised:
                tokens.confirmed_key(token)
            assert raised.type is refused


def test_a_token_outlives_a_change_of_the_key(settings):
    token = tokens.confirm_token("key")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 10

    assert tokens.confirmed_key(token) == "key"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(tokens.BadLink):
        tokens.confirmed_key(token)


def test_an_old_link_says_so_and_changes_nothing(client, make_sign_up):
    row = make_sign_up()
    with time_machine.travel(datetime.now(UTC) - timedelta(days=3)):
        path = confirm_path(row)

    for answer in (client.get(path), client.post(path)):
        assertContains(answer, "run out", status_code=410)
    assert not Subscriber.objects.exists()


def test_a_replayed_link_changes_nothing(client, make_sign_up):
    path = confirm_path(make_sign_up())
    client.post(path)
    before = state()

    assertContains(client.post(path), "You are in")
    assertContains(client.get(path), "confirmed already")
    assert state() == before


def test_a_link_that_was_used_does_not_bring_back_who_has_left(client, make_sign_up):
    path = confirm_path(make_sign_up())
    client.post(path)
    leaving.leave(Subscriber.objects.get(), Consent.Method.ONE_CLICK)
    before = state()

    assertContains(client.post(path), "left since")
    assert state() == before


def test_a_link_that_waits_ends_with_leaving(client, make_subscriber, make_sign_up):
    subscriber, row = make_subscriber(), make_sign_up(keys=("work",))
    leaving.leave(subscriber, Consent.Method.ONE_CLICK)

    assert client.get(confirm_path(row)).status_code == 410
    assert client.post(confirm_path(row)).status_code == 410
    assert not Subscriber.objects.get().subscriptions.current().exists()


def test_a_link_confirms_its_own_address_alone(client, make_sign_up):
    ana, bob = make_sign_up("ana@example.org"), make_sign_up("bob@example.org")
    signed_key, _sep, signature = tokens.confirm_token(ana.key).partition(":")
    assert signed_key == ana.key

    forged = reverse("newsletter:confirm", kwargs={"token": f"{bob.key}:{signature}"})

    assert client.post(forged).status_code == 404
    client.post(confirm_path(ana))
    assert [row.email for row in Subscriber.objects.all()] == ["ana@example.org"]


def test_a_link_of_preferences_is_its_owners(client, make_subscriber):
    ana, bob = make_subscriber("ana@example.org"), make_subscriber("bob@example.org")

    client.post(reverse("newsletter:preferences", kwargs={"token": bob.token}), {"leave": ""})

    ana.refresh_from_db()
    bob.refresh_from_db()
    assert (ana.status, bob.status) == ("active", "left")
    swapped = ana.token.swapcase()
    assert client.get(reverse("newsletter:preferences", kwargs={"token": swapped})).status_code == 404


PREFETCH = [{}, {"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}, {"User-Agent": "BarracudaCentral"}]


@pytest.mark.parametrize("headers", PREFETCH)
@pytest.mark.parametrize("method", ["get", "head"])
def test_programs_that_open_links_change_nothing(client, make_subscriber, make_sign_up, method, headers):
    subscriber, row = make_subscriber("ana@example.org"), make_sign_up("bob@example.org")
    paths = [
        confirm_path(row),
        reverse("newsletter_leave", kwargs={"token": subscriber.token}),
        reverse("newsletter:preferences", kwargs={"token": subscriber.token}),
        reverse("newsletter:preferences", kwargs={"token": subscriber.token}) + "?leave=&erase=&data=",
    ]
    before = state()

    for path in paths * 3:
        response = getattr(client, method)(path, headers=headers)
        assert response.status_code == 200
        assert response["Cache-Control"] == "no-store, private"
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["X-Robots-Tag"].startswith("noindex")
        assert "http://localhost:8000" + path not in response.content.decode()
        assert not response.cookies

    assert state() == before


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_no_other_method_gets_in(client, make_subscriber, method):
    path = reverse("newsletter_leave", kwargs={"token": make_subscriber().token})

    assert getattr(client, method)(path).status_code == 405
    assert Subscriber.objects.get().status == "active"


def test_the_link_for_one_click_is_short_enough_for_its_header(settings):
    assert len(tokens.one_click_url(tokens.new_token())) < 70
    assert checks.one_click_link_is_short(None) == []

    settings.SITE_URL = "https://a-rather-long-name-for-a-newsletter.newcomers.example"

    [warning] = checks.one_click_link_is_short(None)
    assert warning.id == "newsletter.W001"


def test_tokens_are_unguessable_and_end_like_words():
    made = {tokens.new_token() for _time in range(200)}

    assert len(made) == 200
    assert all(len(token) == 22 and token.isalnum() for token in made)


def test_who_asks_is_found_by_nothing_but_a_token(make_subscriber):
    token = make_subscriber().token

    assert leaving.by_token(token) is not None
    for other in ("", "%", "_" * 22, token[:-1], token + "a", "é" * 22, "\x00" * 22):
        assert leaving.by_token(other) is None
    assert joining.find  # the other way in, above
