"""`make run`'s supervisor, with a small web server and a sleeping worker in place of the site's."""

import http.server
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from m2c import serve
from m2c.embedded import Lock, has_ended, wait_for_end

ROOT = Path(__file__).resolve().parents[2]

# Runs m2c.serve with `home` for .data and stand-ins for the two servers; the worker writes its process id to a file.
STAND_INS = """
import sys
from pathlib import Path
from m2c import serve

serve.HOME = Path(sys.argv.pop(1))
serve.WORKER_PAUSES = [0]
serve.manage = lambda environment, *arguments: None
note = str(serve.HOME / "worker")
worker = "import os, sys, time; print(os.getpid(), file=open(sys.argv[1], 'a'), flush=True); time.sleep(600)"
serve.Site._worker_command = lambda site: [sys.executable, "-c", worker, note]
serve.Site._web_command = lambda site: [sys.executable, "-m", "http.server", str(site.port), "--bind", site.host]
sys.exit(serve.main())
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Run:
    """A supervisor in a process of its own."""

    def __init__(self, home: Path, port: int, program: str = STAND_INS) -> None:
        self.home = home
        environment = os.environ | {"DATABASE_URL": "postgresql://nowhere/none", "PORT": str(port), "HOST": "127.0.0.1"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, home, "run"],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.lines: list[str] = []

    def until(self, words: str) -> str:
        """Read its output to the line with `words`; fails when it ends first."""
        for line in self.process.stdout:
            self.lines.append(line)
            if words in line:
                return line
        pytest.fail(f"{words!r} was not said: {self.lines}")

    def children(self) -> dict[str, psutil.Process]:
        """The web server and the worker, once the worker has said where it is."""
        wait_for(lambda: (self.home / "worker").exists() and (self.home / "worker").read_text().endswith("\n"))
        worker = psutil.Process(int((self.home / "worker").read_text().split()[-1]))
        others = [child for child in psutil.Process(self.process.pid).children() if child != worker]
        return {"web": others[0], "worker": worker}

    def end(self) -> int:
        rest, _errors = self.process.communicate(timeout=30)
        self.lines.append(rest)
        return self.process.returncode


def wait_for(condition, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        threading.Event().wait(0.02)


@pytest.fixture
def home(tmp_path) -> Path:
    folder = tmp_path / ".data"
    folder.mkdir()
    return folder


@pytest.fixture
def start(home) -> Iterator:
    runs = []

    def start_run(port: int) -> Run:
        runs.append(Run(home, port))
        return runs[-1]

    yield start_run
    for run in runs:
        run.process.terminate()
        if not run.process.stdout.closed:
            run.end()


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_stops_everything_and_the_status_is_0(start, signum):
    run = start(free_port())
    run.until("M2C is at http://localhost:")
    children = run.children()

    run.process.send_signal(signum)

    assert run.end() == 0
    assert "M2C has stopped." in run.lines[-1]
    assert all(map(has_ended, children.values()))


def test_killed_run_leaves_nothing_that_blocks_the_next(start):
    port = free_port()
    first = start(port)
    first.until("M2C is at")
    children = first.children()

    first.process.kill()
    first.end()
    second = start(port)
    second.until("M2C is at")

    assert all(map(has_ended, children.values()))


def test_servers_end_by_themselves_when_the_run_is_killed(start):
    run = start(free_port())
    run.until("M2C is at")
    children = run.children()

    run.process.kill()

    if sys.platform == "linux":  # elsewhere the next run stops them
        assert wait_for_end(list(children.values()), 20) == []


def test_second_run_says_that_the_site_runs_already_and_where(start):
    port = free_port()
    first = start(port)
    first.until("M2C is at")

    second = start(free_port())

    assert second.end() == 1
    assert "".join(second.lines) == (
        f"m2c: M2C runs already, at http://localhost:{port} (process {first.process.pid}). "
        f"Stop it there with Ctrl-C, or: kill {first.process.pid}\n"
    )


def test_worker_that_ends_is_started_again(start, home):
    run = start(free_port())
    run.until("M2C is at")
    first = run.children()["worker"]

    first.kill()
    run.until("The worker has stopped (killed by SIGKILL). It starts again in 0 s.")

    wait_for(lambda: (home / "worker").read_text().count("\n") == 2)
    assert run.children()["worker"] != first


def test_web_server_that_ends_stops_everything_and_says_so(start):
    run = start(free_port())
    run.until("M2C is at")
    children = run.children()

    children["web"].kill()

    assert run.end() == 1
    assert "m2c: The web server has stopped (killed by SIGKILL), so everything stops." in run.lines[-1]
    assert all(map(has_ended, children.values()))


def test_port_in_use_names_who_uses_it_and_another_port(start):
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as server:
        port = server.server_port

        with pytest.raises(serve.Problem) as problem:
            serve.require_free_port("127.0.0.1", port)

    name = psutil.Process().name()
    assert str(problem.value) == (
        f"Port {port} is in use by {name} (process {os.getpid()}). Stop that, or choose another port: "
        f"PORT={port + 1} make run"
    )


def test_free_port_is_accepted():
    serve.require_free_port("127.0.0.1", free_port())


@pytest.mark.parametrize("text", ["", "0", "65536", "80a", "-1"])
def test_port_that_is_none_is_refused(monkeypatch, text):
    monkeypatch.setenv("PORT", text)

    with pytest.raises(serve.Problem, match="write a number from 1 to 65535"):
        serve.port_number()


def test_secret_is_made_once_and_only_its_owner_may_read_it(home, monkeypatch):
    monkeypatch.setattr(serve, "HOME", home)

    secret = serve.secret_key()

    assert len(secret) > 50
    assert serve.secret_key() == secret
    assert (home / "secret_key").stat().st_mode & 0o777 == 0o600


def test_environment_keeps_what_is_set_and_fills_in_the_rest(home, monkeypatch):
    monkeypatch.setattr(serve, "HOME", home)
    monkeypatch.setenv("SECRET_KEY", "chosen")
    monkeypatch.setenv("PORT", "8123")
    monkeypatch.delenv("SITE_URL", raising=False)

    environment = serve.site_environment("postgresql:///m2c")

    assert environment["SECRET_KEY"] == "chosen"
    assert environment["SITE_URL"] == "http://localhost:8123"
    assert environment["DATABASE_URL"] == "postgresql:///m2c"


def test_leftovers_of_this_project_are_stopped_and_no_others(home, tmp_path, monkeypatch):
    monkeypatch.setattr(serve, "HOME", home)
    sleep = [sys.executable, "-c", "import time; print(flush=True); time.sleep(600)"]
    started = [
        subprocess.Popen(sleep, env=os.environ | {serve.MARK: str(mark)}, stdout=subprocess.PIPE)
        for mark in (home, tmp_path / "another project")
    ]
    try:
        for process in started:
            process.stdout.readline()

        serve.stop_leftovers()

        assert [process.poll() is None for process in started] == [False, True]
    finally:
        for process in started:
            process.kill()
            process.communicate()


def test_failure_of_a_command_is_told_in_its_own_last_words(home, monkeypatch):
    monkeypatch.setattr(serve, "HOME", home)
    environment = dict(os.environ) | {"DEBUG": "perhaps"}

    with pytest.raises(serve.Problem) as problem:
        serve.manage(environment, "prepare")

    assert str(problem.value) == "DEBUG is 'perhaps': write 1 or 0. (the whole story: .data/error.log)"
    assert "Traceback" in (home / "error.log").read_text()


def test_lock_tells_others_who_holds_it_and_ends_with_its_holder(home):
    first, second = Lock(home / "some.lock"), Lock(home / "some.lock")

    assert first.take(what="make run")
    assert not second.take(what="make test")
    assert second.holder() == {"pid": str(os.getpid()), "what": "make run"}
    first.release()
    assert second.take(what="make test")
    assert json.loads((home / "some.lock").read_text())["what"] == "make test"
    second.release()


def test_command_gets_the_database_and_its_exit_status_is_ours(home, monkeypatch):
    monkeypatch.setattr(serve, "HOME", home)
    code = "import os, sys; sys.exit(7 if os.environ['DATABASE_URL'] == 'postgresql:///chosen' else 1)"
    environment = os.environ | {"DATABASE_URL": "postgresql:///chosen"}

    done = subprocess.run(
        [sys.executable, "-m", "m2c.serve", "with", "--", sys.executable, "-c", code],
        cwd=ROOT, env=environment, check=False,
    )  # fmt: skip

    assert done.returncode == 7


def test_interrupt_during_the_start_stops_in_order(home):
    waits = "lambda *_: (print('slow', flush=True), __import__('signal').pause())"
    program = STAND_INS.replace("lambda environment, *arguments: None", waits)
    run = Run(home, free_port(), program)
    run.until("slow")

    run.process.send_signal(signal.SIGINT)

    assert run.end() == 0
    assert "M2C has stopped." in run.lines[-1]
