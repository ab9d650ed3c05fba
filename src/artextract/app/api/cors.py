"""Which other sites may read the documents of IIIF and the pictures, so that their viewers can show them
(https://fetch.spec.whatwg.org/#http-cors-protocol). Nothing else is opened, and nothing that writes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response

from artextract.errors import InputError

OPEN = ("/api/iiif/", "/api/images/", "/iiif/")
"""What the paths begin with that other sites may read."""
METHODS = "GET, HEAD, OPTIONS"
NEVER = ("/api/session", "/api/sign-in", "/api/sign-out")
"""Calls that stay closed where all others are opened: the token of writes is for our own page."""
DAY = "86400"


def origins_of(given: Iterable[str]) -> tuple[str, ...]:
    """Origins as browsers send them: "https://Viewer.example/" as "https://viewer.example"; "*" is every site. Raises
    ``InputError`` for what is no origin."""
    found = []
    for text in given:
        origin = "*" if text.strip() == "*" else _origin(text.strip().casefold())
        if origin is None:
            raise InputError(
                f"'{text}' is not the origin of a site",
                "give one such as https://viewer.example or http://localhost:3000, or * for all",
                code="invalid-origin",
            )
        found.append(origin)
    return tuple(dict.fromkeys(found))


def _origin(text: str) -> str | None:
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    usual = {"http": ":80", "https": ":443"}.get(parts.scheme)
    if (
        usual is None
        or not parts.netloc
        or "@" in parts.netloc
        or parts.path.strip("/")
        or parts.query
        or parts.fragment
    ):
        return None
    return f"{parts.scheme}://{parts.netloc.removesuffix(usual)}"


class CrossOrigin:
    """ASGI middleware. ``all_calls`` opens those that search and tell too; those that write need the token, which no
    other site gets, and no cookie is sent along. Requests that ask before (preflight) are answered here."""

    def __init__(self, app: Any, origins: tuple[str, ...], all_calls: bool = False):
        self._app, self._origins, self._all_calls = app, origins, all_calls

    def _opens(self, path: str) -> bool:
        return path.startswith(OPEN) or (self._all_calls and path.startswith("/api/") and path not in NEVER)

    async def __call__(self, scope: dict, receive: Callable[[], Awaitable], send: Callable[[Any], Awaitable]) -> None:
        origin = Headers(scope=scope).get("origin", "") if scope["type"] == "http" else ""
        allowed = "*" if "*" in self._origins else origin if origin.casefold() in self._origins else None
        if scope["type"] != "http" or not self._opens(scope["path"]):
            return await self._app(scope, receive, send)
        if scope["method"] == "OPTIONS" and origin:
            return await self._preflight(scope, allowed)(scope, receive, send)

        async def opened(message: Any) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if "*" not in self._origins:
                    headers.add_vary_header("Origin")
                if allowed and origin:
                    headers["Access-Control-Allow-Origin"] = allowed
                    headers["Access-Control-Expose-Headers"] = "Content-Length, Content-Type, Link"
                if allowed or not origin:  # a picture in a page is asked for without an origin
                    headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            await send(message)

        await self._app(scope, receive, opened)

    def _preflight(self, scope: dict, allowed: str | None) -> Response:
        headers = {} if "*" in self._origins else {"Vary": "Origin"}
        if allowed:
            asked = Headers(scope=scope)
            headers |= {
                "Access-Control-Allow-Origin": allowed,
                "Access-Control-Allow-Methods": f"{METHODS}, POST" if self._all_calls else METHODS,
                "Access-Control-Max-Age": DAY,
            }
            if names := asked.get("access-control-request-headers"):
                headers["Access-Control-Allow-Headers"] = names
            if asked.get("access-control-request-private-network") == "true":
                headers["Access-Control-Allow-Private-Network"] = "true"
        return Response(status_code=204 if allowed else 403, headers=headers)
