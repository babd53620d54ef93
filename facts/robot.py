"""A robot with manners: it reads robots.txt first, asks a host once a second at most, and says who it is."""

import ssl
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urljoin, urlsplit

import httpcore
from django.conf import settings
from django.utils.encoding import iri_to_uri, punycode
from django.utils.translation import gettext as _
from protego import Protego

from facts.network import Allowance, Clock, Fault, PublicNetwork, Refused, Resolver, Unreachable, resolve

PAGE_SECONDS = 20.0
PAGE_SIZE = 5 * 1024 * 1024  # bytes, headers and all
ROBOTS_SIZE = 500 * 1024  # bytes; RFC 9309 asks for as much
ROBOTS_RULES = 500_000  # each of its names may carry each of its rules: small files can grow without bound
PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds between two requests to a host; robots.txt may ask for more
REDIRECTS = 3
REDIRECTED = {301, 302, 303, 307, 308}
COME_BACK_LATER = {429, 503}


@dataclass(frozen=True)
class Answer:
    """What a server said: the body of a 200, and otherwise the headers alone, by names in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


class Robot:
    """Reads public pages, for as long as one run takes.

    allowed: pairs of address and port that are let through though they are not public; for tests.
    resolve, network, clock, sleep: ways to the outside and through time, for tests.
    """

    def __init__(
        self,
        *,
        allowed: Collection[tuple[str, int]] = (),
        resolve: Resolver = resolve,
        network: httpcore.NetworkBackend | None = None,
        clock: Clock = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.allowed, self.resolve, self.clock, self.sleep = allowed, resolve, clock, sleep
        self.network = network or httpcore.SyncBackend()
        self._free_at: dict[str, float] = {}  # by host, as the next two
        self._pauses: dict[str, float] = {}
        self._shut: dict[str, Fault] = {}
        self._robots: dict[str, Protego | Fault] = {}  # by scheme, host and port

    def get(self, address: str, headers: Mapping[str, str]) -> Answer:
        """Read a page, following a few redirects. Raises Fault."""
        return self._follow(address, headers, Allowance(self.clock, PAGE_SECONDS, PAGE_SIZE), asks_robots=True)

    def free_at(self, host: str) -> float:
        """When the host may be asked again, by the robot's clock."""
        return self._free_at.get(host, float("-inf"))

    def _follow(self, address: str, headers: Mapping[str, str], allowance: Allowance, *, asks_robots: bool) -> Answer:
        here = ""
        for hop in range(REDIRECTS + 1):
            try:
                here = join(here, address)
                url = read_address(here)
                if asks_robots:
                    self._ask_robots(here, url)
                answer = self._ask(url, headers, allowance)
                if answer.status not in REDIRECTED:
                    return answer
            except Fault as fault:
                if not hop:
                    raise
                words = _("It redirects to %(address)s. %(fault)s") % {"address": address[:80], "fault": fault}
                raise (Unreachable if isinstance(fault, Unreachable) else Fault)(words) from fault
            address = answer.headers.get("location", "")
        raise Fault(_("It redirects again and again."))

    # robots.txt

    def _ask_robots(self, address: str, url: httpcore.URL) -> None:
        """Raise Fault unless the host lets robots read this page."""
        origin = str(url.origin)
        if origin not in self._robots:
            try:
                self._robots[origin] = self._read_robots(join(address, "/robots.txt"))
            except Fault as fault:
                self._robots[origin] = fault
        rules = self._robots[origin]
        if isinstance(rules, Fault):
            raise rules.with_traceback(None)
        if not rules.can_fetch(address, user_agent()):
            raise Fault(_("robots.txt asks robots not to read this page."))
        wished = rules.crawl_delay(user_agent()) or PAUSE
        self._pauses[url.host.decode()] = min(max(wished, PAUSE), LONGEST_PAUSE)

    def _read_robots(self, address: str) -> Protego:
        allowance = Allowance(self.clock, PAGE_SECONDS, ROBOTS_SIZE)
        try:
            answer = self._follow(address, {}, allowance, asks_robots=False)
        except (Refused, Unreachable):
            raise
        except Fault as fault:
            raise Fault(_("robots.txt cannot be read: %(fault)s") % {"fault": fault}) from fault
        if 400 <= answer.status < 500:
            return Protego()  # there are no rules
        if answer.status != 200:
            raise Fault(_("robots.txt cannot be read: the server answered %(status)s.") % {"status": answer.status})
        lines = answer.body.decode("utf-8", "replace").splitlines()
        if len(lines) * sum("agent" in line.lower() for line in lines) > ROBOTS_RULES:
            raise Fault(_("robots.txt has too many rules."))
        return Protego.parse("\n".join(lines))

    # One request

    def _ask(self, url: httpcore.URL, headers: Mapping[str, str], allowance: Allowance) -> Answer:
        """Make one request when the host's turn has come. Raises Fault."""
        host = url.host.decode()
        if host in self._shut:
            raise self._shut[host].with_traceback(None)
        if (pause := self.free_at(host) - self.clock()) > 0:
            self.sleep(pause)
        try:
            with allowance.running():
                answer = self._exchange(url, headers, allowance)
        except httpcore.TimeoutException as error:
            raise allowance.too_slow() from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise Fault(_("%(host)s broke off its answer.") % {"host": host}) from error
        finally:
            self._free_at[host] = self.clock() + self._pauses.get(host, PAUSE)
        if answer.status in COME_BACK_LATER:
            words = _("%(host)s asks us to come back later (%(status)s).") % {"host": host, "status": answer.status}
            self._shut[host] = Fault(words)
            raise self._shut[host]
        return answer

    def _exchange(self, url: httpcore.URL, headers: Mapping[str, str], allowance: Allowance) -> Answer:
        network = PublicNetwork(allowance, self.allowed, self.resolve, self.network)
        tls = self._tls if url.scheme == b"https" else None
        sent = {"User-Agent": user_agent(), "Accept-Encoding": "identity", "Connection": "close", **headers}
        with (
            httpcore.HTTPConnection(url.origin, ssl_context=tls, network_backend=network) as connection,
            connection.stream("GET", url, headers=list(sent.items())) as response,
        ):
            received = {name.decode().lower(): value.decode("utf-8", "replace") for name, value in response.headers}
            if response.status != 200:
                return Answer(response.status, received)
            if received.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
                raise Fault(_("The server compresses its pages though we ask it not to."))
            return Answer(response.status, received, b"".join(response.iter_stream()))

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return httpcore.default_ssl_context()


def user_agent() -> str:
    """Who asks, and whom to write to when we ask too much."""
    words = f"{settings.SITE_NAME}-source-check/1.0 (+{settings.SITE_URL}; {settings.CONTACT_EMAIL})"
    return words.encode("ascii", "replace").decode()


def join(base: str, address: str) -> str:
    """The address that stands on the page `base`. Raises Refused."""
    try:
        return urljoin(base, address)
    except ValueError:
        raise Refused(_("This address cannot be read.")) from None


def read_address(address: str) -> httpcore.URL:
    """Take an address apart and see whether we go to such a one at all. Raises Refused."""
    try:
        parts = urlsplit(address)
        host, port = punycode(parts.hostname or ""), parts.port
        target = iri_to_uri(f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}")
    except ValueError:
        raise Refused(_("This address cannot be read.")) from None
    if parts.scheme not in {"http", "https"}:
        raise Refused(_("Only addresses with http and https are read."))
    if not host:
        raise Refused(_("This address cannot be read."))
    if parts.username is not None or parts.password is not None:
        raise Refused(_("Addresses with a user’s name or a password are not read."))
    return httpcore.URL(scheme=parts.scheme.encode(), host=host.encode(), port=port, target=target.encode())
