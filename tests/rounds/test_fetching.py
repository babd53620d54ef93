"""Reading the feed over the network, against a server of our own that is good, changed, cut off, slow or malicious."""

import io
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.test import override_settings

from facts.network import Fault
from facts.robot import PAGE_SIZE, Robot
from m2c.tasks.policy import schedules
from rounds import fetching, tasks
from rounds.models import Correction, FeedState, Round, state
from rounds.official import BadFeed

pytestmark = pytest.mark.django_db


class Clock:
    """Time that passes when somebody sleeps, and by `step` each time somebody looks."""

    def __init__(self) -> None:
        self.now, self.step = 0.0, 0.0

    def __call__(self) -> float:
        self.now += self.step
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Answer:
    """What the server answers. write: called with the open connection instead of sending the body."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    write: Callable[[io.BufferedIOBase], None] | None = None


class Handler(BaseHTTPRequestHandler):
    server: "Server"

    def do_GET(self) -> None:
        if self.path == "/robots.txt":
            self.send_error(404)
            return
        self.server.seen.append(dict(self.headers))
        answer = self.server.answer
        if self.headers.get("If-None-Match") == answer.headers.get("ETag", "none"):
            answer = Answer(status=304)
        self.send_response(answer.status)
        for name, value in {"Content-Type": "application/json", **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(OSError):  # the client has had enough
            if answer.write:
                answer.write(self.wfile)
            self.wfile.write(answer.body)

    def log_message(self, *args: Any) -> None:
        """Tests are quiet."""


class Server(ThreadingHTTPServer):
    answer: Answer
    seen: list[dict[str, str]]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/feed.json"


@pytest.fixture(scope="module")
def running_server() -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def server(running_server: Server, make_feed: Any, make_row: Any) -> Server:
    """A server with a good feed of one round."""
    running_server.answer = Answer(make_feed([make_row()]), headers={"ETag": '"one"'})
    running_server.seen = []
    return running_server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def read(server: Server, clock: Clock) -> Callable[..., Any]:
    """Read the server's feed as the task does; a new robot each time, as each run has."""

    def go(**ways: Any) -> str:
        robot = Robot(allowed=fetching.own_machine(server.url), clock=clock, sleep=clock.sleep)
        with override_settings(ROUNDS_FEED_URL=server.url, **ways):
            return fetching.fetch_if_due(robot)

    return go


def wait_is_over() -> None:
    """Let the pause after a failure end: the database's clock cannot be moved."""
    FeedState.objects.update(next_try_at=F("next_try_at") - timedelta(days=1))


def test_a_good_feed_is_read_and_the_moment_noted(read):
    assert read().startswith("1 new")

    row = state()
    assert row.succeeded_at == row.tried_at is not None
    assert (row.fault, row.failures, row.next_try_at) == ("", 0, None)
    assert Round.objects.get().number == "434"


def test_the_next_request_is_a_conditional_one(read, server):
    read()
    first = state().succeeded_at

    assert read() == "unchanged"
    assert server.seen[1]["If-None-Match"] == '"one"'
    assert "If-None-Match" not in server.seen[0]
    assert state().succeeded_at >= first


def test_the_same_bytes_without_an_etag_are_not_read_again(read, server, monkeypatch):
    server.answer.headers = {"Last-Modified": "Fri, 07 Aug 2026 12:00:00 GMT"}
    read()
    monkeypatch.setattr(fetching, "bring_in", None)

    assert read() == "unchanged"
    assert server.seen[1]["If-Modified-Since"] == "Fri, 07 Aug 2026 12:00:00 GMT"


def test_another_address_is_asked_without_conditions(read, server):
    read()
    FeedState.objects.update(address="http://elsewhere.example/")

    read()
    assert "If-None-Match" not in server.seen[1]


def test_a_changed_feed_changes_the_round_and_is_logged(read, server, make_feed, make_row):
    read()
    server.answer = Answer(make_feed([make_row("435"), make_row(drawCRS="471")]), headers={"ETag": '"two"'})

    assert read() == "1 new, 1 changed, 0 unchanged, 1 corrections, 0 left alone"
    assert Correction.objects.get().by == "feed"
    assert state().etag == '"two"'


def endless(out: io.BufferedIOBase) -> None:
    for _number in range(2 * PAGE_SIZE // 65536):
        out.write(b" " * 65536)


def cut_off(body: bytes) -> Answer:
    return Answer(body[: len(body) // 2], headers={"Content-Length": str(len(body))})


BROKEN = {
    "cut off in its connection": (cut_off, "broke off its answer"),
    "cut off in its file": (lambda body: Answer(body[:-40]), "not JSON, or was cut off"),
    "empty": (lambda body: Answer(b""), "The feed is empty."),
    "no rounds": (lambda body: Answer(b'{"classes": "", "rounds": []}'), "has no rounds"),
    "shaped otherwise": (lambda body: Answer(b'{"draws": [{"number": 1}]}'), "another shape"),
    "a page": (lambda body: Answer(b"<!doctype html><h1>Sorry</h1>"), "not JSON"),
    "shorter": (lambda body: Answer(body.replace(b'"434"', b'"433"')), "shorter than before"),
    "gone": (lambda body: Answer(status=404), "answered 404"),
    "unmodified though nobody asked": (lambda body: Answer(status=304), "answered 304"),
    "busy": (lambda body: Answer(status=503), "come back later (503)"),
    "endless": (lambda body: Answer(write=endless), "larger than 5120 KB"),
    "compressed": (lambda body: Answer(body, headers={"Content-Encoding": "gzip"}), "compresses"),
    "a way to this machine": (
        lambda body: Answer(status=302, headers={"Location": "http://127.0.0.1:9/"}),
        "redirects",
    ),
    "a way to a file": (lambda body: Answer(status=302, headers={"Location": "file:///etc/passwd"}), "redirects"),
    "a way in circles": (lambda body: Answer(status=302, headers={"Location": "/feed.json"}), "again and again"),
    "deep": (lambda body: Answer(b"[" * 300_000), "not JSON"),
    "a formula": (lambda body: Answer(body.replace(b'"470"', b'"=1+1"')), "drawCRS"),
    "a NUL": (lambda body: Answer(body.replace(b"Transport", b"\\u0000")), "characters that no text has"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_bad_answer_changes_nothing_and_says_what_is_wrong(read, server, kind):
    read()
    before, succeeded_at = list(Round.objects.values()), state().succeeded_at
    make, words = BROKEN[kind]
    server.answer = make(server.answer.body)
    FeedState.objects.update(content_hash="" if kind.startswith("unmodified") else F("content_hash"))

    assert read() == "failed"
    assert list(Round.objects.values()) == before
    assert not Correction.objects.exists()
    row = state()
    assert words in row.fault
    assert (row.failures, row.succeeded_at) == (1, succeeded_at)


def test_a_slow_server_is_left_after_the_time_limit(read, server, clock):
    released = threading.Event()
    server.answer = Answer(write=lambda out: (out.write(b" " * 65536 * 4), out.flush(), released.wait(5)))
    clock.step = 6.0  # each look at the clock is seconds later

    try:
        assert read() == "failed"
    finally:
        released.set()
    assert "longer than 20 seconds" in state().fault
    assert not Round.objects.exists()


def test_what_is_malicious_in_texts_stays_a_text(read, server, make_feed, make_row, client):
    name = "<script>alert(1)</script>&lt;img src=x onerror=alert(1)&gt; =cmd()"
    server.answer = Answer(make_feed([make_row(drawName=name)]))
    read()

    page = client.get("/en/rounds/434/").content.decode()
    assert "<img src=x" not in page
    assert "alert(1)&lt;/script" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_tries_in_vain_grow_rarer_and_a_success_ends_that(read, server):
    good, server.answer = server.answer, Answer(status=500)
    pauses = []
    for _time in range(8):
        assert read() == "failed"
        row = state()
        pauses.append((row.next_try_at - row.tried_at).total_seconds() / 60)
        assert read() == "waiting"
        wait_is_over()

    assert pauses == [10, 25, 55, 115, 235, 355, 355, 355]
    assert len(server.seen) == 8
    server.answer = good
    assert read().startswith("1 new")
    assert (state().failures, state().next_try_at, state().fault) == (0, None, "")


def test_without_an_address_nothing_is_asked(server, settings):
    settings.ROUNDS_FEED_URL = ""

    assert fetching.fetch_if_due() == "off"
    assert server.seen == []


def test_without_network_nothing_breaks(settings):
    settings.ROUNDS_FEED_URL = "https://www.canada.example/feed.json"

    def away(host: str, port: int) -> list[str]:
        raise OSError("no network")

    assert fetching.fetch_if_due(Robot(resolve=away)) == "failed"
    assert state().fault == "There is no address for www.canada.example."


@pytest.mark.parametrize("host", ["10.0.0.7", "169.254.169.254", "[::ffff:10.0.0.7]"])
def test_neighbours_are_not_visited(settings, host):
    settings.ROUNDS_FEED_URL = f"http://{host}/feed.json"

    assert fetching.fetch_if_due() == "failed"
    assert "not on the public internet" in state().fault


@pytest.mark.parametrize(
    ("url", "pairs"),
    [
        ("http://127.0.0.1:8123/feed.json", {("127.0.0.1", 8123)}),
        ("http://localhost/feed.json", {("127.0.0.1", 80), ("::1", 80)}),
        ("https://[::1]/feed.json", {("::1", 443)}),
        ("https://www.canada.ca/feed.json", set()),
        ("http://10.0.0.7/", set()),
        ("http://[", set()),
    ],
)
def test_only_this_machine_is_let_through_when_the_setting_names_it(url, pairs):
    assert fetching.own_machine(url) == pairs


def test_the_task_stands_every_quarter_of_an_hour():
    assert schedules()[tasks.read_feed.module_path] == "*/15 * * * *"


def test_the_task_reads_the_feed(server, settings, monkeypatch):
    settings.ROUNDS_FEED_URL = server.url
    monkeypatch.setattr("facts.robot.PAUSE", 0.0)
    tasks.read_feed.call()

    assert Round.objects.count() == 1


def test_the_web_server_does_not_load_what_fetches():
    code = (
        "import django, sys; django.setup()\n"
        "from django.urls import get_resolver; get_resolver().url_patterns\n"
        "import rounds.tasks\n"
        "print([name for name in ('rounds.fetching', 'facts.robot', 'httpcore') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"


# The command


def test_the_command_reads_an_address_even_if_it_has_not_changed(read, server, clock, capsys):
    read()
    robot = Robot(allowed=fetching.own_machine(server.url), clock=clock, sleep=clock.sleep)
    call_command("import_rounds", server.url, robot=robot)

    assert "If-None-Match" not in server.seen[1]
    assert "0 new, 0 changed, 1 unchanged" in capsys.readouterr().out


def test_the_command_fails_with_the_fault(server, clock):
    server.answer = Answer(b"{}")
    robot = Robot(allowed=fetching.own_machine(server.url), clock=clock, sleep=clock.sleep)

    with pytest.raises(CommandError, match=r"Nothing was changed\. The feed has another shape"):
        call_command("import_rounds", server.url, robot=robot)


def test_faults_are_raised_once_they_are_noted(server, clock):
    robot = Robot(allowed=fetching.own_machine(server.url), clock=clock, sleep=clock.sleep)
    server.answer = Answer(b"")
    with pytest.raises(BadFeed):
        fetching.fetch(server.url, robot=robot)
    server.answer = Answer(status=410)
    with pytest.raises(Fault):
        fetching.fetch(server.url, robot=robot)

    assert state().failures == 2
