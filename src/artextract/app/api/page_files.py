"""The page's own files. Its documents name them below an address that changes with any of them, so that a browser keeps
them and asks for none of the hundred again, and never shows those of two versions together."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse, Response
from fastapi.staticfiles import StaticFiles

WEB = Path(__file__).parents[1] / "web"
FOREVER = "public, max-age=31536000, immutable"
_NAMED = re.compile(r'((?:href|src)="(?:\{\{root}})?)([\w./-]+\.(?:css|js|svg)")', re.ASCII)
_BELOW = re.compile(r"files/([0-9a-f]+)/(.+)")


def version(folder: Path = WEB) -> str:
    """16 hex digits that change when a file does, or comes, or goes; about a millisecond, so that who works on the page
    need not start the server anew."""
    states = []
    for below, _, names in os.walk(folder):
        for name in names:
            state = os.stat(os.path.join(below, name))
            states.append((below, name, state.st_size, state.st_mtime_ns))
    return hashlib.sha256(repr(sorted(states)).encode()).hexdigest()[:16]


def document(name: str, root: str = "") -> str:
    """An HTML file of the page, which names the others below their address; ``root`` stands for {{root}}."""
    text = (WEB / name).read_text(encoding="utf-8")
    return _NAMED.sub(rf"\1files/{version()}/\2", text).replace("{{root}}", root)


class PageFiles(StaticFiles):
    """Serves ``WEB``: documents at their names, the index at the root, and all else also below files/VERSION/, where it
    may be kept."""

    def __init__(self) -> None:
        super().__init__(directory=WEB)

    async def get_response(self, path: str, scope: Any) -> Response:
        name = "index.html" if path == "." else path.replace(os.sep, "/")
        below = _BELOW.fullmatch(name)
        answer = await super().get_response(os.path.normpath(below[2] if below else name), scope)
        if below is None and name.endswith(".html"):
            return HTMLResponse(document(name))
        if below is not None and below[1] == version():
            answer.headers["Cache-Control"] = FOREVER
        return answer
