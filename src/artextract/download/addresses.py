"""Which addresses of the net may be asked: of the web, with a name that is one, outside the user's own network."""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

_SAFE = "!#$%&'()*+,/:;=?@[]~"  # what an address may hold as it is; blanks and other letters are encoded
_NAME = re.compile(r"[0-9a-z_-]{1,63}(\.[0-9a-z_-]{1,63}){0,20}")
_CARRYING = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address in its last 32 bits
_ALSO_SET_ASIDE = [
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # the whole, as RFC 6890 has it; a cloud's metadata is there
        "192.88.99.0/24",
        "168.63.129.16/32",  # a cloud's metadata, outside every range that is set aside
    )
]


@dataclass(frozen=True)
class Target:
    """An address taken apart.

    ``host`` in ASCII and lower case, without the dot of the root; ``path`` with the query, encoded."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def netloc(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == default_port(self.scheme) else f"{host}:{self.port}"


def default_port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def host_of(url: str) -> str:
    """The host's name in lower case, without the port and the dot of the root; "" where the address has none or is not
    http(s)."""
    try:
        parts = urlsplit(url)
        return (parts.hostname or "").rstrip(".") if parts.scheme in ("http", "https") else ""
    except ValueError:
        return ""


def target(url: str) -> Target:
    """Raises ``ValueError``, with a reason that ends a sentence, for what is no plain address of the web: another
    scheme, a name and password before the host, a host whose letters are encoded or are none of a name's."""
    parts = urlsplit(quote(url, safe=_SAFE))
    if parts.scheme not in ("http", "https"):
        raise ValueError("it begins with neither http nor https")
    if parts.username is not None or parts.password is not None:
        raise ValueError("it has a user's name before the host")
    host = (urlsplit(url).hostname or "").rstrip(".")
    if ":" in host and "%" not in host:
        host = str(ipaddress.IPv6Address(host))
    else:
        host = host.encode("idna").decode("ascii").lower()
        if not _NAME.fullmatch(host):
            raise ValueError("its host is no name")
    port = default_port(parts.scheme) if parts.port is None else parts.port
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    return Target(parts.scheme, host, port, path)


def is_usual(port: int) -> bool:
    """Whether a port is one where the web is served: 80, 443 and 8000 to 8999."""
    return port in (80, 443) or 8000 <= port <= 8999


def sounds_private(host: str) -> bool:
    """Whether a host's name alone tells that it is the user's own machine or network.

    Names of one part are looked up there, too."""
    host = host.rstrip(".")
    if host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not is_public(host)
    except ValueError:
        pass
    try:  # 127.1, 2130706433 and 0x7f.1 are addresses for the system
        return not is_public(socket.inet_ntoa(socket.inet_aton(host)))
    except (OSError, ValueError):
        return "." not in host


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open net: not of this machine, a private network, a link, a provider's own
    (100.64/10), a group, a cloud's metadata, and none that is set aside. What carries an IPv4 address is as that.
    Raises ``ValueError`` for what is no address."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.scope_id is not None:
            return False
        carried = ip.ipv4_mapped or ip.sixtofour
        if ip in _CARRYING:
            carried = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if carried is not None:
            return is_public(str(carried))
        if ip not in ipaddress.ip_network("2000::/3") or ip.teredo is not None:
            return False
    if ip.is_multicast or ip.is_reserved or ip.is_unspecified:
        return False
    return ip.is_global and not any(ip in network for network in _ALSO_SET_ASIDE)


def resolve(host: str, port: int) -> list[str]:
    """The IP addresses of a host, in the system's order; raises ``OSError``."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
