"""What stands before every request: which names of this machine are answered to, the headers of every answer, the token
of every write, and how errors are answered."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from weakref import WeakKeyDictionary

from fastapi import Depends, FastAPI, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from artextract.app.api.rates import PICTURES
from artextract.app.api.workspace import ForbiddenError, NotFoundError, Workspace
from artextract.app.jobs import of_store, public_words
from artextract.errors import ArtExtractError, InputError

TOKEN_HEADER = "X-ArtExtract-Token"
ABSENT = "absent=null"
"""The header ``Prefer`` (RFC 7240) of who wants null, and no error, for what is not there."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")
BODY_BYTES = 8 * 2**20
"""The longest body of a request; files have their own limit, at FILES."""
ALL_BODY_BYTES = 256 * 2**20
"""What the bodies of all requests under way may have brought together, files left out."""
BODY_SECONDS, BODY_RATE = 30.0, 10_000
"""A body has that many seconds, and one more for each so many bytes that have come."""
FILES = ("/api/uploads", "/api/added")
ADDRESS_BYTES = 32 * 2**10
"""The longest address with its query; a hundred filters of three hundred letters."""
TOO_LONG = f"the request is longer than {BODY_BYTES >> 20} MB"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


LATER = {"Retry-After": "5"}
_LAST = {"Connection": "close"}
"""Who sends slowly is not waited for any longer; of other requests that are answered early the rest is thrown away, so
that the visitor comes to read the answer."""
_CODES = {408: "request-too-slow", 413: "request-too-long", 414: "address-too-long", 503: "too-busy"}


class ErrorText(BaseModel):
    """``code`` names the kind of error for programs and stays when the wording changes."""

    message: str
    hint: str
    code: str


class ErrorAnswer(BaseModel):
    """What every answer from status 400 up has: a sentence on what happened and one on what to do."""

    error: ErrorText


class Guard:
    """ASGI middleware. A page elsewhere could have its own host name resolve to this machine and then read what we
    serve, so only known names are answered to; a bare address cannot be such a name. ``hosts``: names beside those of
    the loopback; ``addresses`` allows any address, for a server that listens to a network. Every answer has the
    headers, that to a defect too; HEAD is answered as GET without the body."""

    def __init__(self, app: Any, hosts: tuple[str, ...] = (), addresses: bool = False):
        self._body_seconds, self._held = BODY_SECONDS, 0
        self._app, self._hosts, self._addresses = app, {name.casefold() for name in (*LOOPBACK, *hosts)}, addresses

    async def __call__(self, scope: dict, receive: Callable[[], Awaitable], send: Callable[[Any], Awaitable]) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        asked, read, started, head = Headers(scope=scope), 0, False, scope["method"] == "HEAD"
        begun, whole = time.monotonic(), False

        async def with_headers(message: Any) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers.setdefault("Cache-Control", "no-cache" if not scope["path"].startswith("/api/") else "no-store")
            elif head:
                message = {**message, "body": b""}
            await send(message)

        async def no_more_than_is_taken() -> Any:
            nonlocal read, whole
            if whole:
                return await receive()  # which waits for the visitor to go away
            left = begun + self._body_seconds + read / BODY_RATE - time.monotonic()
            try:
                message = await asyncio.wait_for(receive(), max(0.0, left))
            except TimeoutError:
                raise HTTPException(408, "the request came too slowly to its end", _LAST) from None
            got = len(message.get("body", b""))
            read += got
            whole = not message.get("more_body", False)
            if scope["path"] not in FILES:
                self._held += got
                if read > BODY_BYTES:
                    raise HTTPException(413, TOO_LONG)
                if self._held > ALL_BODY_BYTES:
                    raise HTTPException(503, "too much is being sent to this server at once")
            return message

        host, length = _host_name(asked.get("host", "")), asked.get("content-length", "")
        if host not in self._hosts and not (self._addresses and _is_address(host)):
            refused = error_answer(
                403,
                f"this server does not answer to the name '{host}'",
                "allow it with: artextract serve --allow-host NAME",
                code="host-not-allowed",
            )
            return await refused(scope, receive, with_headers)
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > ADDRESS_BYTES:
            refused = error_answer(
                414,
                f"the address is longer than {ADDRESS_BYTES >> 10} KB",
                "ask for less at once, or send it as the body of a POST where there is one",
                code="address-too-long",
            )
            return await refused(scope, receive, with_headers)
        if scope["path"] not in FILES and length.isdecimal() and int(length[:20]) > BODY_BYTES:
            refused = error_answer(413, TOO_LONG, "send less at once", code="request-too-long")
            return await refused(scope, receive, with_headers)
        try:
            await self._app({**scope, "method": "GET"} if head else scope, no_more_than_is_taken, with_headers)
        except ClientDisconnect:
            return
        except Exception:
            if not started:
                await error_answer(
                    500,
                    "the server failed to answer this",
                    "this is a defect of ArtExtract; please report it",
                    code="server-error",
                )(scope, receive, with_headers)
            raise  # to be logged
        finally:
            if scope["path"] not in FILES:
                self._held -= read


def require_token(workspace: Workspace) -> Callable[..., None]:
    """A dependency of routes that write: refuses requests without the token that only our own page can read."""

    def check(token: str = Header("", alias=TOKEN_HEADER, description="from GET /api/session")) -> None:
        if not hmac.compare_digest(token.encode(), workspace.token.encode()):
            raise ForbiddenError(
                "this request does not come from the page of this server, or the server was started anew",
                "load the page again",
                code="wrong-token",
            )

    return check


class Slots:
    """Room for so many at once, per event loop: a server has one, clients of tests have several."""

    def __init__(self, count: int):
        self._count = count
        self._by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

    def slot(self) -> asyncio.Semaphore:
        return self._by_loop.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(self._count))


def at_most(count: int) -> Any:
    """A dependency of routes that take long: ``count`` of their requests are worked on at once. Others wait without
    holding one of the server's threads, so that all else is still answered; for who has gone away meanwhile nothing is
    done."""
    slots = Slots(count)

    async def wait(request: Request) -> AsyncIterator[None]:
        await request.body()
        async with slots.slot():
            if await request.is_disconnected():
                raise HTTPException(400, "nobody waits for this any longer")
            yield

    return Depends(wait, scope="function")


def add_error_handlers(app: FastAPI, lost: Callable[[Request], Response]) -> None:
    """``lost`` is what a browser gets at an address that leads nowhere; programs get an error."""

    @app.exception_handler(ArtExtractError)
    def known_error(_: Request, error: ArtExtractError) -> JSONResponse:
        message, hint = public_words(error)
        asked = 400 if isinstance(error, InputError) else 422
        status = 503 if of_store(error) else getattr(error, "status", asked)
        return error_answer(status, message, hint, LATER if status in (429, 503) else None, code=error.code)

    @app.exception_handler(NotFoundError)
    def not_there(request: Request, error: NotFoundError) -> JSONResponse:
        # A browser writes every refused request into its console; a link to what has gone is no fault of the page.
        wanted = {part.strip().lower() for part in request.headers.get("prefer", "").split(",")}
        if ABSENT in wanted and request.method == "GET" and not request.url.path.startswith(PICTURES):
            return JSONResponse(None, headers={"Vary": "Prefer", "Preference-Applied": ABSENT})
        return known_error(request, error)

    @app.exception_handler(RequestValidationError)
    def wrong_request(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        return error_answer(
            422,
            f"{'.'.join(map(str, first['loc'][1:])) or 'the request'}: {first['msg']}",
            "see /docs for what this call takes",
        )

    @app.exception_handler(UnicodeEncodeError)
    def not_text(_: Request, error: UnicodeEncodeError) -> JSONResponse:
        return error_answer(422, "the request has half a character in it", "send text in UTF-8")

    @app.exception_handler(HTTPException)
    def no_such_page(request: Request, error: HTTPException) -> Response:
        wants_page = "text/html" in request.headers.get("accept", "")
        if error.status_code == 404 and wants_page and not request.url.path.startswith(("/api/", "/iiif/")):
            return lost(request)
        code = _CODES.get(error.status_code, "invalid-request")
        headers = {**(error.headers or {}), **(LATER if error.status_code == 503 else {})}
        return error_answer(error.status_code, str(error.detail), "", headers or None, code)


def error_answer(
    status: int, message: str, hint: str, headers: Any = None, code: str = "invalid-request"
) -> JSONResponse:
    # Half a character of the request may stand in the texts.
    texts = {"message": message, "hint": hint, "code": code}
    answer = {name: text.encode("utf-8", "replace").decode() for name, text in texts.items()}
    return JSONResponse({"error": answer}, status, headers=headers)


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
