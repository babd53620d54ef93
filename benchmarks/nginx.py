"""deploy/nginx.conf on this machine: the same lines with other folders, ports and web servers."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CONFIGURATION = Path(__file__).resolve().parent.parent / "deploy" / "nginx.conf"
PROGRAM = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
START_SECONDS = 10


def rendered(folder: Path, port: int, web_ports: list[int]) -> str:
    """The configuration with everything below `folder`, listening on loopback alone.

    folder: holds static and media as /srv does in production. web_ports: of the web servers, on loopback.
    """
    text = CONFIGURATION.read_text()
    web = "\n".join(f"        server 127.0.0.1:{number};" for number in web_ports)
    before, _line, after = text.partition("        server web-a:8000")
    servers = after.index("        keepalive")
    text = f"{before}{web}\n{after[servers:]}"
    places = {
        "listen 8080;": f"listen 127.0.0.1:{port};",
        "root /srv;": f"root {folder};",
        "/var/cache/nginx": f"{folder}/cache",
        "/tmp/": f"{folder}/run/",  # noqa: S108  that is what the file says
        "/dev/stderr": f"{folder}/error.log",
        "/dev/stdout": f"{folder}/access.log",
    }
    missing = [old for old in places if old not in text]
    assert not missing, f"deploy/nginx.conf does not hold {missing} any more"
    return re.sub("|".join(map(re.escape, places)), lambda found: places[found[0]], text)


@contextmanager
def running(folder: Path, port: int, web_ports: list[int], more: str = "") -> Iterator[int]:
    """nginx for as long as the block lasts; yields its process id.

    more: further server blocks.
    """
    assert PROGRAM, "nginx is missing"
    for name in ("run", "cache"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    path = folder / "nginx.conf"
    text = rendered(folder, port, web_ports)
    inside, _brace, _end = text.rstrip().rpartition("}")
    path.write_text(f"{inside}\n{more}\n}}\n")
    # As root its workers would be another user, who may not read a private folder.
    options = "daemon off;" + (" user root;" if os.geteuid() == 0 else "")
    server = subprocess.Popen([PROGRAM, "-e", f"{folder}/error.log", "-c", str(path), "-g", options])
    try:
        wait_for(port, server)
        yield server.pid
    finally:
        server.send_signal(signal.SIGQUIT if server.poll() is None else 0)
        try:
            server.wait(5)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Wait until somebody listens on a port of loopback. Raises RuntimeError when the server ends first."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError(f"Nobody listens on port {port}.")


def free_port() -> int:
    """A port of loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
