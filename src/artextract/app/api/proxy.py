"""Behind a reverse proxy: who really asks, by which scheme and name, and below which path. Only proxies that the server
was told of are believed."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse

from artextract.app.serving import Network, is_prefix


class Proxied:
    """ASGI middleware around all others. The path below the prefix is what the others see; the prefix goes to
    ``Rooted``."""

    def __init__(self, app: Any, proxies: tuple[Network, ...], prefix: str = ""):
        self._app, self._proxies, self._prefix = app, proxies, prefix

    async def __call__(self, scope: dict, receive: Callable[[], Awaitable], send: Callable[[Any], Awaitable]) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        scope = dict(scope)
        prefix = self._prefix
        if scope.get("client") and self._trusts(scope["client"][0]):
            headers = Headers(scope=scope)
            client = self._client(headers.get("x-forwarded-for", ""), scope["client"][0])
            scope["client"] = (client, 0 if client != scope["client"][0] else scope["client"][1])
            if headers.get("x-forwarded-proto") in ("http", "https"):
                scope["scheme"] = headers["x-forwarded-proto"]
            if host := headers.get("x-forwarded-host", "").rpartition(",")[2].strip():
                others = [(name, value) for name, value in scope["headers"] if name != b"host"]
                scope["headers"] = [(b"host", host.encode("latin-1", "replace")), *others]
            given_prefix = headers.get("x-forwarded-prefix", "").rstrip("/")
            prefix = given_prefix if given_prefix and is_prefix(given_prefix) else prefix
        if prefix:
            if scope["path"] == prefix:
                return await RedirectResponse(f"{prefix}/", 308)(scope, receive, send)
            scope["prefix"] = prefix
            if scope["path"].startswith(f"{prefix}/"):  # else the proxy has taken it off
                scope["path"] = scope["path"].removeprefix(prefix)
        await self._app(scope, receive, send)

    def _trusts(self, address: str) -> bool:
        found = _address(address)
        return found is not None and any(found in network for network in self._proxies)

    def _client(self, forwarded: str, peer: str) -> str:
        """The last address that no proxy of ours has; what stands before it may be made up."""
        for text in reversed([part.strip() for part in forwarded.split(",") if part.strip()]):
            if _address(text) is None:
                return peer
            if not self._trusts(text):
                return text
            peer = text
        return peer


class Rooted:
    """ASGI middleware inside all others: the application is at the prefix, so that absolute addresses have it."""

    def __init__(self, app: Any):
        self._app = app

    async def __call__(self, scope: dict, receive: Callable[[], Awaitable], send: Callable[[Any], Awaitable]) -> None:
        if prefix := scope.get("prefix", ""):
            scope = {**scope, "root_path": prefix, "path": prefix + scope["path"]}
        await self._app(scope, receive, send)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found
