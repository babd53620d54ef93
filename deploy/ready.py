"""The web container's health: exit status 0 when /readyz answers 200, by a host name that the site accepts."""

import http.client
import os
import sys


def host_of(allowed: str) -> str:
    """A name that ALLOWED_HOSTS accepts: the first, with `*` and the dot of `.m2c.example` made into a real name."""
    first = next((name.strip() for name in allowed.split(",") if name.strip()), "localhost")
    return "localhost" if first == "*" else first.lstrip(".")


if __name__ == "__main__":
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=4)
    connection.request("GET", "/readyz", headers={"Host": host_of(os.environ.get("ALLOWED_HOSTS", ""))})
    sys.exit(connection.getresponse().status != 200)
