"""The web container's health: exit status 0 when /readyz answers 200, by a host name that the site accepts."""

import http.client
import os
import sys

host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip()
connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=4)
connection.request("GET", "/readyz", headers={"Host": host})
sys.exit(connection.getresponse().status != 200)
