"""The home page, the simple pages and what holds for every public page."""

import json
import re
from html.parser import HTMLParser

import html5lib
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from articles.models import Language
from m2c.models import Home, HomeFeature, HomeTool
from m2c.views import server_error
from rounds.models import Round

pytestmark = pytest.mark.django_db
TOOLS = ["/en/tools/immigration-quiz/", "/en/tools/student-quiz/"]


@pytest.fixture
def home(db):
    return Home.objects.create(language="en", title="Find your way", text="Free and sourced.", ticks="One\nTwo")


@pytest.fixture
def program_paths(make_program, make_fact, make_source):
    """Programs in their list, on a page with everything, side by side, and in the register."""
    lines = {"criteria": ["A job offer", ("", "any", ["CLB 7", "CLB 5"])], "steps": ["A profile"], "doubts": ["When"]}
    one = make_program(fees=[make_fact()], sources=[make_source()], confidence="C", **lines)
    two = make_program(status=None, province="ON")
    compare = f"/en/compare-programs/?p={one.slug_en}&p={two.slug_en}"
    return ["/en/programs/", one.get_absolute_url(), two.get_absolute_url(), compare, "/en/program-status/"]


@pytest.fixture
def round_paths(db):
    """Rounds in their list, one on its page, and the corrections."""
    values = {"type": "cec", "name": "Canadian Experience Class", "invitations": 1000, "pool": [1] * 18}
    Round.objects.create(number="443", date="2026-09-15", cutoff=519, pool_as_of="2026-09-13", **values)
    return ["/en/rounds/", "/en/rounds/?type=cec", "/en/rounds/443/", "/en/rounds/corrections/"]


@pytest.fixture
def public_paths(home, make_article, make_page, make_tag, make_author, program_paths, round_paths):
    """One address of each kind of public page."""
    tag, author = make_tag(), make_author()
    article = make_article(tags=[tag], authors=[author], text="<h2>One</h2><p>a</p><table><tr><td>b</td></tr></table>")
    make_page("about")
    make_page("contact", title="Contact")
    lists = ["/en/articles/", "/en/settle/", article.category.get_absolute_url(), tag.get_absolute_url()]
    people = [author.get_absolute_url(), "/en/about/", "/en/contact/"]
    return ["/en/", article.get_absolute_url(), *lists, *people, *program_paths, *round_paths, *TOOLS]


@pytest.fixture
def not_html():
    return [
        "/robots.txt",
        "/sitemap.xml",
        "/sitemap-articles.xml",
        "/sitemap-pages.xml",
        "/en/manifest.webmanifest",
        "/en/articles/feed/rss/",
        "/en/articles/feed/atom/",
        "/sitemap-programs.xml",
        "/en/program-status/feed/atom/",
        "/api/v1/programs/",
        "/sitemap-rounds.xml",
        "/sitemap-tools.xml",
        "/en/rounds/feed/atom/",
        "/api/v1/rounds/",
        "/api/v1/rounds.csv",
    ]


def test_no_public_page_sets_a_cookie_or_depends_on_one(client, public_paths, not_html):
    for path in [*public_paths, *not_html, "/en/nothing/", "/"]:
        response = client.get(path)
        assert not response.cookies, path
        assert "cookie" not in response.get("Vary", "").lower(), path


def test_a_signed_in_editor_gets_the_same_bytes(client, admin_client, public_paths):
    for path in public_paths:
        assert client.get(path).content == admin_client.get(path).content, path


def test_every_public_page_may_be_cached_for_a_minute(client, public_paths, not_html):
    for path in [*public_paths, *not_html]:
        assert re.match(r"public, max-age=(\d\d?), s-maxage=\1\b", client.get(path)["Cache-Control"]), path


def test_a_page_that_a_cache_has_is_answered_by_304(client, public_paths):
    for path in public_paths:
        etag = client.get(path)["ETag"]
        assert client.get(path, headers={"if-none-match": etag}).status_code == 304, path


class Addresses(HTMLParser):
    """Collects every address that a browser would ask for by itself."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        if tag in {"script", "img", "source", "iframe", "video", "audio", "embed"}:
            self.found += [
                named.get("src"),
                *(part.split()[0] for part in (named.get("srcset") or "").split(",") if part),
            ]
        if tag == "link" and named.get("rel") not in {"canonical", "alternate"}:
            self.found.append(named.get("href"))
        assert "style" not in named, f"style attribute on {tag}"
        assert not any(name.startswith("on") for name in named), f"handler on {tag}"


def test_no_public_page_asks_a_third_party_for_anything(client, public_paths):
    for path in public_paths:
        addresses = Addresses()
        addresses.feed(client.get(path).content.decode())
        assert addresses.found
        assert all(
            address.startswith("/") and not address.startswith("//") for address in addresses.found if address
        ), path


def test_the_policy_forbids_what_pages_do_not_use(client, public_paths):
    for path in public_paths:
        policy = client.get(path)["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "nonce" not in policy
        assert "frame-src" not in policy


def test_public_pages_are_valid_html(client, public_paths):
    for path in [*public_paths, "/en/nothing/"]:
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(client.get(path).content.decode())
        assert parser.errors == [], (path, [(where, code) for where, code, _details in parser.errors])


def test_every_page_has_one_first_heading_and_a_language(client, public_paths):
    for path in [*public_paths, "/en/nothing/"]:
        html = client.get(path).content.decode()
        assert len(re.findall(r"<h1[\s>]", html)) == 1, path
        assert '<html lang="en"' in html


def test_every_page_says_that_it_is_no_government_site(client, public_paths):
    for path in public_paths:
        assertContains(client.get(path), "Independent. Not a government site.")


@pytest.mark.parametrize(
    ("home", "addresses"),
    [
        ("/en/", ["/en/programs/", "/en/program-status/", "/en/facts/", "/en/corrections/", "/en/glossary/"]),
        ("/fr/", ["/fr/programmes/", "/fr/etat-des-programmes/", "/fr/faits/", "/fr/corrections/", "/fr/glossaire/"]),
    ],
)
def test_every_page_leads_to_the_programs_and_the_facts(client, db, home, addresses):
    content = client.get(home).content.decode()

    assert [address for address in addresses if f'href="{address}"' not in content] == []


def test_structured_data_is_json_whatever_the_title_holds(client, make_article):
    article = make_article(title='</script><script>alert("1")</script> & more')

    html = client.get(article.get_absolute_url()).content.decode()

    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert [json.loads(block)["@type"] for block in blocks] == ["Article", "BreadcrumbList"]
    assert json.loads(blocks[0])["headline"] == article.title


def test_the_root_leads_to_the_readers_language(client):
    assert client.get("/", headers={"accept-language": "fr-CA,fr;q=0.9"})["Location"] == "/fr/"
    response = client.get("/", headers={"accept-language": "pt"})
    assert response["Location"] == "/en/"
    assert "Accept-Language" in response["Vary"]


def test_the_home_page_shows_what_editors_chose_before_the_latest(client, home, make_article):
    chosen, other = make_article(title="Chosen by hand"), make_article()
    HomeFeature.objects.create(home=home, article=chosen)

    response = client.get("/en/")

    assert [card["title"] for card in response.context["featured"]] == ["Chosen by hand"]
    assert [card["title"] for card in response.context["latest"]] == [other.title]


def test_a_tool_card_appears_once_its_target_exists(client, home, make_article):
    HomeTool.objects.create(home=home, call="roadmap")
    HomeTool.objects.create(home=home, call="quiz", title="Which program?")
    HomeTool.objects.create(home=home, article=make_article(title="Before you fly"), icon="plane")

    assert [tool["title"] for tool in client.get("/en/").context["tools"]] == ["Which program?", "Before you fly"]


def test_the_home_page_costs_five_queries_at_most(client, home, make_article):
    counts = []
    for size in (1, 6):
        for _ in range(size):
            article = make_article()
            HomeFeature.objects.create(home=home, article=article)
            HomeTool.objects.create(home=home, article=article)
        with CaptureQueriesContext(connection) as queries:
            client.get("/en/")
        counts.append(len(queries))

    assert counts == [5, 5]  # the home page; its tools; articles it names; the latest; the quiz's first question


@pytest.mark.parametrize("language", Language.values)
def test_an_empty_site_has_a_home_page(client, language):
    assert client.get(f"/{language}/").status_code == 200


def test_a_simple_page_is_shown_in_its_language_only(client, make_page):
    make_page("privacy", title="Privacy here")

    assertContains(client.get("/en/privacy/"), "Privacy here")
    assert client.get("/fr/confidentialite/").status_code == 404


def test_a_simple_page_costs_one_query(client, make_page, django_assert_num_queries):
    make_page("terms")

    with django_assert_num_queries(1):
        client.get("/en/terms/")


def test_a_missing_page_helps_and_is_kept_for_seconds_only(client):
    response = client.get("/en/nothing/")

    assertContains(response, "/en/immigrate/", status_code=404)
    assert "max-age=5" in response["Cache-Control"]


def test_a_fault_shows_a_page_that_needs_nothing(client, monkeypatch, make_page):
    make_page("about")
    client.raise_request_exception = False
    monkeypatch.setattr("articles.views.pages.shown_blocks", lambda *arguments: 1 / 0)

    response = client.get("/en/about/")

    assert response.status_code == 500
    assert b"<h1" in response.content


def test_a_fault_in_the_page_for_faults_still_says_something_in_both_languages(rf, settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }

    response = server_error(rf.get("/en/"))

    assert (response.status_code, response["Cache-Control"]) == (500, "no-store")
    assert "Please try again" in response.text
    assert "Veuillez réessayer" in response.text


def test_a_database_that_is_away_is_a_503_that_says_when_to_come_back(client, monkeypatch):
    from django.db import OperationalError

    def away(*arguments, **named):
        raise OperationalError("connection refused")

    monkeypatch.setattr("m2c.views.home_in", away)

    response = client.get("/en/")

    assert response.status_code == 503
    assert response["Retry-After"]


def test_health_needs_no_database_and_readiness_does(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200


def test_a_stranger_cannot_forward_headers(rf, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    seen = {}
    from m2c.middleware import TrustedProxyMiddleware

    def remember(request):
        seen["https"], seen["address"] = request.is_secure(), request.META["REMOTE_ADDR"]

    middleware = TrustedProxyMiddleware(remember)
    forwarded = {"HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_FOR": "203.0.113.9, 198.51.100.7"}

    middleware(rf.get("/", REMOTE_ADDR="192.0.2.1", **forwarded))
    assert seen == {"https": False, "address": "192.0.2.1"}

    middleware(rf.get("/", REMOTE_ADDR="127.0.0.1", **forwarded))
    assert seen == {"https": True, "address": "198.51.100.7"}


def test_links_name_the_site_and_not_the_host_of_the_request(make_article, settings):
    settings.ALLOWED_HOSTS = ["*"]
    article = make_article()

    response = Client(headers={"host": "evil.example"}).get(article.get_absolute_url())

    assertNotContains(response, "evil.example")


def test_the_manifest_says_the_language(client):
    manifest = client.get("/fr/manifest.webmanifest").json()

    assert (manifest["lang"], manifest["start_url"]) == ("fr", "/fr/")
    assert {icon["sizes"] for icon in manifest["icons"]} >= {"192x192", "512x512"}
