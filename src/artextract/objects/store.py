"""Lists and reads objects through fsspec (https://filesystem-spec.readthedocs.io), which s3fs, gcsfs, adlfs and others
extend. Keys and the endpoint are those of the environment and the settings files, as these libraries read them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import IO, Any

from artextract.errors import ImageError, InputError
from artextract.objects.address import Address, StoreError, is_allowed, require_allowed

MOST_BYTES = 2**29
"""Of one picture."""
AHEAD = 2**23
"""Bytes that are read at once of an object that is read as a stream."""
_EXTRAS = {"s3": "'artextract[s3]'", "s3a": "'artextract[s3]'"}
_SETTINGS: dict[str, Any] = {
    "config_kwargs": {"connect_timeout": 10, "read_timeout": 60, "retries": {"max_attempts": 2}},
    "anon": False,
}
_CHANGES = ("ETag", "etag", "md5Hash", "content_md5", "checksum", "LastModified", "last_modified", "mtime", "created")
"""Names under which stores tell what another content changes, the best first."""
_OF_THE_KEYS = ("InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "TokenRefreshRequired")


@dataclass(frozen=True)
class Listed:
    """An object: its size in bytes, and a number that is another where its content is."""

    address: Address
    size: int
    mark: int


def listed(folder: Address, may_be_empty: bool = False) -> list[Listed]:
    """All objects below an address, or the one that it names, in the order of their names.

    Raises ``InputError`` where there is none, unless it ``may_be_empty``, and ``StoreError`` where the store cannot be
    asked."""
    files, path = _files(folder)
    with _said(folder):
        files.invalidate_cache()
        found: dict[str, dict[str, Any]] = files.find(path, detail=True)
        if not found:
            files.ls(path.partition("/")[0], detail=False)  # says whether there is such a bucket
    if not found and not may_be_empty:
        raise InputError(f"there is nothing at '{folder}'", "look at the bucket's name and the prefix", "nothing-there")
    start = f"{folder.protocol}://"
    objects = [
        Listed(Address(start + name.removeprefix("/")), int(info.get("size") or 0), _mark(info))
        for name, info in found.items()
        if not name.endswith("/") and info.get("type", "file") == "file"
    ]
    return sorted(objects, key=lambda one: one.address)


def state(address: Address) -> tuple[int, int] | None:
    """Size and mark (``Listed``) of one object, None where it is gone, or has an address that is not read.

    Raises ``StoreError``."""
    if not is_allowed(address):
        return None
    files, path = _files(address)
    try:
        with _said(address):
            files.invalidate_cache()
            info = files.info(path)
    except PermissionError as error:  # it is not known whether the object is there, and this is no place to guess
        raise _keys_refused(address.object.split("://")[1].partition("/")[0]) from error
    except OSError:
        return None
    return (int(info.get("size") or 0), _mark(info)) if info.get("type", "file") == "file" else None


def exists(address: Address) -> bool:
    return state(address) is not None


def read(address: Address) -> bytes:
    """See ``Address.read_bytes``."""
    try:
        require_allowed(address)
    except StoreError as error:  # one picture of a table, not the store
        raise ImageError(error.message, code=error.code) from error
    files, path = _files(address)
    start, length = address.part or (0, MOST_BYTES)
    if length > MOST_BYTES:
        raise _too_large()
    with _said(address):
        data: bytes = files.cat_file(path, start=start, end=start + length + (address.part is None))
    if address.part is None and len(data) > MOST_BYTES:
        raise _too_large()
    if address.part is not None and len(data) != length:
        raise FileNotFoundError(2, "the shard ends before the picture does")
    return data


def write_object(address: Address, data: bytes) -> None:
    """In place of what is there, at once. Raises ``StoreError``."""
    files, path = _files(address)
    try:
        with _said(address):
            files.pipe_file(path, data)
    except StoreError:
        raise
    except OSError as error:
        raise StoreError(
            f"'{address}' cannot be written ({error.strerror or _line(error)})",
            "see that these keys may write there; what was done is kept",
            "object-not-written",
        ) from error


@contextmanager
def open_object(address: Address) -> Iterator[IO[bytes]]:
    """An object to be read from its beginning on, ``AHEAD`` bytes at a time. Raises as ``Address.read_bytes``."""
    files, path = _files(address)
    with _said(address), files.open(path, "rb", block_size=AHEAD, cache_type="readahead") as file:
        yield file


@lru_cache(8)
def _opened(protocol: str, process: int) -> Any:
    """One for all threads of a process: fsspec itself makes one for each, with connections of its own."""
    try:
        import fsspec

        settings = _SETTINGS if protocol in ("s3", "s3a") else {}
        return fsspec.filesystem(protocol, skip_instance_cache=True, use_listings_cache=False, **settings)
    except ImportError as error:
        raise StoreError(
            f"{protocol}:// needs a package that is not installed ({str(error).splitlines()[0]})",
            f"pip install {_EXTRAS[protocol]}" if protocol in _EXTRAS else "install the fsspec package for it",
            code="extra-missing",
        ) from error
    except ValueError as error:
        raise StoreError(
            f"there is no protocol '{protocol}'", "give an address such as s3://bucket/paintings", "unknown-protocol"
        ) from error


def _files(address: Address) -> tuple[Any, str]:
    require_allowed(address)
    with _said(address):
        files = _opened(address.protocol, os.getpid())
    return files, files._strip_protocol(address.object)


@contextmanager
def _said(address: Address) -> Iterator[None]:
    """Turns what the libraries raise into one sentence where it concerns the store and not one object."""
    bucket = address.object.split("://")[1].partition("/")[0]
    try:
        yield
    except InputError:
        raise
    except FileNotFoundError as error:
        if "NoSuchBucket" in _chain(error) or "bucket does not exist" in _chain(error):
            raise StoreError(
                f"there is no bucket '{bucket}'", "look at its name and at the endpoint's address", "bucket-missing"
            ) from error
        raise FileNotFoundError(2, "the object is not there any more") from error
    except PermissionError as error:
        if any(word in _chain(error) for word in _OF_THE_KEYS):
            raise _keys_refused(bucket) from error
        raise PermissionError(13, "these keys may not read it") from error
    except (TimeoutError, ConnectionError) as error:
        raise _no_answer(address) from error
    except Exception as error:
        kind = type(error).__name__
        if "Credential" in kind or "AuthenticationError" in kind:
            raise _keys_refused(bucket) from error
        if any(word in kind for word in ("Connect", "Timeout", "ClientError", "SSLError", "ServerError")):
            raise _no_answer(address) from error
        if "range" in str(error).lower() and "satisf" in str(error).lower():
            raise FileNotFoundError(2, "the object is empty, or shorter than it was") from error
        if isinstance(error, OSError):
            raise OSError(error.errno or 5, error.strerror or _line(error)) from error
        raise StoreError(
            f"'{address}' cannot be read ({kind}: {_line(error)})", "look at the settings of the store", "object-store"
        ) from error


def _too_large() -> ImageError:
    return ImageError(f"larger than {MOST_BYTES // 2**20} MB", code="file-too-large")


def _keys_refused(bucket: str) -> StoreError:
    return StoreError(
        f"the store refuses the keys for '{bucket}', or there are none",
        "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile of AWS's settings",
        "keys-refused",
    )


def _no_answer(address: Address) -> StoreError:
    return StoreError(
        f"the store of '{address}' does not answer",
        "look at AWS_ENDPOINT_URL and the network; what was done is kept",
        "store-unreachable",
    )


def _chain(error: BaseException | None) -> str:
    """What an error and those that led to it say, with the store's code of each."""
    said = ""
    while error is not None:
        response = getattr(error, "response", None)
        code = response.get("Error", {}).get("Code", "") if isinstance(response, dict) else ""
        said += f"{code} {error} "
        error = error.__cause__ or error.__context__
    return said


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200]


def _mark(info: dict[str, Any]) -> int:
    found = next((str(info[name]) for name in _CHANGES if info.get(name) is not None), "")
    return int.from_bytes(hashlib.sha256(found.encode()).digest()[:7], "big")
