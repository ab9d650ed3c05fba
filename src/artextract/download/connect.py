"""One request over one connection: to the very address that was looked at, and within a time.

What stands behind a name can change between two look-ups (DNS rebinding), so a name is looked up once, the addresses
are judged, and one of those is connected to; TLS and the Host header still have the name. A proxy that the environment
names (``HTTP_PROXY``, ``HTTPS_PROXY``, ``NO_PROXY``) is used, since there may be no other way out. It looks names up by
itself; those that can be looked up here are judged here as well."""

from __future__ import annotations

import base64
import http.client
import io
import socket
import ssl
import time
import urllib.request
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

from artextract.download import addresses
from artextract.download.addresses import Target


class PrivateAddressError(OSError):
    """The host's addresses are all of the user's own machine or network."""


class TooSlowError(TimeoutError):
    """The time of the whole request is over."""


class Limit:
    """The time of one request, in seconds from ``start``; ``timeout`` without a byte."""

    def __init__(self, seconds: float, timeout: float):
        self._seconds, self._timeout = seconds, timeout
        self.start()

    def start(self) -> None:
        self._ends = time.monotonic() + self._seconds

    def extend(self, seconds: float) -> None:
        self._ends += seconds

    def next_wait(self) -> float:
        """How long the next wait may be; raises ``TooSlowError``."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TooSlowError
        return min(left, self._timeout)


def ask(to: Target, headers: Mapping[str, str], limit: Limit, private: bool = False) -> http.client.HTTPResponse:
    """The answer to a GET, whatever its status, its body not read yet; close it. ``private`` allows any address.

    Raises ``PrivateAddressError``, ``TooSlowError``, and otherwise ``OSError`` or ``http.client.HTTPException``."""
    through = None if addresses.sounds_private(to.host) else _proxy(to)
    if through is not None and not private:
        _judge_beforehand(to)
    known: dict[str, str] = {}
    if through is None:
        connection, path = _direct(to, limit, private), to.path
    else:
        connection, path, known = _behind(through, to, limit)
    connection.response_class = lambda sock, *args, **kwargs: _Response(sock, limit, *args, **kwargs)  # type: ignore[assignment]
    try:
        connection.request("GET", path, headers={"Host": to.netloc, "Connection": "close", **known, **headers})
        answer = connection.getresponse()
        if connection.sock is not None:
            connection.sock.close()  # what is open stays so until the answer is closed
        return answer
    except BaseException:
        connection.close()
        raise


def _direct(to: Target, limit: Limit, private: bool) -> http.client.HTTPConnection:
    found = addresses.resolve(to.host, to.port)
    allowed = found if private else [address for address in found if addresses.is_public(address)]
    if not allowed:
        raise PrivateAddressError(", ".join(found))
    failure: OSError = OSError("it has no address")
    for address in allowed:
        try:
            sock = socket.create_connection((address, to.port), limit.next_wait())
            break
        except OSError as error:
            failure = error
    else:
        raise failure
    connection = _connection(to.scheme, to.host, to.port)
    try:
        sock.settimeout(limit.next_wait())
        connection.sock = _trust().wrap_socket(sock, server_hostname=to.host) if to.scheme == "https" else sock
    except BaseException:
        sock.close()
        raise
    return connection


def _connection(scheme: str, host: str, port: int, timeout: float = 30.0) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=timeout, context=_trust())
    return http.client.HTTPConnection(host, port, timeout=timeout)


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def _proxy(to: Target) -> str | None:
    address = urllib.request.getproxies().get(to.scheme)
    return None if not address or urllib.request.proxy_bypass(to.host) else address


def _behind(proxy: str, to: Target, limit: Limit) -> tuple[http.client.HTTPConnection, str, dict[str, str]]:
    """The connection, what to ask it for, and the headers that the proxy wants."""
    parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise OSError(f"the proxy '{parts.scheme}://{parts.hostname}' is of a kind that is not supported")
    known = {}
    if parts.username is not None:
        secret = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        known["Proxy-Authorization"] = f"Basic {base64.b64encode(secret.encode()).decode()}"
    port = parts.port or addresses.default_port(parts.scheme)
    connection = _connection(to.scheme, parts.hostname, port, limit.next_wait())
    if to.scheme == "https":
        connection.set_tunnel(to.host, to.port, headers=known)
        return connection, to.path, {}
    return connection, f"http://{to.netloc}{to.path}", known


def _judge_beforehand(to: Target) -> None:
    try:
        found = addresses.resolve(to.host, to.port)
    except OSError:
        return  # only the proxy knows it
    if not any(map(addresses.is_public, found)):
        raise PrivateAddressError(", ".join(found))


class _Response(http.client.HTTPResponse):
    """Its head and body are read through ``_Timed``."""

    def __init__(self, sock: socket.socket, limit: Limit, *args: Any, **kwargs: Any):
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_Timed(self.fp.detach(), sock, limit))  # type: ignore[attr-defined]


class _Timed(io.RawIOBase):
    def __init__(self, raw: io.RawIOBase, sock: socket.socket, limit: Limit):
        self._raw, self._sock, self._limit = raw, sock, limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._limit.next_wait())
        try:
            return self._raw.readinto(buffer)  # type: ignore[attr-defined, no-any-return]
        except TimeoutError:
            self._limit.next_wait()  # raises where it is the whole time that is over
            raise

    def close(self) -> None:
        self._raw.close()
        super().close()
