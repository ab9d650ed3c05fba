"""A museum's server on this machine for documents of IIIF: any image of it exists, and any image service."""

from __future__ import annotations

import functools
import io
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from scripts.campaign.material import picture


@functools.cache
def _jpeg(seed: int, width: int, height: int) -> bytes:
    stream = io.BytesIO()
    picture(seed, width, height).save(stream, "JPEG")
    return stream.getvalue()


class Museum:
    """``documents`` maps a path, such as "/m/1.json", to the JSON that is answered there."""

    def __init__(self, url: str):
        self.url = url
        self.documents: dict[str, Any] = {}

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, media type and body."""
        if path in self.documents:
            return 200, "application/json", json.dumps(self.documents[path]).encode()
        if path.endswith("/info.json"):
            return 200, "application/json", json.dumps(self._service(path.removesuffix("/info.json"))).encode()
        if re.search(r"\.(jpe?g|png|tiff?)$", path):
            wide = re.search(r"/full/!?(\d{2,3}),", path)
            width = min(int(wide[1]), 200) if wide else 96
            return 200, "image/jpeg", _jpeg(sum(path.encode()) % 50, width, max(16, width * 3 // 4))
        return 404, "text/plain", b"not here"

    def _service(self, path: str) -> dict[str, Any]:
        return {
            "@context": "http://iiif.io/api/image/2/context.json",
            "@id": self.url + path,
            "protocol": "http://iiif.io/api/image",
            "width": 800,
            "height": 600,
            "profile": ["http://iiif.io/api/image/2/level2.json"],
        }


@contextmanager
def museum() -> Iterator[Museum]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, body = here.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    here = Museum(f"http://127.0.0.1:{server.server_address[1]}")
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()
