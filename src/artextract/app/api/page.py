"""The files of the page, under their version and under their own names."""

from __future__ import annotations

import re
import time
from html import escape
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from artextract.app.page import PageFiles, state_of

WEB = Path(__file__).parents[1] / "web"
CHECKED_EVERY = 1.0
"""Seconds between two looks whether the files have been changed, as by an update under a running server."""
FOR_GOOD = "public, max-age=31536000, immutable"
_VERSIONED = re.compile(r"files/(\w+)/(.+)")
TYPES = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml", "txt": "text/plain"}
"""Said here, since the registry of a Windows machine may call JavaScript plain text, which browsers do not run."""


class Page:
    """ASGI application of the files in ``folder``."""

    def __init__(self, folder: Path = WEB):
        self._folder, self._looked = folder, time.monotonic()
        self._files = PageFiles(folder)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self._answer(Request(scope))(scope, receive, send)

    def lost(self, request: Request) -> Response:
        """What a browser gets at an address that leads nowhere."""
        root = escape(request.scope.get("root_path", "").rstrip("/"))
        return HTMLResponse(self._now().document("lost.html", f"{root}/"), 404)

    def document(self, request: Request, name: str) -> Response:
        """An HTML file; it names the files of its version, so that it is asked for at every visit."""
        files = self._now()
        text = files.document(name)
        if text is None or name == "lost.html":
            raise HTTPException(404)
        return _sent(request, text.encode(), "text/html", f"{files.version}-document")

    def _answer(self, request: Request) -> Response:
        if request.method != "GET":  # HEAD comes as GET
            raise HTTPException(405)
        path = request.url.path.removeprefix(request.scope.get("root_path", "")).lstrip("/") or "index.html"
        if path.endswith(".html"):
            return self.document(request, path)
        files, versioned = self._now(), _VERSIONED.fullmatch(path)
        name = versioned[2] if versioned else path
        packs = "gzip" in request.headers.get("accept-encoding", "")
        content = files.packed(name) if packs else files.file(name)
        if content is None:
            raise HTTPException(404)
        headers = {"Content-Encoding": "gzip"} if packs else {}
        if versioned and versioned[1] == files.version:
            headers["Cache-Control"] = FOR_GOOD
        return _sent(request, content, TYPES[name.rpartition(".")[2]], files.version, headers)

    def _now(self) -> PageFiles:
        if time.monotonic() > self._looked + CHECKED_EVERY:
            self._looked = time.monotonic()
            if state_of(self._folder) != self._files.state:
                self._files = PageFiles(self._folder)
        return self._files


def _sent(request: Request, content: bytes, kind: str, tag: str, headers: dict[str, str] | None = None) -> Response:
    """With a tag, so that who has it already is told so without getting it."""
    sent_headers = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding", "ETag": f'W/"{tag}"', **(headers or {})}
    if sent_headers["ETag"] in [one.strip() for one in request.headers.get("if-none-match", "").split(",")]:
        return Response(
            status_code=304, headers={name: sent_headers[name] for name in ("Cache-Control", "Vary", "ETag")}
        )
    return Response(content, media_type=kind, headers=sent_headers)
