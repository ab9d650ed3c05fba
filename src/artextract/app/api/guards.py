"""What stands before every request: which names of this machine are answered to, the headers of every answer, the token of every write, and how errors are told."""

from __future__ import annotations

import hmac
import ipaddress
from typing import Any, Awaitable, Callable

from fastapi import FastAPI, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException

from artextract.app.api.workspace import ForbiddenError, Workspace
from artextract.errors import ArtExtractError, InputError

TOKEN_HEADER = "X-ArtExtract-Token"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class ErrorText(BaseModel):
    message: str
    hint: str


class ErrorAnswer(BaseModel):
    """What every answer from status 400 up has: a sentence on what happened and one on what to do."""

    error: ErrorText


class Guard:
    """ASGI middleware. A page elsewhere could have its own host name resolve to this machine and then read what we serve, so only known names are answered to; a bare address
    cannot be such a name. ``hosts``: names beside those of the loopback; ``addresses`` allows any address, for a server that listens to a network."""

    def __init__(self, app: Any, hosts: tuple[str, ...] = (), addresses: bool = False):
        self._app, self._hosts, self._addresses = app, {name.casefold() for name in (*LOOPBACK, *hosts)}, addresses

    async def __call__(self, scope: dict, receive: Callable[[], Awaitable], send: Callable[[Any], Awaitable]) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers.setdefault("Cache-Control", "no-cache" if not scope["path"].startswith("/api/") else "no-store")
            await send(message)

        host = _host_name(Headers(scope=scope).get("host", ""))
        if host in self._hosts or (self._addresses and _is_address(host)):
            return await self._app(scope, receive, with_headers)
        refused = error_answer(403, f"this server does not answer to the name '{host}'", "allow it with: artextract serve --allow-host NAME")
        await refused(scope, receive, with_headers)


def require_token(workspace: Workspace) -> Callable[..., None]:
    """A dependency of routes that write: refuses requests without the token that only our own page can read."""

    def check(token: str = Header("", alias=TOKEN_HEADER, description="from GET /api/session")) -> None:
        if not hmac.compare_digest(token.encode(), workspace.token.encode()):
            raise ForbiddenError("this request does not come from the page of this server, or the server was started anew", "load the page again")

    return check


def add_error_handlers(app: FastAPI) -> None:
    @app.exception_handler(ArtExtractError)
    def known_error(_: Request, error: ArtExtractError) -> JSONResponse:
        return error_answer(getattr(error, "status", 400 if isinstance(error, InputError) else 422), error.message, error.hint)

    @app.exception_handler(RequestValidationError)
    def wrong_request(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        return error_answer(422, f"{'.'.join(map(str, first['loc'][1:])) or 'the request'}: {first['msg']}", "see /docs for what this call takes")

    @app.exception_handler(HTTPException)
    def no_such_page(_: Request, error: HTTPException) -> JSONResponse:
        return error_answer(error.status_code, str(error.detail), "", error.headers)


def error_answer(status: int, message: str, hint: str, headers: Any = None) -> JSONResponse:
    return JSONResponse({"error": {"message": message, "hint": hint}}, status, headers=headers)


def _host_name(header: str) -> str:
    """ "[::1]:8000" as "::1", "localhost:8000" as "localhost"."""
    if header.startswith("["):
        return header[1:].partition("]")[0].casefold()
    return header.partition(":")[0].casefold()


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
