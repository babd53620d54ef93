"""The way out: to public addresses alone, and only for so long and so many bytes."""

import ipaddress
import socket
import ssl
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpcore
from django.utils.translation import gettext as _

type IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
type Resolver = Callable[[str, int], Iterable[str]]
type Clock = Callable[[], float]

PORTS = {80, 443}
ADDRESSES_TRIED = 4  # of one host
CONNECT_SECONDS = 8.0  # for each of them
HANDED_OUT = ipaddress.IPv6Network("2000::/3")  # all of IPv6 that anybody may have; the rest has some special use
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
AZURE_PLATFORM = ipaddress.IPv4Address("168.63.129.16")  # looks public, answers inside each machine of that cloud


class Fault(Exception):
    """Why a page could not be read, in a sentence for editors."""


class Refused(Fault):
    """We do not go to such an address."""


class Unreachable(Fault):
    """Nobody answered at all: the host is away, or our network is."""


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, by the machine's own resolver. Raises OSError, and ValueError for what is no name."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def is_public(address: IPAddress) -> bool:
    """May we go there? Never to this machine, its neighbours or a cloud's own services, however they are written."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address in NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        return address in HANDED_OUT and address.is_global  # 6to4 and Teredo are not
    return address.is_global and not address.is_multicast and address != AZURE_PLATFORM


@dataclass
class Allowance:
    """What reading one page may still cost; only the time between `running` and its end counts."""

    clock: Clock
    seconds: float
    size: int  # bytes
    total_seconds: float = field(init=False)
    total_size: int = field(init=False)
    _ends_at: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self.total_seconds, self.total_size = self.seconds, self.size

    @contextmanager
    def running(self) -> Iterator[None]:
        self._ends_at = self.clock() + self.seconds
        try:
            yield
        finally:
            self.seconds = self._ends_at - self.clock()

    def seconds_left(self) -> float:
        """Seconds that are left, more than none. Raises Fault."""
        left = self._ends_at - self.clock()
        if left <= 0:
            raise self.too_slow()
        return left

    def take(self, size: int) -> None:
        """Count some bytes. Raises Fault when they are too many."""
        self.size -= size
        if self.size < 0:
            raise Fault(_("The page is larger than %(size)s KB.") % {"size": self.total_size // 1024})

    def too_slow(self) -> Fault:
        return Fault(_("Reading the page took longer than %(seconds)g seconds.") % {"seconds": self.total_seconds})


@dataclass
class PublicNetwork(httpcore.NetworkBackend):
    """Connects to the very address that it has judged: a name that is another address a moment later gains nothing.

    allowed: pairs of address and port that are let through besides; for tests, which have their own server.
    """

    allowance: Allowance
    allowed: Collection[tuple[str, int]] = ()
    resolve: Resolver = resolve
    network: httpcore.NetworkBackend = field(default_factory=httpcore.SyncBackend)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        failed: Exception | None = None
        for address in self._judged(host, port)[:ADDRESSES_TRIED]:
            seconds = min(CONNECT_SECONDS, self.allowance.seconds_left())
            try:
                stream = self.network.connect_tcp(address, port, seconds, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
            else:
                return LimitedStream(stream, self.allowance)
        raise Unreachable(_("%(host)s cannot be reached.") % {"host": host}) from failed

    def _judged(self, host: str, port: int) -> list[str]:
        """The addresses of a host, once all of them have been found public."""
        try:
            addresses = [ipaddress.ip_address(text) for text in dict.fromkeys(self.resolve(host, port))]
        except OSError as error:
            raise Unreachable(_("There is no address for %(host)s.") % {"host": host}) from error
        except ValueError as error:
            raise Refused(_("%(host)s is not the name of a host.") % {"host": host}) from error
        for address in addresses:
            if (str(address), port) in self.allowed:
                continue
            if not is_public(address):
                raise Refused(_("%(host)s is not on the public internet.") % {"host": host})
            if port not in PORTS:
                raise Refused(_("Port %(port)s is not one of the web.") % {"port": port})
        return [str(address) for address in addresses]


@dataclass
class LimitedStream(httpcore.NetworkStream):
    """A connection that ends with a fault as soon as the allowance is used up."""

    stream: httpcore.NetworkStream
    allowance: Allowance

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self.stream.read(max_bytes, self.allowance.seconds_left())
        self.allowance.take(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, self.allowance.seconds_left())

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        try:
            stream = self.stream.start_tls(ssl_context, server_hostname, self.allowance.seconds_left())
        except Exception as error:
            self.close()
            if not isinstance(error, httpcore.ConnectError):
                raise
            if isinstance(error.__cause__, ssl.SSLCertVerificationError):
                raise Fault(_("The certificate of %(host)s is not valid.") % {"host": server_hostname}) from error
            raise Fault(_("%(host)s makes no secure connection.") % {"host": server_hostname}) from error
        return LimitedStream(stream, self.allowance)

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)
