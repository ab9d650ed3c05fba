"""Who may do what: everybody all of it, or everybody reading and those who signed in the rest. What nobody thought of
is refused: a call that is not known to read only counts as writing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from contextvars import ContextVar
from typing import Any

from fastapi.routing import APIRoute
from starlette.datastructures import Headers

from artextract.app.serving import Serving
from artextract.app.sessions import OwnSessions, Sessions, SharedSessions
from artextract.app.shared import Shared
from artextract.app.users import Users
from artextract.errors import InputError

COOKIE = "artextract"
READS = {
    f"/api/{name}"
    for name in ("search", "motifs", "predict", "compare", "embeddings", "export", "selection", "map/chosen")
}
"""Calls by POST that only read."""
ALWAYS = {"/api/session", "/api/health", "/api/sign-in", "/api/sign-out"}
"""Calls that are answered to everybody: who signs in needs them, and they tell nothing of the collection."""
GUARDED = ("/api/", "/iiif/")
"""What the paths of all calls begin with; the rest are the page's own files."""
RESTRICTED = ("upload", "review", "study", "jobs")
"""Parts that are switched off as a whole for those who only read, the reading of them too."""
_PARTS = {"uploads": "upload", "added": "add", "updating": "add"}
_visitor: ContextVar[str | None] = ContextVar("visitor", default=None)


def part_of(path: str) -> str:
    """What ``--allow`` calls the part of the application that a path belongs to: that of /api/uploads is "upload"."""
    name = path.removeprefix("/api").split("/", 2)[1] if path.startswith(GUARDED) else ""
    return _PARTS.get(name, name)


def visitor() -> str | None:
    """The name under which the visitor of this request signed in."""
    return _visitor.get()


def acting(name: str) -> str:
    """Who decides or judges: who signed in, else the name that the visitor gives."""
    return visitor() or name


class Access:
    """The rules of one server. ``shared``: what it holds together with others, None where it is alone."""

    def __init__(self, serving: Serving = Serving()):
        self.users: Users | None = serving.users
        self.shared = None if serving.shared is None else Shared(serving.shared)
        self.sessions: Sessions = OwnSessions() if self.shared is None else SharedSessions(self.shared)
        self._serving = serving

    def check_parts(self, routes: Iterable[Any]) -> None:
        """Raises ``InputError`` where a part is to be allowed that there is not."""
        known = set(RESTRICTED) | writing_parts(routes)
        for name in sorted(self._serving.allowed - known):
            raise InputError(
                f"there is no part '{name}' that could be allowed",
                f"choose of: {', '.join(sorted(known))}",
                code="unknown-part",
            )

    def has(self, part: str) -> bool:
        """Whether who asks now may use a part."""
        restricted = self._serving.public or self.users is not None
        return not restricted or visitor() is not None or part in self._serving.allowed

    def refusal(self, method: str, path: str) -> tuple[int, str, str, str] | None:
        """Status, message, hint and code where a request is refused, else None."""
        if not path.startswith(GUARDED) or path in ALWAYS:
            return None
        part = part_of(path)
        reads = method in ("GET", "HEAD", "OPTIONS") or (method == "POST" and path in READS)
        closed = self._serving.closed and self.users is not None and visitor() is None
        if not closed and (self.has(part) or (reads and part not in RESTRICTED)):
            return None
        if self.users is not None:
            return 401, "this is for those who signed in", "sign in with your name and password", "sign-in-needed"
        return (
            403,
            f"this server is read-only: '{part}' is switched off",
            f"start it with: artextract serve COLLECTION --public --allow {part}",
            "read-only",
        )


def writing_parts(routes: Iterable[Any]) -> set[str]:
    """The parts that have calls which write."""
    return {
        part_of(path)
        for path, methods in _calls(routes)
        if path.startswith("/api/") and path not in READS | ALWAYS and methods - {"GET", "HEAD"}
    }


def parts_of(routes: Iterable[Any]) -> set[str]:
    """The parts of all calls."""
    return {part_of(path) for path, _ in _calls(routes)} - {""}


def _calls(routes: Iterable[Any]) -> Iterable[tuple[str, set[str]]]:
    return ((route.path, set(route.methods or ())) for route in routes if isinstance(route, APIRoute))


class Gate:
    """ASGI middleware: says who asks, from the cookie, and refuses what they may not do."""

    def __init__(self, app: Any, access: Access, refuse: Callable[..., Any]):
        self._app, self._access, self._refuse = app, access, refuse

    async def __call__(self, scope: dict, receive: Callable[[], Awaitable], send: Callable[[Any], Awaitable]) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        secret = cookie_of(Headers(scope=scope).get("cookie", ""))
        name = self._access.sessions.name_of(secret) if secret and self._access.users else None
        token = _visitor.set(name)
        try:
            if name:
                scope["visitor"] = name
                scope.get("facts", {})["visitor"] = name
            refused = self._access.refusal(scope["method"], scope["path"])
            if refused is not None:
                return await self._refuse(*refused[:3], code=refused[3])(scope, receive, send)
            await self._app(scope, receive, send)
        finally:
            _visitor.reset(token)


def cookie_of(header: str) -> str:
    """The value of our cookie, whatever the cookies of others on this host look like; the first, since that of the
    longest path comes first (RFC 6265)."""
    for pair in header.split(";"):
        name, _, value = pair.partition("=")
        if name.strip() == COOKIE:
            return value.strip()
    return ""
