"""Who signed in, by the secret in their cookie. For several threads."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Protocol

from artextract.app.shared import Shared

HOURS = 12
SESSIONS = 1000


class Sessions(Protocol):
    def begin(self, name: str) -> str:
        """The secret of a new session."""

    def name_of(self, secret: str) -> str | None:
        """Who began it; None where it has ended."""

    def end(self, secret: str) -> None: ...


class OwnSessions:
    """In memory, so that a restart signs everybody out."""

    def __init__(self, now: Callable[[], float] = time.monotonic):
        self._now = now
        self._names: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._lock = Lock()

    def begin(self, name: str) -> str:
        secret = secrets.token_urlsafe(32)
        with self._lock:
            self._names[secret] = (name, self._now() + HOURS * 3600)
            while len(self._names) > SESSIONS:
                self._names.popitem(last=False)
        return secret

    def name_of(self, secret: str) -> str | None:
        with self._lock:
            name, until = self._names.get(secret, ("", 0.0))
        return name if until > self._now() else None

    def end(self, secret: str) -> None:
        with self._lock:
            self._names.pop(secret, None)


class SharedSessions:
    """In the folder of several servers, which has the hashes of the secrets and not the secrets."""

    def __init__(self, shared: Shared, now: Callable[[], float] = time.time):
        self._shared, self._now = shared, now

    def begin(self, name: str) -> str:
        secret = secrets.token_urlsafe(32)
        kept = json.dumps({"name": name, "until": self._now() + HOURS * 3600})
        self._shared.put("sessions", _hash(secret), kept.encode())
        return secret

    def name_of(self, secret: str) -> str | None:
        kept = self._shared.get("sessions", _hash(secret))
        if kept is None:
            return None
        try:
            session = json.loads(kept)
            return str(session["name"]) if session["until"] > self._now() else None
        except (ValueError, KeyError, TypeError):  # the file is damaged
            return None

    def end(self, secret: str) -> None:
        self._shared.remove("sessions", _hash(secret))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
