"""The mails as bytes: headers that mail programs read, both bodies, both languages, and nobody else's header."""

import email
import email.policy

import pytest
from django.template.loader import get_template
from django.utils.translation import override
from pytest_django.asserts import assertInHTML

from newsletter import mails

pytestmark = pytest.mark.django_db


@pytest.fixture
def welcome(make_subscriber, mailoutbox):
    def send(**overrides):
        mails.welcome(make_subscriber(**overrides))
        return mailoutbox[-1]

    return send


@pytest.mark.parametrize(
    "site", ["http://localhost:8000", "https://newsletter.newcomers.example", f"https://{'a' * 35}"]
)
def test_the_headers_of_one_click_are_written_plainly(welcome, settings, site):
    settings.SITE_URL = site
    mail = welcome()

    raw = mail.message(policy=email.policy.SMTP).as_bytes()

    headers = raw.partition(b"\r\n\r\n")[0]
    assert b"=?" not in headers
    unfolded = headers.replace(b"\r\n ", b" ")
    link = mail.extra_headers["List-Unsubscribe"].encode()
    assert b"\r\nList-Unsubscribe: " + link in unfolded
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click" in unfolded


def test_every_mail_says_who_sends_it_and_how_to_leave(welcome, settings):
    mail = welcome(language="fr")
    [(html, _kind)] = [(part.content, part.mimetype) for part in mail.alternatives]

    for text in (mail.body, html):
        assert settings.POSTAL_ADDRESS in text
        assert settings.CONTACT_EMAIL in text
        assert "/u/" in text
        assert "FR study name" in text
    assert mail.from_email == "M2C <hello@m2c.example>"
    assert '<html lang="fr">' in html


@pytest.mark.parametrize("name", ["confirm", "known", "welcome", "erasure", "data"])
def test_no_mail_holds_a_picture_or_anything_from_elsewhere(name):
    html = get_template(f"newsletter/mail/{name}.html").render({"site_url": "http://localhost:8000"})

    for word in ("<img", "src=", "url(", "<script", "http://" if "localhost" not in html else "https://"):
        assert word not in html


def test_a_name_of_a_topic_is_text_in_both_bodies(make_topic, make_sign_up, mailoutbox):
    topic = make_topic("odd", name_en='<b>"&</b>')
    mails.confirm(make_sign_up(), [topic])
    [mail] = mailoutbox

    assert '- <b>"&</b>' in mail.body
    assertInHTML("<li>&lt;b&gt;&quot;&amp;&lt;/b&gt;</li>", mail.alternatives[0].content)


def test_a_sign_up_cannot_write_a_header(make_sign_up, mailoutbox):
    with override("en"):
        row = make_sign_up("o'brien+x=y@example.org")
        mails.confirm(row, [])

    parsed = email.message_from_bytes(
        mailoutbox[0].message(policy=email.policy.SMTP).as_bytes(), policy=email.policy.default
    )
    assert [str(one) for one in parsed["To"].addresses] == ["o'brien+x=y@example.org"]
    assert parsed["Bcc"] is None


def test_an_international_domain_goes_out_in_punycode(make_sign_up, mailoutbox):
    mails.confirm(make_sign_up("ana@exämple.org"), [])

    assert b"To: ana@xn--exmple-cua.org" in mailoutbox[0].message(policy=email.policy.SMTP).as_bytes()
