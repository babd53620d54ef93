"""The web server as it runs in production: two workers, forked from a process that has loaded the site."""

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from benchmarks.nginx import free_port
from tests.m2c.conftest import ROOT, database_url, until


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def server(transactional_db, port) -> Iterator[psutil.Process]:
    environment = os.environ | {"DATABASE_URL": database_url(), "GRANIAN_WORKERS": "2", "GRANIAN_LOG_LEVEL": "warning"}
    command = [sys.executable, "-m", "m2c.web", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        until(lambda: answer(port) == 200, "an answer")
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(20)


def answer(port: int) -> int:
    """What /readyz says by a connection of its own; 0 if nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/readyz", headers={"Host": "localhost"})
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def test_all_workers_serve_with_connections_of_their_own(server, port):
    assert {answer(port) for _time in range(40)} == {200}
    assert len(server.children()) == 2


def test_a_killed_worker_is_made_again(server, port):
    worker = server.children()[0]

    worker.send_signal(signal.SIGKILL)

    until(lambda: worker.pid not in {child.pid for child in server.children()}, "the end of the worker")
    until(lambda: len(server.children()) == 2, "another worker")
    assert {answer(port) for _time in range(20)} == {200}
