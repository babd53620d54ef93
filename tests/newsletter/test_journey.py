"""From signing up to leaving, with the mails in between."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from newsletter.models import Consent, SignUp, Subscriber

pytestmark = pytest.mark.django_db

STATUS = Subscriber.Status


def test_from_the_form_to_leaving(send, client, mailoutbox, link, topics):
    assertContains(client.get(reverse("newsletter:subscribe")), "Study Name")

    response = send(topics=["study", "money"], headers={"Sec-Fetch-Site": "same-origin", "Referer": "http://x/en/a/"})

    assertRedirects(response, reverse("newsletter:check_mail"))
    assert not response.cookies
    assert not Subscriber.objects.exists()
    [mail] = mailoutbox
    assert mail.to == ["ana@example.org"]
    assert "List-Unsubscribe" not in mail.extra_headers  # nobody is subscribed yet
    path = link(mail, "confirm")

    assertContains(client.get(path), "<button")
    assert not Subscriber.objects.exists()
    assertContains(client.post(path), "You are in")

    subscriber = Subscriber.objects.get()
    assert (subscriber.email, subscriber.status, subscriber.pace) == ("ana@example.org", "active", "weekly")
    assert [row.topic.key for row in subscriber.subscriptions.current()] == ["study", "money"]
    line = subscriber.consents.first()
    assert (line.act, line.kind, line.method) == ("given", "express", "confirmed")
    assert line.text.text.startswith("Yes, send me")
    assert line.evidence["page"] == "/en/a/"
    assert line.evidence["asked_from"] == line.evidence["confirmed_from"] == "127.0.0.0/24"

    welcome = mailoutbox[1]
    assert welcome.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    leave = link(welcome, "/u/")
    assertContains(client.get(leave), "<button")
    assert Subscriber.objects.get().status == STATUS.ACTIVE
    assertContains(client.post(leave, {"List-Unsubscribe": "One-Click"}), "You have left")

    subscriber.refresh_from_db()
    assert subscriber.status == STATUS.LEFT
    assert not subscriber.subscriptions.current().exists()
    assert Consent.objects.last().method == "one-click"
    assert len(mailoutbox) == 2  # no farewell
    assert SignUp.objects.count() == 1
