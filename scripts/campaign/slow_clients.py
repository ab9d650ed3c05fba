"""Visitors who never finish: uploads sent by half, headers that drip. The server's memory stays bounded and all other
visitors are answered."""

from __future__ import annotations

import contextlib
import json
import socket
import time
import urllib.request
from pathlib import Path

from artextract.app.api.guards import TOKEN_HEADER
from scripts.campaign.material import indexed_collection
from scripts.campaign.served import megabytes, serving
from scripts.campaign.tally import Tally

ANSWER = 5.0
"""Seconds within which others are answered, in the long form."""
MEMORY = 256.0
"""Megabytes that all unfinished requests together may add."""
CLAIMED, SENT = 60_000_000, 20_000_000
"""Bytes that an upload announces, and that it sends."""


def slow_clients(
    tally: Tally, numbers: range, work: Path, sent: int = SENT, seconds: float = 20.0, answer: float = ANSWER
) -> None:
    """As many visitors as ``numbers``: each second one drips its headers, the others send half an upload. Then, for
    ``seconds``, others ask."""
    collection = indexed_collection(work / "slow")
    with serving(collection) as (port, process), contextlib.ExitStack() as opened:
        session = _get(port, "/api/session", answer * 4)
        token = json.loads(session)["token"]
        before = most = megabytes(process)
        visitors = []
        for number, _ in tally.trials(numbers):
            visitor = opened.enter_context(contextlib.closing(socket.create_connection(("127.0.0.1", port), 10)))
            visitor.settimeout(3)
            kind = "dripping headers" if number % 2 else "half-sent uploads"
            visitors.append(visitor)
            tally.counts[kind] += 1
            with contextlib.suppress(OSError):  # a server that ends it early does right
                visitor.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n" if number % 2 else _upload(token, port, sent))
            most = max(most, megabytes(process))
        until, slowest = time.monotonic() + seconds, 0.0
        while True:
            for visitor in visitors[1::2]:
                with contextlib.suppress(OSError):
                    visitor.sendall(b"X-Drip: 1\r\n")
            begun = time.monotonic()
            try:
                _get(port, "/api/paintings", answer * 4)
                tally.counts["answers to others"] += 1
            except OSError as error:
                tally.lose(f"another visitor had no answer: {error}")
            slowest = max(slowest, time.monotonic() - begun)
            most = max(most, megabytes(process))
            if time.monotonic() > until:
                break
            time.sleep(0.5)
        tally.figures["slowest answer to others"] = f"{slowest:.2f} s"
        tally.figures["memory added at most"] = f"{most - before:.0f} MB"
        tally.figures["still connected at the end"] = str(sum(map(_is_open, visitors)))
        if slowest > answer:
            tally.lose(f"another visitor waited {slowest:.1f} s")
        if most - before > MEMORY:
            tally.lose(f"{len(numbers)} unfinished requests added {most - before:.0f} MB")


def _get(port: int, path: str, timeout: float) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=timeout) as answer:
        body: bytes = answer.read()
        return body


def _upload(token: str, port: int, sent: int) -> bytes:
    head = (
        f"POST /api/uploads HTTP/1.1\r\nHost: localhost:{port}\r\n{TOKEN_HEADER}: {token}\r\n"
        f"Content-Type: image/jpeg\r\nContent-Length: {CLAIMED}\r\n\r\n"
    )
    return head.encode() + b"\xff\xd8\xff\xe0" + bytes(sent)


def _is_open(visitor: socket.socket) -> bool:
    visitor.setblocking(False)
    try:
        return visitor.recv(1, socket.MSG_PEEK) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False
