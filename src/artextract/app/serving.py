"""How a server is offered: to whom, behind what, within which limits. Plain values, from the options of "serve"."""

from __future__ import annotations

import ipaddress
import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from artextract.app.users import Users
from artextract.errors import InputError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LOOPBACK = ("127.0.0.0/8", "::1/128")
PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+)+")


@dataclass(frozen=True)
class Serving:
    """``public``: who is not signed in only reads, and writes to the parts that are ``allowed``.

    ``users`` may sign in; then the same holds for all others, and with ``closed`` they may not even read. ``rate``:
    requests a second for each address, None without limit. ``proxies``: whose X-Forwarded-* headers are believed;
    ``prefix``: the path below which the server is reached, such as "/art". ``access_log``: the file that every request
    is written to. ``metrics``: whether /metrics answers others than this machine. ``open_api``: whether the sites that
    may read pictures may read the other calls too. ``shared``: the folder of what several servers of one collection
    hold together."""

    public: bool = False
    allowed: frozenset[str] = frozenset()
    users: Users | None = None
    closed: bool = False
    rate: float | None = None
    proxies: tuple[Network, ...] = ()
    prefix: str = ""
    access_log: Path | None = field(default=None)
    metrics: bool = False
    open_api: bool = False
    shared: Path | None = None


def prefix_of(text: str) -> str:
    """ "/art" of "art/", "" of "/". Raises ``InputError`` for what is no path."""
    path = "/" + text.strip().strip("/")
    if path == "/":
        return ""
    if not is_prefix(path):
        raise InputError(f"'{text}' is not the path of an address", "give one such as /art", code="invalid-prefix")
    return path


def is_prefix(path: str) -> bool:
    return PREFIX.fullmatch(path) is not None and not {".", ".."} & set(path.split("/"))


def host_of(text: str) -> str:
    """The name of a host, also from an address such as "https://museum.example:8443/". Raises ``InputError``."""
    with suppress(ValueError):
        return str(ipaddress.ip_address(text))
    try:
        host = urlsplit(text if "://" in text else f"//{text}").hostname
    except ValueError:
        host = None
    if not host or re.search(r"[\s,*@]", text):
        raise InputError(f"'{text}' is not the name of a host", "give one such as museum.example", code="invalid-host")
    return host


def networks_of(given: list[str]) -> tuple[Network, ...]:
    """Addresses and networks of proxies; "loopback" is this machine. Raises ``InputError``."""
    found: list[Network] = []
    for text in given:
        for part in LOOPBACK if text == "loopback" else (text,):
            try:
                found.append(ipaddress.ip_network(part, strict=False))
            except ValueError:
                raise InputError(
                    f"'{text}' is not the address of a proxy",
                    "give an address or a network, such as 10.0.0.2 or 10.0.0.0/24",
                    code="invalid-proxy",
                ) from None
    return tuple(found)
