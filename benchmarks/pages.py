"""What a page costs: CPU, requests a second and p99 of the production server, beside nginx serving files.

    make bench                              10,000 articles
    make bench ARGS="--articles 100000"

It makes a database of its own on the server of DATABASE_URL, keeps it for the next time, and starts granian as `make
run` does. CPU ms a request are those of all processes of the web server plus those of its database sessions, from
/proc. The rounds of all pages are interleaved and each figure is the median of its rounds, so that a busy neighbour
spoils none of them alone. Figures of one run can be compared; those of two machines cannot.
"""

import argparse
import os
import platform
import re
import secrets
import shlex
import shutil
import statistics
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from benchmarks import nginx

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".data" / "bench"
SERVER = ["--workers", "2", "--blocking-threads", "2", "--log-level", "warning"]
DIRECT, BEHIND_NGINX = 4, 8  # connections of wrk
TIME_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass
class Sample:
    """One run of wrk at one address."""

    rate: float  # requests a second
    p99: float  # ms
    app: float  # CPU ms a request of the web server
    database: float  # CPU ms a request of its database sessions

    @property
    def cpu(self) -> float:
        return self.app + self.database


@dataclass
class Target:
    """One row of the table."""

    name: str
    url: str
    connections: int
    cpu_seconds: Callable[[], tuple[float, float]]  # of the web server, of its database sessions
    cookie: str = ""
    samples: list[Sample] = field(default_factory=list)

    def median(self, name: str) -> float:
        return statistics.median(getattr(sample, name) for sample in self.samples)

    def measure(self, seconds: int) -> None:
        """Run wrk once and keep what it found. Raises RuntimeError when an answer was not 2xx or 3xx."""
        command = ["wrk", "-t1", f"-c{self.connections}", f"-d{seconds}s", "--latency"]
        command += ["-H", f"Cookie: {self.cookie}"] if self.cookie else []
        before = self.cpu_seconds()
        said = subprocess.run([*command, self.url], capture_output=True, text=True, check=True).stdout
        app, database = (now - then for now, then in zip(self.cpu_seconds(), before, strict=True))
        if "Non-2xx" in said or "Socket errors" in said:
            raise RuntimeError(f"{self.name}: {said}")
        requests = int(re.search(r"(\d+) requests in", said)[1])
        rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
        number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()
        self.samples.append(
            Sample(rate, float(number) * TIME_UNITS[unit], app * 1000 / requests, database * 1000 / requests)
        )


# The site


def prepare(server_url: str, articles: int) -> dict[str, str]:
    """The benchmark's database with so many generated articles; returns the environment of its servers."""
    name = f"m2c_bench_{articles}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    FOLDER.mkdir(parents=True, exist_ok=True)
    key = FOLDER / "secret_key"
    if not key.exists():
        key.write_text(secrets.token_urlsafe(64))
    environment = os.environ | {
        "DATABASE_URL": make_conninfo(**conninfo_to_dict(server_url) | {"dbname": name}),
        "SECRET_KEY": key.read_text(),
        "DEBUG": "0",
        "MEDIA_ROOT": str(FOLDER / "media"),
        "STATIC_ROOT": str(FOLDER / "static"),
        "SITE_URL": "http://localhost:8000",
        "DJANGO_SETTINGS_MODULE": "m2c.settings",
        "LOG_LEVEL": "WARNING",
    }
    manage(environment, "compile_translations")
    manage(environment, "migrate", "-v0")
    manage(environment, "load_sample", "--if-empty", "-v0")
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        there = connection.execute("SELECT count(*) FROM articles_article").fetchone()[0]
    if there < articles:
        manage(environment, "load_sample", "--scale", str(articles), "-v0")
        with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
    manage(environment, "collectstatic", "--noinput", "-v0")
    return environment


def manage(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def session(environment: dict[str, str]) -> str:
    """The cookie of a signed-in superuser."""
    code = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
user, _made = get_user_model().objects.get_or_create(username="bench", is_staff=True, is_superuser=True)
store = SessionStore()
store[SESSION_KEY] = str(user.pk)
store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
store[HASH_SESSION_KEY] = user.get_session_auth_hash()
store.save()
print(store.session_key)
"""
    return "session=" + manage(environment, "shell", "--no-imports", "-v0", "-c", code).strip()


def addresses(environment: dict[str, str]) -> dict[str, str]:
    """The pages that are measured: an article from the middle of the list, with a picture in its text."""
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        slug = connection.execute(
            "SELECT slug FROM articles_publication WHERE language = 'en' AND live_until IS NULL AND live_from < now()"
            " AND cardinality(image_ids) = 2 AND cardinality(link_ids) = 1 AND id > (SELECT max(id) / 2 FROM"
            " articles_publication) ORDER BY id LIMIT 1"
        ).fetchone()[0]
    return {
        "home": "/en/",
        "article": f"/en/articles/{slug}/",
        "list, page 1": "/en/articles/",
        "list, page 500": "/en/articles/?page=500",
        "feed": "/en/articles/feed/atom/",
    }


@contextmanager
def granian(environment: dict[str, str], port: int) -> Iterator[psutil.Process]:
    """The production server for as long as the block lasts."""
    command = [sys.executable, "-m", "m2c.web", *SERVER, "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        nginx.wait_for(port, server)
        yield psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait(20)


# What it costs


def processes(head: psutil.Process) -> list[psutil.Process]:
    return [head, *head.children(recursive=True)]


def cpu_of(pids: list[int]) -> float:
    """CPU seconds, user and system, of all threads of some processes, from /proc/PID/stat."""
    used = 0.0
    for pid in pids:
        times = psutil.Process(pid).cpu_times()
        used += times.user + times.system
    return used


def server_cpu(head: psutil.Process) -> float:
    return cpu_of([process.pid for process in processes(head)])


class Sessions:
    """The database sessions of one web server; each is a process of PostgreSQL."""

    def __init__(self, database_url: str, application: str) -> None:
        self.connection = psycopg.connect(database_url, autocommit=True)
        self.application = application

    def cpu_seconds(self) -> float:
        rows = self.connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name = %s", [self.application]
        )
        return cpu_of([pid for (pid,) in rows])


def site_cpu(head: psutil.Process, sessions: Sessions) -> Callable[[], tuple[float, float]]:
    return lambda: (server_cpu(head), sessions.cpu_seconds())


def memory(head: psutil.Process) -> float:
    """MB that the processes take, shared pages shared out (PSS)."""
    rolled = [Path(f"/proc/{process.pid}/smaps_rollup").read_text() for process in processes(head)]
    return sum(int(re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)[1]) for text in rolled) / 1024


def fetch(url: str, cookie: str = "") -> bytes:
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Cookie": cookie})) as response:
        return response.read()


def warm_up(target: Target) -> None:
    """Let every process load what it keeps."""
    for _time in range(24):
        fetch(target.url, target.cookie)


# The table


def show(targets: list[Target], title: str) -> None:
    print(f"\n{title}\n")
    print("| page | CPU ms a request | of which database | requests a second | p99 ms |\n|---|---|---|---|---|")
    for target in targets:
        cpu, database, rate, p99 = (target.median(figure) for figure in ("cpu", "database", "rate", "p99"))
        print(f"| {target.name} | {cpu:.3g} | {database:.2g} | {rate:,.0f} | {p99:.3g} |")


def ratio(one: Target, other: Target, figure: str) -> str:
    """The median of the ratios round by round, with the extremes."""
    ratios = [
        getattr(mine, figure) / getattr(theirs, figure) for mine, theirs in zip(one.samples, other.samples, strict=True)
    ]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=5, help="of one measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only-uncached", action="store_true", help="leave nginx out")
    chosen = parser.parse_args()
    if not shutil.which("wrk") or not nginx.PROGRAM:
        sys.exit("This needs wrk and nginx (on Debian: apt-get install wrk nginx-light).")
    environment = prepare(os.environ["DATABASE_URL"], chosen.articles)
    cookie, pages = session(environment), addresses(environment)
    with ExitStack() as stack:
        run(stack, chosen, environment, cookie, pages)


def run(
    stack: ExitStack, chosen: argparse.Namespace, environment: dict[str, str], cookie: str, pages: dict[str, str]
) -> None:
    port, yard_port, front_port, file_port = (nginx.free_port() for _number in range(4))
    site = stack.enter_context(granian(environment | {"PGAPPNAME": "bench-site"}, port))
    yard_environment = environment | {
        "PGAPPNAME": "bench-yard",
        "DJANGO_SETTINGS_MODULE": "benchmarks.minimal_settings",
    }
    yard = stack.enter_context(granian(yard_environment, yard_port))
    of_site = site_cpu(site, Sessions(environment["DATABASE_URL"], "bench-site"))
    of_yard = site_cpu(yard, Sessions(environment["DATABASE_URL"], "bench-yard"))

    direct = [Target(name, f"http://127.0.0.1:{port}{path}", DIRECT, of_site) for name, path in pages.items()]
    admin = Target("admin list", f"http://127.0.0.1:{port}/admin/articles/article/", DIRECT, of_site, cookie)
    base = f"http://127.0.0.1:{yard_port}"
    yard_article = Target("minimal article view", base + pages["article"], DIRECT, of_yard)
    yard_admin = Target("stock ModelAdmin", f"{base}/admin/articles/article/", DIRECT, of_yard, cookie)

    folder = FOLDER / "nginx"
    files = folder / "pages"
    files.mkdir(parents=True, exist_ok=True)
    for target in direct:
        (files / f"{file_name(target.name)}.html").write_bytes(fetch(target.url))
    plain = f"server {{ listen 127.0.0.1:{file_port}; root {files}; }}"
    front = psutil.Process(stack.enter_context(nginx.running(folder, front_port, [port], plain)))

    def of_front() -> tuple[float, float]:
        return server_cpu(front), 0.0

    cached, as_files = [], []
    for name, path in pages.items():
        cached.append(Target(name, f"http://127.0.0.1:{front_port}{path}", BEHIND_NGINX, of_front))
        file_url = f"http://127.0.0.1:{file_port}/{file_name(name)}.html"
        as_files.append(Target(f"{name}, as a file", file_url, BEHIND_NGINX, of_front))

    uncached = [*direct, admin, yard_article, yard_admin]
    both = [target for pair in zip(cached, as_files, strict=True) for target in pair]
    if chosen.only_uncached:
        both = []
    for target in [*uncached, *both]:
        warm_up(target)
    loads = [os.getloadavg()[0]]
    for _round in range(chosen.rounds):
        for target in [*uncached, *both]:
            target.measure(chosen.seconds)
        loads.append(os.getloadavg()[0])
    pss = memory(site)

    print(f"$ python -m benchmarks.pages {shlex.join(sys.argv[1:])}")
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{chosen.articles:,} articles, {machine}; load of the machine {min(loads):.1f} to {max(loads):.1f}")
    show(uncached, f"Django alone (granian, 2 workers; {DIRECT} connections)")
    if both:
        show(both, f"Behind deploy/nginx.conf, and nginx serving the same bytes as files ({BEHIND_NGINX} connections)")
    print("\n| compared in this run | ratio (extremes) | at most |\n|---|---|---|")
    article, first, later = direct[1], direct[2], direct[3]
    for words, one, other, most in [
        ("article / minimal article view, CPU", article, yard_article, "1.3"),
        ("admin list / stock ModelAdmin, CPU", admin, yard_admin, "1.5"),
        ("list, page 500 / page 1, CPU", later, first, "1.2"),
    ]:
        print(f"| {words} | {ratio(one, other, 'cpu')} | {most} |")
    for page, file in zip(both[::2], both[1::2], strict=True):
        print(f"| {page.name}: nginx cache / file, requests a second | {ratio(page, file, 'rate')} | at least 0.9 |")
    print(f"| memory with 2 workers, MB | {pss:.0f} | 130 |")


def file_name(name: str) -> str:
    return re.sub(r"\W+", "-", name)


if __name__ == "__main__":
    main()
