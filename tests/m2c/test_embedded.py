"""The database server that comes with the site, on a real data directory."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from m2c import embedded
from m2c.embedded import Cluster, DatabaseInUse, DatabaseProblem, has_ended, wait_for_end

ROOT = Path(__file__).resolve().parents[2]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user for the server")

STARTS_AND_WAITS = """
import signal, sys
from pathlib import Path
from m2c.embedded import Cluster
cluster = Cluster(Path(sys.argv[1]), shelter=Path(sys.argv[2]))
cluster.start("a run")
print(cluster.server.pid, flush=True)
signal.pause()
"""


def query(url: str, statement: str) -> list[tuple]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def postmaster(cluster: Cluster) -> psutil.Process:
    return psutil.Process(int((cluster.data / "postmaster.pid").read_text().splitlines()[0]))


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder that the server's user may pass through, as /var/lib is."""
    folder = Path(tempfile.mkdtemp(prefix="m2c-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def home(place) -> Path:
    """A project's .data below a folder that only its owner may enter, as /root is."""
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    data = closed / "project" / ".data"
    data.mkdir(parents=True)
    return data


@pytest.fixture(scope="module")
def made(home, place) -> Cluster:
    """A cluster that has been started once; a row waits in it."""
    cluster = Cluster(home, shelter=place)
    url = cluster.start("the tests")
    query(url, "CREATE TABLE kept (word text)")
    query(url, "INSERT INTO kept VALUES ('érable')")
    cluster.stop()
    return cluster


@pytest.fixture
def cluster(made) -> Iterator[Cluster]:
    yield made
    made.stop()


def test_site_role_owns_its_database_and_is_no_superuser(cluster):
    url = cluster.start("the tests")

    assert query(url, "SELECT current_user, current_setting('is_superuser'), current_setting('server_encoding')") == [
        ("m2c", "off", "UTF8")
    ]
    assert query(url, "SELECT lower('ÉRABLE'), to_tsvector('french', '« l’érable »')::text") == [
        ("érable", "'érabl':2")
    ]


def test_extensions_that_search_needs_can_be_made_by_the_site_role(cluster):
    url = cluster.start("the tests")

    query(url, "CREATE EXTENSION IF NOT EXISTS unaccent; CREATE EXTENSION IF NOT EXISTS pg_trgm")

    assert query(url, "SELECT unaccent('Québec')") == [("Quebec",)]


def test_server_listens_on_no_network_port(cluster):
    url = cluster.start("the tests")

    assert query(url, "SHOW listen_addresses") == [("",)]
    assert [c for c in postmaster(cluster).net_connections("inet") if c.status == psutil.CONN_LISTEN] == []


def test_data_outlive_a_stop(cluster):
    cluster.start("the tests")
    cluster.stop()

    assert query(cluster.start("the tests"), "SELECT word FROM kept") == [("érable",)]


def test_stop_ends_the_server_and_its_socket(cluster):
    cluster.start("the tests")
    server = postmaster(cluster)

    cluster.stop()

    assert has_ended(server)
    assert list(cluster.data.glob(".s.PGSQL.*")) == []


def test_killed_server_starts_again_with_its_data(cluster):
    cluster.start("the tests")
    os.kill(cluster.server.pid, signal.SIGKILL)
    cluster.server.wait()
    assert not cluster.is_running

    cluster.stop()

    assert query(cluster.start("the tests"), "SELECT word FROM kept") == [("érable",)]


def test_server_ends_when_its_starter_is_killed_and_the_next_start_works(cluster, home, place):
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTS_AND_WAITS, home, place], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    server = psutil.Process(int(starter.stdout.readline()))

    starter.kill()
    starter.communicate()

    if sys.platform == "linux":  # elsewhere the next start ends it
        assert wait_for_end([server], 20) == []
    assert query(cluster.start("the tests"), "SELECT word FROM kept") == [("érable",)]


def test_server_left_by_a_killed_run_is_stopped_before_the_next_start(cluster):
    cluster.start("a run that lets go")
    left = postmaster(cluster)
    orphan, cluster.server = cluster.server, None  # as if this process had never started it
    cluster.lock.release()

    url = cluster.start("the tests")

    assert orphan.wait(20) == 0
    assert postmaster(cluster) != left
    assert query(url, "SELECT word FROM kept") == [("érable",)]


def test_stale_pid_file_that_names_a_living_stranger_blocks_nothing(cluster):
    cluster.start("the tests")
    text = (cluster.data / "postmaster.pid").read_text()
    cluster.stop()
    lines = text.splitlines()
    lines[0] = str(os.getpid())
    (cluster.data / "postmaster.pid").write_text("\n".join(lines) + "\n")
    (cluster.data / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")

    assert query(cluster.start("the tests"), "SELECT word FROM kept") == [("érable",)]


def test_second_start_names_the_command_that_runs_the_server_and_can_borrow_it(cluster, home, place):
    cluster.start("make run")
    other = Cluster(home, shelter=place)

    with pytest.raises(DatabaseInUse, match=rf"`make run` \(process {os.getpid()}\)"):
        other.start("the tests")

    assert query(other.wait_for_other(), "SELECT word FROM kept") == [("érable",)]


def test_test_cluster_is_empty_each_time_and_gone_afterwards(home, place, made):
    scratch = Cluster(home, "scratch", durable=False, shelter=place)
    query(scratch.start("the tests"), "CREATE TABLE kept (word text)")
    assert query(scratch.url(), "SHOW fsync") == [("off",)]
    scratch.stop()
    assert not scratch.data.exists()

    url = scratch.start("the tests")

    assert query(url, "SELECT to_regclass('kept')::text") == [(None,)]
    scratch.stop()


def test_path_too_long_for_a_socket_gets_a_short_private_one(place):
    long = place / ("a-rather-long-name-" * 5)
    long.mkdir(mode=0o711)
    cluster = Cluster(long, shelter=long)

    url = cluster.start("the tests")
    sockets = cluster.sockets

    assert sockets != cluster.data
    assert query(url, "SELECT 1") == [(1,)]
    cluster.stop()
    assert not sockets.exists()


def test_nearly_full_disk_is_one_clear_line(cluster, monkeypatch):
    usage = shutil.disk_usage("/")._replace(free=100 * 2**20)
    monkeypatch.setattr(embedded.shutil, "disk_usage", lambda path: usage)

    with pytest.raises(DatabaseProblem, match=r"nearly full: 100 MB free, 500 needed\. Free some, then try again\.$"):
        cluster.start("the tests")

    assert not cluster.lock.held


def test_disk_that_fills_up_is_told_from_other_failures():
    output = 'LOG: x\nFATAL:  could not write to file "pg_wal/xlogtemp.1": No space left on device\n'

    assert embedded.explain(output, "PostgreSQL did not start", Path("/srv")).startswith("The disk of /srv is full.")
    assert embedded.explain("FATAL:  bad\nHINT: x", "PostgreSQL did not start", Path("/srv")) == (
        "PostgreSQL did not start: FATAL:  bad"
    )


def test_data_of_another_major_version_are_refused_in_one_line(cluster):
    version = cluster.data / "PG_VERSION"
    kept = version.read_text()
    version.write_text("17\n")
    try:
        with pytest.raises(DatabaseProblem, match=r"are of PostgreSQL 17, the server is 18\."):
            cluster.start("the tests")
    finally:
        version.write_text(kept)


def test_broken_configuration_is_one_line_that_names_the_log(cluster):
    extra = cluster.data / "postgresql.auto.conf"
    kept = extra.read_text()
    extra.write_text("work_mem = 'much'\n")
    try:
        with pytest.raises(DatabaseProblem, match=r"PostgreSQL did not start \(.*data\.log says more\)") as problem:
            cluster.start("the tests")
    finally:
        extra.write_text(kept)
    assert "\n" not in str(problem.value)


def permissions(*folders: Path) -> dict[str, tuple[int, int, int]]:
    """Mode, owner and group of each folder, of all above it and of all in it."""
    found = {}
    for folder in folders:
        for path in [folder, *folder.parents, *folder.rglob("*")]:
            status = path.lstat()
            found[str(path)] = (status.st_mode, status.st_uid, status.st_gid)
    return found


@as_root
def test_root_changes_no_permission_outside_its_own_folder(place):
    project = place / "private" / "project"
    project.mkdir(parents=True)
    project.parent.chmod(0o700)
    home = project / ".data"
    home.mkdir(mode=0o700)
    wheel = embedded.wheel_programs().parents[1]
    before = permissions(project, wheel)

    cluster = Cluster(home, shelter=place)
    cluster.start("the tests")
    cluster.stop()

    after = permissions(project, wheel)
    assert {path: after[path] for path in before} == before
    assert set(after) - set(before) == {str(home / "postgres"), str(cluster.lock.path)}
    assert cluster.base.parent == place
    shutil.rmtree(cluster.base)


@as_root
def test_root_runs_the_server_as_an_unprivileged_user_who_alone_may_read_the_data(cluster):
    cluster.start("the tests")

    assert postmaster(cluster).uids().real == cluster.account.uid != 0
    assert cluster.data.stat().st_uid == cluster.account.uid
    assert cluster.data.stat().st_mode & 0o777 == 0o700
    assert cluster.log.stat().st_mode & 0o777 == 0o600


@as_root
def test_user_of_the_server_may_not_connect(cluster):
    url = cluster.start("the tests")

    refused = subprocess.run(
        [cluster.programs / "psql", url, "-c", "SELECT 1"],
        user=cluster.account.uid, group=cluster.account.gid, extra_groups=[], cwd="/",
        env=embedded.clean_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert refused.returncode != 0
    assert "Peer authentication failed" in refused.stderr


@as_root
def test_moved_project_keeps_its_database_and_a_copy_does_not_share_it(made, place):
    kept = made.base
    moved, copied = place / "moved", place / "copied"
    shutil.copytree(made.home, copied, symlinks=True)

    copy = Cluster(copied, shelter=place)
    assert copy.base != kept

    made.home.rename(moved)
    try:
        assert Cluster(moved, shelter=place).base == kept
    finally:
        moved.rename(made.home)
    assert Cluster(made.home, shelter=place).base == kept


@as_root
def test_database_that_has_gone_is_not_silently_replaced(place):
    home = place / "lost"
    home.mkdir()
    (home / "postgres").symlink_to(place / "nowhere")

    with pytest.raises(DatabaseProblem, match=r"The database is gone: .* Put it back, or remove"):
        Cluster(home, shelter=place).start("the tests")
