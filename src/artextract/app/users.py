"""Who may sign in: a file of names with hashes of their passwords, or one password for all.

Passwords are kept as scrypt hashes (RFC 7914); wrong ones are answered ever more slowly."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import tempfile
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from artextract.errors import InputError

N, R, P = 2**15, 8, 3
"""Of scrypt: 32 MB and some tenths of a second for each password that is tried, as OWASP's cheat sheet advises."""
MEMORY = 128 * 2**20
SHORTEST = 8
LONGEST_NAME, LONGEST_PASSWORD = 80, 200
FREE = 5
"""So many wrong passwords are answered at once; then come waits of 1, 2, 4, ... seconds."""
LONGEST_WAIT = {"address": 900.0, "name": 30.0}
"""A name waits less: else whoever knows it could lock its owner out."""
REMEMBERED = 10_000


def hashed(password: str) -> str:
    """ "scrypt$n$r$p$salt$hash", with a salt of its own."""
    salt = secrets.token_bytes(16)
    return "$".join(["scrypt", str(N), str(R), str(P), _text(salt), _text(_scrypt(password, salt, N, R, P))])


def matches(password: str, kept: str) -> bool:
    _, n, r, p, salt, hash = kept.split("$")
    return hmac.compare_digest(
        _scrypt(password, base64.b64decode(salt), int(n), int(r), int(p)), base64.b64decode(hash)
    )


@dataclass(frozen=True)
class Users:
    """``hashes`` by name without case, ``names`` as they are written, by the same; or ``shared``, the hash of one
    password that everybody has, each with a name of their own."""

    hashes: dict[str, str] = field(default_factory=dict, repr=False)
    shared: str | None = field(default=None, repr=False)
    names: dict[str, str] = field(default_factory=dict)

    def name_of(self, name: str, password: str) -> str | None:
        """The name as it stands in decisions, None where name or password is wrong.

        It takes as long for names that there are not."""
        name = " ".join(name.split())
        kept = self.hashes.get(name.casefold(), self.shared)
        name = self.names.get(name.casefold(), name)
        fits = matches(password[:LONGEST_PASSWORD], kept or _NOBODY)
        can_be = 0 < len(name) <= LONGEST_NAME and name.isprintable()
        return name if fits and kept is not None and can_be else None


def with_password(password: str) -> Users:
    """Raises ``InputError`` for one that is too short."""
    return Users(shared=hashed(_long_enough(password)))


def read_users(file: str | Path) -> Users:
    """Raises ``InputError`` where the file cannot be read or a line is not ``NAME:HASH``."""
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"the file of users '{file}' cannot be read: {getattr(error, 'strerror', None) or 'it is no text'}",
            "make one with: artextract users add FILE NAME",
            code="unreadable-users",
        ) from error
    hashes, names = {}, {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, kept = line.partition(":")
        if not name.strip() or not _is_hash(kept.strip()):
            raise InputError(
                f"line {number} of '{file}' is not of the kind NAME:HASH",
                "write lines with: artextract users add FILE NAME",
                code="invalid-users",
            )
        name = " ".join(name.split())
        hashes[name.casefold()], names[name.casefold()] = kept.strip(), name
    if not hashes:
        raise InputError(
            f"'{file}' names no user", "add one with: artextract users add FILE NAME", code="invalid-users"
        )
    return Users(hashes, names=names)


def add_user(file: str | Path, name: str, password: str) -> bool:
    """Write a user into a file, which only its owner may read; tells whether the name was there before.

    Raises ``InputError`` for a name or password that cannot be."""
    name = " ".join(name.split())
    if not name or ":" in name or name.startswith("#") or len(name) > LONGEST_NAME or not name.isprintable():
        raise InputError(
            f"'{name}' cannot be a name here", "use at most 80 letters, without a colon", code="invalid-name"
        )
    line, path = f"{name}:{hashed(_long_enough(password))}", Path(file)
    if path.exists():
        read_users(path)
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    others = [each for each in lines if each.partition(":")[0].strip().casefold() != name.casefold()]
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # which only its owner may read
    with os.fdopen(handle, "w", encoding="utf-8") as written:
        written.write("\n".join([*others, line]) + "\n")
    os.replace(aside, path)
    return len(others) < len(lines)


class Attempts:
    """Wrong passwords by address and by name, and how long the next one must wait; for several threads."""

    def __init__(self, now: Callable[[], float] = time.monotonic):
        self._now = now
        self._wrong: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()
        self._lock = Lock()

    def wait(self, address: str, name: str) -> float:
        """Seconds until the next attempt is looked at; 0 for at once."""
        with self._lock:
            until = [self._wrong.get(key, (0, 0.0))[1] for key in _keys(address, name)]
        return max(0.0, max(until) - self._now())

    def failed(self, address: str, name: str) -> None:
        with self._lock:
            for key in _keys(address, name):
                count = self._wrong.pop(key, (0, 0.0))[0] + 1
                pause = min(2.0 ** min(count - FREE, 20), LONGEST_WAIT[key[0]]) if count >= FREE else 0.0
                self._wrong[key] = (count, self._now() + pause)
            while len(self._wrong) > REMEMBERED:
                self._wrong.popitem(last=False)

    def succeeded(self, address: str, name: str) -> None:
        with self._lock:
            for key in _keys(address, name):
                self._wrong.pop(key, None)


def _keys(address: str, name: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("address", address), ("name", " ".join(name.split()).casefold()[:LONGEST_NAME])


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(password.encode("utf-8", "replace"), salt=salt, n=n, r=r, p=p, maxmem=MEMORY, dklen=32)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _is_hash(text: str) -> bool:
    try:
        kind, n, r, p, salt, hash = text.split("$")
        cost = 128 * int(n) * int(r)
        known = kind == "scrypt" and 0 < cost < MEMORY and int(p) > 0 and salt != ""
        return known and len(base64.b64decode(hash, validate=True)) == 32
    except ValueError:
        return False


def _long_enough(password: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST_PASSWORD:
        raise InputError(
            f"a password has from {SHORTEST} to {LONGEST_PASSWORD} characters",
            "choose another, such as four words",
            code="invalid-password",
        )
    return password


_NOBODY = "$".join(["scrypt", str(N), str(R), str(P), _text(bytes(16)), _text(bytes(32))])
