"""Runs the site on one machine: the database, the web server and the worker, started and stopped together.

    python -m m2c.serve run             what `make run` calls
    python -m m2c.serve with COMMAND    any command, with the site's database and secret in its environment
    python -m m2c.serve test COMMAND    the same with an empty database of its own that is gone afterwards

It imports no Django: it stays small, and a mistake in the settings does not keep it from stopping things in order.
"""

import contextlib
import errno
import http.client
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

import psutil

from m2c.embedded import Cluster, DatabaseInUse, DatabaseProblem, Lock, die_with_parent, require_room, wait_for_end

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".data"
MARK = "M2C_RUN"  # in the environment of what a run starts, so that the next one knows it again
TICK = 0.3  # seconds between two looks at the children
WEB_START_SECONDS = 60
STOP_SECONDS = 15
WORKER_PAUSES = [1, 2, 5, 15, 60]  # seconds before the worker is started again, longer each time
WEB_DEFAULTS = {"GRANIAN_WORKERS": "2", "GRANIAN_BLOCKING_THREADS": "2", "GRANIAN_LOG_LEVEL": "warning"}
WORKER_SETTLED = 120  # seconds after which a worker counts as well


class Problem(Exception):
    """One line that says what is wrong and what to do."""


@dataclass(frozen=True)
class Database:
    """A running server: its address for DATABASE_URL, and its cluster when we started it."""

    url: str
    cluster: Cluster | None = None

    @property
    def stopped(self) -> bool:
        """Has our server ended by itself? Somebody else's is not ours to watch."""
        return self.cluster is not None and not self.cluster.is_running


class Stopped(BaseException):
    """A signal asked us to stop; no `except Exception` may swallow it."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


def say(line: str) -> None:
    print(line, flush=True)


# Signals


def raise_stopped(signum: int, _frame: FrameType | None) -> None:
    ignore_signals()  # what follows is the orderly end: a second Ctrl-C must not cut it short
    raise Stopped(signum)


def stop_on_signals() -> None:
    """Ctrl-C, kill and a closed terminal raise Stopped, once."""
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signum == signal.SIGHUP and signal.getsignal(signum) == signal.SIG_IGN:
            continue  # nohup
        signal.signal(signum, raise_stopped)


def ignore_signals() -> None:
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, signal.SIG_IGN)


# The environment that the site's processes get


def secret_key() -> str:
    """This machine's own secret, made on the first run and kept in .data/secret_key."""
    path = HOME / "secret_key"
    with contextlib.suppress(FileNotFoundError):
        if kept := path.read_text().strip():
            return kept
    fresh = secrets.token_urlsafe(64)
    # Written beside and renamed: a run killed halfway leaves no empty secret.
    with tempfile.NamedTemporaryFile("w", dir=HOME, prefix="secret_key.", delete=False) as file:
        file.write(f"{fresh}\n")
    os.replace(file.name, path)
    return fresh


def site_environment(database_url: str) -> dict[str, str]:
    """The environment for manage.py and the servers: what is set stays, the rest gets the defaults of `make run`."""
    environment = dict(os.environ)
    environment["DATABASE_URL"] = database_url
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment.get('PATH', '')}"
    environment.setdefault("DJANGO_SETTINGS_MODULE", "m2c.settings")
    if not environment.get("SECRET_KEY"):
        environment["SECRET_KEY"] = secret_key()
    environment.setdefault("SITE_URL", f"http://localhost:{environment.get('PORT', '8000')}")
    environment.setdefault("PYTHONUNBUFFERED", "1")
    return environment


def test_environment(database_url: str, folder: Path) -> dict[str, str]:
    """The environment for the checks: nothing of this machine's site, and its files in `folder`."""
    files = {name: folder / name.lower() for name in ("MEDIA_ROOT", "STATIC_ROOT")}
    for path in files.values():
        path.mkdir()
    for name in ("PORT", "SITE_URL", "ALLOWED_HOSTS", "SENDING"):
        os.environ.pop(name, None)
    os.environ["SECRET_KEY"] = secrets.token_urlsafe(64)
    return site_environment(database_url) | {name: str(path) for name, path in files.items()}


@contextlib.contextmanager
def running_database(name: str, what: str) -> Iterator[Database]:
    """A database server for as long as the block lasts: DATABASE_URL's, or the one that we bring.

    name: the cluster's, "data" or "test".
    what: the command that asks, for others to read. `make run` and tests want a server of their own; any other
        command borrows the one that runs already, which then stays up.
    """
    if url := os.environ.get("DATABASE_URL"):
        yield Database(url)
        return
    cluster = Cluster(HOME, name, durable=name != "test")
    try:
        url = cluster.start(what)
    except DatabaseInUse:
        if name == "test" or what == "make run":
            raise
        yield Database(cluster.wait_for_other())
        return
    try:
        yield Database(url, cluster)
    finally:
        ignore_signals()
        cluster.stop()


# make run


def port_number() -> int:
    text = os.environ.get("PORT", "8000")
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Problem(f"PORT is {text!r}: write a number from 1 to 65535.")
    return int(text)


def require_free_port(host: str, port: int) -> None:
    """Raise Problem when the web server could not listen there, naming who does if the system tells."""
    try:
        family, kind, _protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror:
        raise Problem(f"HOST is {host!r}: this machine has no such address.") from None
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a connection just closed does not count
        try:
            probe.bind(address)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Problem(
                    f"Port {port} is in use{listener_on(port)}. Stop that, or choose another port: "
                    f"PORT={port + 1 if port < 65535 else 8001} make run"
                ) from None
            raise Problem(
                f"Port {port} of {host} cannot be used ({error.strerror}). Choose another: PORT=8001 make run"
            ) from None


def listener_on(port: int) -> str:
    """Words that name the process which listens on `port`, or nothing when the system does not tell us."""
    with contextlib.suppress(psutil.Error, OSError):
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port and connection.pid:
                return f" by {psutil.Process(connection.pid).name()} (process {connection.pid})"
    return ""


def stop_leftovers() -> None:
    """Stop what a killed run left: processes of ours that carry our mark. Nobody else holds the run's lock."""
    left = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.uids().real == os.getuid() and process.environ().get(MARK) == str(HOME):
                left.append(process)
    for tell in ("terminate", "kill"):
        for process in left:
            with contextlib.suppress(psutil.Error):
                getattr(process, tell)()
        left = wait_for_end(left, 5)


class Child:
    """A process of the site in a session of its own, so that Ctrl-C in the terminal reaches only us."""

    def __init__(self, command: list[str], environment: dict[str, str], *, errors: int | None = None) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment | {MARK: str(HOME)}, stdin=subprocess.DEVNULL, stderr=errors,
            start_new_session=True, preexec_fn=die_with_parent(signal.SIGTERM),
        )  # fmt: skip

    def stop(self) -> None:
        """Ask it to end, wait, then end it and all that it started."""
        if self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_SECONDS)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    @property
    def age(self) -> float:
        """Seconds since it was started."""
        return time.monotonic() - self.started

    @property
    def ended(self) -> str | None:
        """How it ended, in words; None while it runs."""
        status = self.process.poll()
        if status is None:
            return None
        return f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"


def manage(environment: dict[str, str], *arguments: str) -> None:
    """Run a command of manage.py; raise Problem with its own last words when it fails."""
    with tempfile.TemporaryFile() as errors:
        child = Child([sys.executable, "manage.py", *arguments], environment, errors=errors.fileno())
        try:
            status = child.process.wait()
        finally:
            child.stop()
        errors.seek(0)
        text = errors.read().decode(errors="replace")
    if status == 0:
        sys.stderr.write(text)
        return
    (HOME / "error.log").write_text(text)
    if "No space left on device" in text or shutil.disk_usage(HOME).free < 2**20:
        raise Problem(f"The disk of {HOME} is full. Free some room, then try again.")
    last = text.strip().splitlines()[-1] if text.strip() else f"it ended with status {status}"
    kind, colon, words = last.partition(": ")
    plain = words if colon and (kind == "CommandError" or "." in kind) and " " not in kind else last
    whole = "" if kind == "CommandError" else " (the whole story: .data/error.log)"
    raise Problem(f"{plain}{whole}")


def wait_until_it_answers(web: Child, host: str, port: int) -> None:
    """Wait until the web server answers /healthz; raise Problem if it ends first or stays silent."""
    end = time.monotonic() + WEB_START_SECONDS
    while time.monotonic() < end:
        if web.ended:
            raise Problem(f"The web server could not start ({web.ended}); its words are above.")
        connection = http.client.HTTPConnection(host, port, timeout=5)
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/healthz", headers={"Host": "localhost"})
            connection.getresponse()
            return
        connection.close()
        time.sleep(0.05)
    raise Problem(f"The web server did not answer within {WEB_START_SECONDS} seconds.")


class Site:
    """The web server and the worker of one `make run`."""

    def __init__(self, environment: dict[str, str], database: Database, host: str, port: int) -> None:
        self.environment = environment
        self.database = database
        self.host = host
        self.port = port
        self.children: dict[str, Child] = {}
        self._worker_failures = 0
        self._worker_due: float | None = None

    def start(self) -> None:
        """Start the web server, wait until the site answers, then start the worker, which nobody waits for."""
        self.children["web"] = Child(self._web_command(), WEB_DEFAULTS | self.environment)
        wait_until_it_answers(self.children["web"], self.host, self.port)
        self._start_worker()

    def watch(self) -> NoReturn:
        """Look after both until a Problem or a signal ends it; a worker that ends is started again."""
        while True:
            time.sleep(TICK)
            if how := self.children["web"].ended:
                raise Problem(f"The web server has stopped ({how}), so everything stops. Start again: make run")
            if self.database.stopped:
                raise Problem("The database has stopped, so everything stops. Start again: make run")
            if self._worker_due is None and (how := self.children["worker"].ended):
                self._plan_worker(how)
            if self._worker_due is not None and time.monotonic() >= self._worker_due:
                self._start_worker()

    def stop(self) -> None:
        """Stop the web server first, then the worker."""
        for name in ("web", "worker"):
            if child := self.children.pop(name, None):
                child.stop()

    def _web_command(self) -> list[str]:
        return [sys.executable, "-m", "m2c.web", "--host", self.host, "--port", str(self.port)]

    def _worker_command(self) -> list[str]:
        return [sys.executable, "manage.py", "run_worker", "--stop-timeout", str(STOP_SECONDS - 5)]

    def _start_worker(self) -> None:
        self.children["worker"] = Child(self._worker_command(), self.environment)
        self._worker_due = None

    def _plan_worker(self, how: str) -> None:
        """Set the moment at which the worker starts again, later each time it fails early."""
        worker = self.children["worker"]
        worker.stop()
        if worker.age > WORKER_SETTLED:
            self._worker_failures = 0
        pause = WORKER_PAUSES[min(self._worker_failures, len(WORKER_PAUSES) - 1)]
        self._worker_failures += 1
        self._worker_due = time.monotonic() + pause
        say(f"m2c: The worker has stopped ({how}). It starts again in {pause} s.")


def run() -> int:
    """Start everything, serve until somebody stops us; returns the exit status."""
    host, port = os.environ.get("HOST", "127.0.0.1"), port_number()
    address = f"http://localhost:{port}"
    lock = Lock(HOME / "run.lock")
    if not lock.take(address=address):
        holder = lock.holder()
        raise Problem(
            f"M2C runs already, at {holder.get('address', 'an address it has not said yet')} (process "
            f"{holder.get('pid', '?')}). Stop it there with Ctrl-C, or: kill {holder.get('pid', 'it')}"
        )
    require_room(HOME)
    stop_leftovers()
    require_free_port(host, port)
    stop_on_signals()
    try:
        say("Starting ...")
        with running_database("data", "make run") as database:
            environment = site_environment(database.url)
            manage({"LOG_LEVEL": "WARNING"} | environment, "prepare")
            site = Site(environment, database, host, port)
            try:
                site.start()
                say(f"\nM2C is at {address}/  (the admin: {address}/admin/)  Ctrl-C stops it.")
                site.watch()
            finally:
                ignore_signals()
                site.stop()
    except Stopped as stopped:
        say("\nM2C has stopped." if stopped.signum == signal.SIGINT else "M2C has stopped.")
    return 0


# Any other command


def run_command(command: list[str], environment: dict[str, str]) -> int:
    """Run `command` in the foreground, as a shell would; returns its exit status as a shell does."""
    child = subprocess.Popen(command, cwd=ROOT, env=environment, preexec_fn=die_with_parent(signal.SIGTERM))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the command itself
    for signum in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, lambda received, _frame: child.send_signal(received))
    status = child.wait()
    return status if status >= 0 else 128 - status


def run_with_database(name: str, command: list[str]) -> int:
    """Run `command` with the site's environment and database, or with those of a test."""
    what = "make test" if name == "test" else " ".join(command[1:] or command)
    stop_on_signals()
    try:
        with running_database(name, what) as database:
            if name != "test":
                return run_command(command, site_environment(database.url))
            with tempfile.TemporaryDirectory(prefix="m2c-files-") as folder:
                return run_command(command, test_environment(database.url, Path(folder)))
    except Stopped as stopped:
        return 128 + stopped.signum


def main() -> int:
    mode, command = (sys.argv[1:2] or [""])[0], sys.argv[2:]
    if command[:1] == ["--"]:
        command = command[1:]
    if mode not in {"run", "with", "test"} or (mode != "run" and not command):
        sys.exit(__doc__)
    HOME.mkdir(mode=0o700, exist_ok=True)
    try:
        return run() if mode == "run" else run_with_database("test" if mode == "test" else "data", command)
    except (Problem, DatabaseProblem) as problem:
        sys.stdout.flush()
        print(f"m2c: {problem}", file=sys.stderr)
        return 1
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print(f"m2c: The disk of {HOME} is full. Free some room, then try again.", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
