"""Watching sources, against servers of our own."""

import io
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpcore
import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from facts import fetching, tasks
from facts.fingerprints import fingerprint
from facts.models import Source
from facts.robot import PAGE_SIZE, Robot

FEES = "<title>Fees</title><p>The fee is $1,525.</p>"


class Clock:
    """Time that passes when somebody sleeps, and a little each time somebody looks if `step` says so."""

    def __init__(self) -> None:
        self.now, self.step = 0.0, 0.0

    def __call__(self) -> float:
        self.now += self.step
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Page:
    """What a server answers. write: called with the open connection instead of sending the body."""

    body: str | bytes = ""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    write: Callable[[io.BufferedIOBase], None] | None = None


class Handler(BaseHTTPRequestHandler):
    server: "Server"

    def do_GET(self) -> None:
        self.server.seen.append(self)
        self.server.times.append(self.server.clock.now)
        page = self.server.pages.get(self.path, Page("gone", 404))
        if self.headers.get("If-None-Match") == page.headers.get("ETag", "none"):
            page = Page(status=304)
        self.send_response(page.status)
        for name, value in {"Content-Type": page.kind, **page.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(OSError):  # the client has had enough
            if page.write:
                page.write(self.wfile)
            self.wfile.write(page.body.encode() if isinstance(page.body, str) else page.body)

    def log_message(self, *args: Any) -> None:
        """Tests are quiet."""


class Server(ThreadingHTTPServer):
    """Pages by path, and the requests that came, with the time by the test's clock."""

    def clear(self, clock: Clock) -> None:
        self.clock = clock
        self.pages: dict[str, Page] = {}
        self.seen: list[Handler] = []
        self.times: list[float] = []

    @property
    def asked(self) -> list[str]:
        """Hosts and paths, without robots.txt."""
        return [f"{name(seen)}{seen.path}" for seen in self.seen if seen.path != "/robots.txt"]


def name(seen: Handler) -> str:
    return seen.headers["Host"].partition(":")[0]


@pytest.fixture(scope="module")
def running_servers() -> Iterator[list[Server]]:
    servers = [Server(("127.0.0.1", 0), Handler) for _ in range(2)]
    threads = [threading.Thread(target=server.serve_forever, args=(0.01,)) for server in servers]
    for thread in threads:
        thread.start()
    yield servers
    for server, thread in zip(servers, threads, strict=True):
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site(running_servers: list[Server], clock: Clock) -> Server:
    """A server that robots may visit."""
    running_servers[0].clear(clock)
    return running_servers[0]


@pytest.fixture
def canary(running_servers: list[Server], clock: Clock) -> Server:
    """A server that nobody may visit."""
    running_servers[1].clear(clock)
    return running_servers[1]


@pytest.fixture
def make_robot(site: Server, clock: Clock) -> Callable[..., Robot]:
    """A robot for which every name is this machine, where it may visit `site` alone."""

    def make(**overrides: Any) -> Robot:
        ways = {
            "allowed": {("127.0.0.1", site.server_port)},
            "resolve": lambda host, port: ["127.0.0.1"],
            "clock": clock,
            "sleep": clock.sleep,
        }
        return Robot(**ways | overrides)

    return make


@pytest.fixture
def make_source(db: None, site: Server) -> Callable[..., Source]:
    """A watched source on `site`. host, path: of its page."""

    def make(path: str = "/fees", host: str = "canada.example", **overrides: Any) -> Source:
        number = Source.objects.count() + 1
        values = {"slug": f"source-{number}", "url": f"http://{host}:{site.server_port}{path}"}
        named = {f"{field}_{language}": "Fees" for field in ("publisher", "title") for language in ("en", "fr")}
        return Source.objects.create(**values | named | overrides)

    return make


@pytest.fixture
def visit(make_robot: Callable[..., Robot]) -> Callable[..., Source]:
    """Check one source with a fresh robot; returns its row as it is now."""

    def go(source: Source, **ways: Any) -> Source:
        source.refresh_from_db()
        fetching.check([source], robot=make_robot(**ways))
        source.refresh_from_db()
        return source

    return go


# What comes of a visit


def test_the_first_visit_keeps_a_fingerprint_and_finds_no_change(make_source, make_robot, site):
    site.pages["/fees"] = Page(FEES)
    source = make_source()

    summary = fetching.check([source], robot=make_robot())

    source.refresh_from_db()
    assert len(source.content_hash) == 64
    assert source.fetched_at == source.tried_at
    assert (source.fault, source.changed_at) == ("", None)
    assert (summary.checked, summary.unchanged, summary.changed, summary.failed) == (1, 1, 0, 0)


def test_words_that_change_are_noted_until_an_editor_looks(make_source, visit, site):
    site.pages["/fees"] = Page(FEES)
    source = visit(make_source())
    site.pages["/fees"] = Page(FEES.replace("1,525", "1,600"))
    noted = visit(source).changed_at

    assert noted is not None
    assert visit(source).changed_at == noted


@pytest.mark.parametrize(
    "other",
    [
        FEES + "<script src=a.js>tick(7)</script>",
        FEES.replace("<p>", "\n<p class=new>\n"),
        FEES + "<!-- made at 12:03 --><style>p{}</style><noscript>Turn it on</noscript><template>x</template>",
        f"<!DOCTYPE html><head><meta name=made content=7></head><NAV>Menu</NAV>{FEES}<footer>Us</footer >",
    ],
)
def test_what_readers_do_not_notice_is_no_change(make_source, visit, site, other):
    site.pages["/fees"] = Page(FEES.replace("<title>Fees</title>", ""))
    source = visit(make_source())
    site.pages["/fees"] = Page(other.replace("<title>Fees</title>", ""))

    visit(source)

    assert (source.fault, source.changed_at) == ("", None)


def test_a_page_that_says_it_is_unchanged_is_not_sent_again(make_source, visit, site):
    site.pages["/fees"] = Page(FEES, headers={"ETag": '"v1"', "Last-Modified": "Mon, 02 Mar 2026 10:00:00 GMT"})
    source = visit(make_source())
    before = source.fetched_at, source.content_hash

    visit(source)

    assert site.seen[-1].headers["If-None-Match"] == '"v1"'
    assert site.seen[-1].headers["If-Modified-Since"] == "Mon, 02 Mar 2026 10:00:00 GMT"
    assert source.fetched_at > before[0]
    assert (source.content_hash, source.fault) == (before[1], "")


def test_a_fault_keeps_what_is_known_of_the_page(make_source, visit, site):
    site.pages["/fees"] = Page(FEES)
    source = visit(make_source())
    fetched, known = source.fetched_at, source.content_hash
    site.pages.clear()

    visit(source)

    assert source.fault == "The server answered 404."
    assert (source.fetched_at, source.content_hash) == (fetched, known)
    assert source.tried_at > fetched


def test_a_document_counts_by_its_bytes(make_source, visit, site):
    site.pages["/fees"] = Page(b"%PDF <p>1</p>", kind="application/pdf")
    source = visit(make_source())
    site.pages["/fees"] = Page(b"%PDF <b>1</b>", kind="application/pdf")

    assert visit(source).changed_at


def test_a_row_with_a_new_address_takes_no_news_of_the_old_one(make_source, make_robot, site):
    site.pages["/fees"] = Page(FEES)
    source = make_source()
    Source.objects.update(url="http://elsewhere.example/")

    fetching.check([source], robot=make_robot())

    source.refresh_from_db()
    assert source.tried_at is None


# Answers that are refused


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (Page("GIF89a", kind="image/gif"), "It is no page of text but image/gif."),
        (Page("Fees", kind=""), "It is no page of text but of an unknown kind."),
        (Page("\x1f\x8b", headers={"Content-Encoding": "gzip"}), "compresses its pages"),
        (Page("<script>draw()</script>"), "There are no words on the page"),
        (Page("no", 304), "The server answered 304."),
        (Page("no", 503), "canada.example asks us to come back later (503)."),
        (Page("no", 302, headers={"Location": "/fees"}), "It redirects again and again."),
        (Page("x" * 10, headers={"Content-Length": "11"}), "canada.example broke off its answer."),
    ],
)
def test_an_answer_of_no_use_is_a_fault(make_source, visit, site, answer, fault):
    site.pages["/fees"] = answer

    assert fault in visit(make_source()).fault


def for_ever(data: bytes) -> Callable[[io.BufferedIOBase], None]:
    def write(out: io.BufferedIOBase) -> None:
        while True:
            out.write(data)

    return write


@pytest.mark.parametrize("endless", [Page(write=for_ever(b"<p>" * 10_000)), Page(b"x" * (PAGE_SIZE + 1))])
def test_a_page_without_end_is_cut_off(make_source, visit, site, endless):
    site.pages["/fees"] = endless

    assert visit(make_source()).fault == "The page is larger than 5120 KB."


def test_a_page_that_drips_runs_out_of_time(make_source, visit, site, clock):
    site.pages["/fees"] = Page(write=for_ever(b"x"))
    clock.step = 1  # each look at the clock costs a second, and each read is a look

    assert visit(make_source()).fault == "Reading the page took longer than 20 seconds."


@pytest.mark.parametrize(
    "broken", ["<!--" * 100_000, "<" * 400_000, "<nav " * 80_000, "<p><script>" * 40_000, "&#" + "1" * 100_000]
)
def test_broken_pages_are_read_in_one_pass(broken):
    assert fingerprint("text/html", f"words {broken}".encode())  # would take minutes otherwise


def test_a_page_that_breaks_our_own_code_does_not_end_the_run(make_source, make_robot, site, monkeypatch):
    site.pages["/fees"] = site.pages["/funds"] = Page(FEES)
    monkeypatch.setattr(fetching, "fingerprint", lambda kind, body: 1 / 0)

    summary = fetching.check([make_source(), make_source("/funds")], robot=make_robot())

    assert summary.failed == 2
    assert "failed at this page" in Source.objects.first().fault


# Addresses that are refused

LOCAL = [
    "127.0.0.1",
    "127.1",
    "0x7f.1",
    "0177.0.0.1",
    "2130706433",
    "localhost",
    "0.0.0.0",  # noqa: S104
    "169.254.169.254",
    "10.0.0.1",
    "100.64.0.1",
    "168.63.129.16",
    "224.0.0.1",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[fe80::1]",
    "[fc00::1]",
    "[fec0::1]",
    "[ff0e::1]",
]


@pytest.mark.parametrize("host", LOCAL)
def test_addresses_that_are_not_public_are_never_visited(make_source, clock, canary, host):
    source = make_source(url=f"http://{host}:{canary.server_port}/")
    # The port is open, so that it is the address that is judged.
    robot = Robot(allowed={("192.0.2.1", canary.server_port)}, clock=clock, sleep=clock.sleep)

    fetching.check([source], robot=robot)

    source.refresh_from_db()
    assert source.fault == f"{host.strip('[]')} is not on the public internet."
    assert canary.seen == []


@pytest.mark.parametrize(
    ("target", "fault"),
    [
        ("http://127.0.0.1:{canary}/", "127.0.0.1 is not on the public internet."),
        ("http://127.0.0.1/", "127.0.0.1 is not on the public internet."),
        ("//localhost/", "localhost is not on the public internet."),
        ("http://me:secret@canada.example/", "a user’s name or a password"),
        ("file:///etc/passwd", "Only addresses with http and https are read."),
        ("http://[", "cannot be read"),
        ("http://canada.example:port/", "cannot be read"),
    ],
)
def test_a_redirect_is_judged_like_a_first_address(make_source, visit, site, canary, target, fault):
    location = target.format(canary=canary.server_port)
    site.pages["/fees"] = Page(status=302, headers={"Location": location})

    source = visit(make_source())

    assert source.fault.startswith("It redirects to ")
    assert fault in source.fault
    assert canary.seen == []


def test_a_redirect_is_followed(make_source, visit, site):
    target = "frais é".encode().decode("latin-1")  # as servers send it
    site.pages["/fees"] = Page(status=301, headers={"Location": f"http://new.example:{site.server_port}/{target}"})
    site.pages["/frais%20%C3%A9"] = Page(FEES)

    assert visit(make_source()).fault == ""
    assert site.asked == ["canada.example/fees", "new.example/frais%20%C3%A9"]


class Recorder(httpcore.MockBackend):
    """Goes nowhere, answers 404, and remembers where it was sent."""

    def __init__(self) -> None:
        super().__init__([b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"])
        self.addresses: list[str] = []

    def connect_tcp(self, host: str, *args: Any, **options: Any) -> httpcore.NetworkStream:
        self.addresses.append(host)
        return super().connect_tcp(host, *args, **options)


def test_a_name_that_changes_its_address_is_judged_at_each_request(make_source, visit):
    answers = iter([["93.184.215.14"], ["127.0.0.1"]])
    network = Recorder()

    source = visit(
        make_source(url="http://rebinding.example/"), resolve=lambda host, port: next(answers), network=network
    )

    assert network.addresses == ["93.184.215.14"]  # for robots.txt
    assert source.fault == "rebinding.example is not on the public internet."


def test_a_name_with_one_local_address_among_others_is_refused(make_source, visit):
    network = Recorder()

    source = visit(
        make_source(url="http://both.example/"),
        resolve=lambda host, port: ["93.184.215.14", "::ffff:10.0.0.1"],
        network=network,
    )

    assert source.fault == "both.example is not on the public internet."
    assert network.addresses == []


@pytest.mark.parametrize("port", [22, 8080])
def test_ports_of_other_services_are_refused(make_source, visit, port):
    network = Recorder()

    source = visit(
        make_source(url=f"http://public.example:{port}/"), resolve=lambda host, port: ["93.184.215.14"], network=network
    )

    assert source.fault == f"Port {port} is not one of the web."
    assert network.addresses == []


def test_a_connection_that_is_not_secure_is_a_fault(make_source, visit, site):
    source = make_source(url=f"https://canada.example:{site.server_port}/")

    assert "canada.example makes no secure connection." in visit(source).fault
    assert site.seen == []


# Manners


def test_a_host_is_asked_once_a_second_and_hosts_take_turns(make_source, make_robot, site):
    site.pages |= {f"/{number}": Page(FEES) for number in range(6)}
    sources = [make_source(f"/{number}", host) for host in ("one.example", "two.example") for number in range(3)]

    fetching.check(sources, robot=make_robot())

    assert [item.partition(".")[0] for item in site.asked] == ["one", "two"] * 3
    for host, start in (("one.example", 0.0), ("two.example", 1.0)):
        times = [at for seen, at in zip(site.seen, site.times, strict=True) if name(seen) == host]
        assert times == [start, start + 1, start + 2, start + 3]  # robots.txt first
    assert [seen.path for seen in site.seen].count("/robots.txt") == 2


def test_the_robot_says_who_it_is(make_source, visit, site, settings):
    site.pages["/fees"] = Page(FEES)

    visit(make_source(language="both"))

    assert {seen.headers["User-Agent"] for seen in site.seen} == {
        f"M2C-source-check/1.0 (+{settings.SITE_URL}; {settings.CONTACT_EMAIL})"
    }
    assert site.seen[-1].headers["Accept-Language"] == "en, fr"


@pytest.mark.parametrize(
    ("robots", "fault"),
    [
        (Page("User-agent: *\nDisallow: /fees"), "robots.txt asks robots not to read this page."),
        (Page("User-agent: m2c-source-check\nDisallow: /"), "robots.txt asks robots not to read this page."),
        (Page("User-agent: *\nDisallow: /funds"), ""),
        (Page("<p>Not found</p>"), ""),
        (Page(status=404), ""),
        (Page(status=403), ""),
        (Page(status=500), "robots.txt cannot be read: the server answered 500."),
        (Page(status=301, headers={"Location": "http://127.0.0.1/"}), "robots.txt cannot be read: It redirects to"),
        (Page("User-agent: a\n" * 1000 + "Allow: /\n" * 1000), "robots.txt has too many rules."),
        (Page(write=for_ever(b"# hello\n" * 1000)), "robots.txt cannot be read: The page is larger than 500 KB."),
    ],
)
def test_robots_txt_is_obeyed(make_source, visit, site, robots, fault):
    site.pages |= {"/robots.txt": robots, "/fees": Page(FEES)}

    source = visit(make_source())

    assert source.fault.startswith(fault)
    assert bool(source.fault) == bool(fault)
    assert len(site.asked) == (0 if fault else 1)


def test_a_redirect_leads_nowhere_that_robots_txt_forbids(make_source, visit, site):
    site.pages["/robots.txt"] = Page("User-agent: *\nDisallow: /private")
    site.pages["/fees"] = Page(status=302, headers={"Location": "/private"})

    assert "robots.txt asks robots not to read" in visit(make_source()).fault
    assert site.asked == ["canada.example/fees"]


def test_a_host_may_ask_for_longer_pauses(make_source, make_robot, site):
    site.pages |= {"/robots.txt": Page("User-agent: *\nCrawl-delay: 12"), "/a": Page(FEES), "/b": Page(FEES)}

    fetching.check([make_source("/a"), make_source("/b")], robot=make_robot())

    assert site.times == [0.0, 1.0, 13.0]


def test_a_host_that_has_had_enough_is_left_alone(make_source, make_robot, site):
    site.pages["/a"] = Page(status=429)

    summary = fetching.check([make_source("/a"), make_source("/b")], robot=make_robot())

    assert summary.failed == 2
    assert site.asked == ["canada.example/a"]


# Runs


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port of this machine on which nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def test_without_network_the_run_ends_early_and_says_so(make_source, make_robot, closed_port):
    hosts = [f"host{number // 2}.example" for number in range(16)]  # two pages each
    sources = [make_source(url=f"http://{host}:{closed_port}/{number}") for number, host in enumerate(hosts)]

    summary = fetching.check(sources, robot=make_robot(allowed={("127.0.0.1", closed_port)}))

    assert (summary.checked, summary.failed, summary.skipped) == (5, 5, 11)
    assert "the network seems to be away" in summary.stopped
    faults = Source.objects.exclude(tried_at=None).values_list("fault", flat=True)
    assert sorted(faults) == [f"host{number}.example cannot be reached." for number in range(5)]


def test_a_name_without_an_address_is_a_fault(make_source, visit):
    def resolve(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "not known")

    assert visit(make_source(), resolve=resolve).fault == "There is no address for canada.example."


def test_a_run_ends_when_its_time_is_up(make_source, make_robot, site):
    site.pages |= {f"/{number}": Page(FEES) for number in range(9)}
    sources = [make_source(f"/{number}") for number in range(9)]

    summary = fetching.check(sources, robot=make_robot(), seconds=3)

    assert (summary.checked, summary.skipped) == (3, 6)
    assert summary.stopped == "Stopped: the time is up."


@pytest.fixture
def somebody_fetches(db: None) -> Iterator[None]:
    """Another process has its turn."""
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [fetching.TURN])
        yield


def test_two_runs_are_never_at_work_at_once(make_source, somebody_fetches):
    with pytest.raises(fetching.Busy):
        fetching.check([make_source()])
    with pytest.raises(CommandError, match="already"):
        call_command("check_sources")
    tasks.check_sources.call()

    assert Source.objects.get().tried_at is None


def test_a_source_is_due_after_a_week_and_a_failed_one_the_next_day(make_source):
    def tried(**ago: float) -> Any:
        return timezone.now() - timedelta(**ago)

    make_source("/new", slug="new")
    make_source("/week", slug="week", tried_at=tried(days=7))
    make_source("/lately", slug="lately", tried_at=tried(days=6))
    make_source("/failed", slug="failed", tried_at=tried(days=1), fault="No.")
    make_source("/failed-now", slug="failed-now", tried_at=tried(hours=1), fault="No.")
    make_source("/unwatched", slug="unwatched", is_watched=False)
    make_source(slug="book", url=None)

    assert [source.slug for source in fetching.due()] == ["new", "week", "failed"]
    assert [source.slug for source in fetching.watched()] == ["new", "week", "lately", "failed", "failed-now"]


# The command


def test_the_command_tells_of_changes_and_faults(make_source, make_robot, site):
    site.pages |= {"/same": Page(FEES), "/new": Page("<p>Old")}
    for slug in ("same", "new", "gone"):
        make_source(f"/{slug}", slug=slug)
    call_command("check_sources", robot=make_robot(), stdout=io.StringIO())
    site.pages["/new"] = Page("<p>New")
    out = io.StringIO()

    call_command("check_sources", all=True, robot=make_robot(), stdout=out)

    assert out.getvalue().splitlines() == [
        f"changed: new: http://canada.example:{site.server_port}/new",
        "failed: gone: The server answered 404.",
        "3 checked: 1 unchanged, 1 changed, 1 failed; 0 skipped.",
    ]


def test_the_command_reads_as_many_as_it_is_told_and_the_longest_untried_first(make_source, make_robot, site):
    make_source("/old", slug="old", tried_at=Now() - timedelta(days=30))
    make_source("/older", slug="older", tried_at=Now() - timedelta(days=60))

    call_command("check_sources", limit=1, robot=make_robot(), stdout=io.StringIO())

    assert site.asked == ["canada.example/older"]


def test_the_command_reads_the_sources_that_it_is_told(make_source, make_robot, site):
    for slug in ("a", "b"):
        make_source(f"/{slug}", slug=slug, tried_at=timezone.now())

    call_command("check_sources", "b", robot=make_robot(), stdout=io.StringIO())

    assert site.asked == ["canada.example/b"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["known", "typo"], "There is no source typo."),
        (["unwatched"], "Not watched, or without an address: unwatched."),
        (["--limit", "0"], "above zero"),
    ],
)
def test_the_command_refuses_what_it_cannot_do(make_source, arguments, words):
    make_source("/known", slug="known")
    make_source("/unwatched", slug="unwatched", is_watched=False)

    with pytest.raises(CommandError, match=words):
        call_command("check_sources", *arguments)
