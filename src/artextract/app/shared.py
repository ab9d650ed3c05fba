"""What several servers of one collection hold together, in a folder that all of them see.

    key                     of 32 bytes, of which the token of writes and those of uploads are made
    uploads/TOKEN           a described upload
    sessions/HASH           who signed in, by the hash of the secret in their cookie
    jobs/NAME               how far a job of a program is, and what it gave
    servers/NUMBER          locked by each server while it runs

Only their user may look into it. Files appear by a rename, and the oldest go when there are too many."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from artextract.errors import InputError
from artextract.files import user_path, write_aside
from artextract.locks import lock

MOST = {"uploads": 512, "sessions": 10_000, "jobs": 256}
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


class SharedFullError(InputError):
    status = 503


class Shared:
    def __init__(self, folder: str | Path):
        """Makes the folder where it is not there. Raises ``InputError`` where it cannot be written to."""
        self.folder = user_path(folder).resolve()
        self.server = secrets.token_hex(8)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for kind in (*MOST, "servers"):
                (self.folder / kind).mkdir(mode=0o700, exist_ok=True)
            for place in (self.folder, *(self.folder / kind for kind in (*MOST, "servers"))):
                _require_own(place)
            self._key = self._one_key()
            self._lock = _locked(self.folder / "servers" / self.server, os.O_CREAT)
        except OSError as error:
            raise InputError(
                f"'{folder}' cannot be shared by servers ({error.strerror})",
                "give a folder that may be written to",
                code="not-shareable",
            ) from error

    def secret(self, purpose: str) -> str:
        """The same for all servers, and not to be guessed."""
        return hmac.new(self._key, purpose.encode(), hashlib.sha256).hexdigest()[:32]

    def put(self, kind: str, name: str, data: bytes) -> None:
        """Keep something under a name of letters, digits, - and _; in place of what was there."""
        path = self._path(kind, name)
        is_new = not path.exists()
        try:
            with write_aside(path) as aside:
                aside.write_bytes(data)
        except OSError as error:
            raise SharedFullError(
                f"what the servers share cannot be written ({error.strerror})",
                "make room on its disk, and try again",
                code="shared-not-written",
            ) from error
        if is_new:
            self._tidy(kind)

    def get(self, kind: str, name: str) -> bytes | None:
        """What is kept, which counts as a use of it; None where there is nothing."""
        if not _NAME.fullmatch(name):
            return None
        path = self._path(kind, name)
        with suppress(OSError):
            data = path.read_bytes()
            os.utime(path)
            return data
        return None

    def has(self, kind: str, name: str) -> bool:
        """Whether something is kept under a name, which counts as a use of it."""
        if not _NAME.fullmatch(name):
            return False
        with suppress(OSError):
            os.utime(self._path(kind, name))
            return True
        return False

    def remove(self, kind: str, name: str) -> None:
        if _NAME.fullmatch(name):
            self._path(kind, name).unlink(missing_ok=True)

    def is_running(self, server: str) -> bool:
        """Whether a server of that number still runs: it holds a lock for as long."""
        try:
            lock = _locked(self.folder / "servers" / server)
        except FileNotFoundError:
            return False
        except OSError:
            return True
        os.close(lock)
        (self.folder / "servers" / server).unlink(missing_ok=True)
        return False

    def _path(self, kind: str, name: str) -> Path:
        return self.folder / kind / name

    def _tidy(self, kind: str) -> None:
        with suppress(OSError):
            files = [entry for entry in os.scandir(self.folder / kind) if _NAME.fullmatch(entry.name)]
            if len(files) > MOST[kind]:
                for entry in sorted(files, key=lambda one: one.stat().st_mtime)[: len(files) - MOST[kind]]:
                    os.unlink(entry.path)

    def _one_key(self) -> bytes:
        """That of the server which came first."""
        path, mine = self.folder / "key", self.folder / f"key.{self.server}"
        if not path.exists():
            with os.fdopen(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(secrets.token_bytes(32))
            with suppress(FileExistsError):
                os.link(mine, path)
            mine.unlink()
        _require_own(path)
        key = path.read_bytes()
        if len(key) != 32:
            raise InputError(f"'{path}' is damaged", "stop all servers, and remove it", code="not-shareable")
        return key


def require_apart(shared: str | Path, collection: str | Path) -> None:
    """Raises ``InputError`` where the folder is that of the collection or lies in it: what visitors uploaded would go
    with every copy of the collection."""
    inside, of = user_path(shared).resolve(), user_path(collection).resolve()
    if inside == of or of in inside.parents:
        raise InputError(
            f"'{shared}' is in the collection's own folder",
            "share another folder: it holds what visitors uploaded and who signed in",
            code="not-shareable",
        )


def _require_own(path: Path) -> None:
    """Raises ``InputError`` for what others could have put there or can change: whoever knows the key, or writes a
    session, is let in."""
    state = path.lstat()
    others = hasattr(os, "geteuid") and (state.st_mode & 0o022 or state.st_uid != os.geteuid())
    if others or stat.S_ISLNK(state.st_mode):
        raise InputError(
            f"'{path}' is a link, or belongs to others or can be written by them",
            "give a folder that does not exist yet, or one that is yours alone (chmod 700)",
            code="not-shareable",
        )


def _locked(path: Path, flags: int = 0) -> int:
    """An open file with a lock that ends with the process; raises ``OSError`` where another has it."""
    handle = os.open(path, os.O_RDWR | flags, 0o600)
    try:
        lock(handle)
    except OSError:
        os.close(handle)
        raise
    return handle
