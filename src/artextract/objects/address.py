"""The address of an object, such as ``s3://bucket/paintings/1.jpg``, used where else the path of a file is.

A picture inside a tar shard has the address of the shard with the place of its bytes:
``s3://bucket/shard-0001.tar#bytes=512+20480``, offset and length."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from artextract.errors import InputError

OWN_STORES = (
    *("s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "oci", "oss", "obs", "cos", "tos"),
    "memory",
)
"""Protocols whose addresses name a bucket: the host is that of this machine's settings. Those that name a host, as
``sftp``, could lead anywhere, also from the table of a stranger's collection, so that ``PROTOCOLS`` must allow them."""
PROTOCOLS = "ARTEXTRACT_PROTOCOLS"
"""Of the environment: further protocols that may be read, with commas between them."""
_FETCHED = ("http", "https")
_HERE = ("file", "local")
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]{1,20})://(?=[^/])")
_PART = re.compile(r"#bytes=(\d{1,18})\+(\d{1,18})$")


class StoreError(InputError):
    """A store, not one object, cannot be read; the work ends and can be done again. Its message names addresses."""

    code = "object-store"


def is_address(text: object) -> bool:
    """Whether a text is an address and no path of a file here."""
    return isinstance(text, str) and _ADDRESS.match(text) is not None


@dataclass(frozen=True, order=True)
class Address:
    """``text`` is the whole address. It has those methods of ``Path`` that files of pictures need."""

    text: str

    def __str__(self) -> str:
        return self.text

    @property
    def protocol(self) -> str:
        return self.text.partition("://")[0]

    @property
    def object(self) -> str:
        """The address of the object that holds the bytes: without the place in it."""
        return _PART.sub("", self.text)

    @property
    def part(self) -> tuple[int, int] | None:
        """Offset and length of the bytes in the object, None for all of it."""
        found = _PART.search(self.text)
        return (int(found[1]), int(found[2])) if found else None

    @property
    def name(self) -> str:
        return PurePosixPath(self.object).name

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.name).suffix

    @property
    def stem(self) -> str:
        return PurePosixPath(self.name).stem

    def at(self, offset: int, length: int) -> Address:
        """The address of some bytes of this object."""
        return Address(f"{self.object}#bytes={offset}+{length}")

    def with_suffix(self, suffix: str) -> Address:
        """The object beside it whose name ends otherwise, as ``Path.with_suffix``."""
        return Address(self.object.removesuffix(self.suffix) + suffix)

    def resolve(self) -> Address:
        """Itself: an address is absolute."""
        return self

    def exists(self) -> bool:
        """Raises ``StoreError`` where the store cannot be asked."""
        from artextract.objects.store import exists

        return exists(self)

    is_file = exists

    def read_bytes(self) -> bytes:
        """At most ``store.MOST_BYTES``.

        Raises ``FileNotFoundError`` for an object that is gone, ``ImageError`` for a larger one, another ``OSError``
        where this one cannot be read, and ``StoreError`` where the store cannot be asked."""
        from artextract.objects.store import read

        return read(self)


ImageFile = Path | Address
"""Where a picture is: a file here, or an object of a store."""


def file_of(text: str) -> ImageFile:
    """A path or an address from its text."""
    return Address(text) if is_address(text) else Path(text)


def address_of(text: str) -> Address:
    """The address that a person gave, without a slash at its end. Raises ``StoreError`` for one that is not read."""
    address = Address(text.rstrip("/"))
    require_allowed(address)
    return address


def require_allowed(address: Address) -> None:
    """Raises ``StoreError`` where the protocol is none that is read."""
    protocol = address.protocol
    if protocol in OWN_STORES or protocol in _allowed():
        return
    if protocol in _FETCHED:
        hint = "download it, or import it as what it is: artextract import --help lists the sources"
    elif protocol in _HERE:
        hint = "give the path of the folder, without the protocol"
    else:
        hint = f"set {PROTOCOLS}={protocol}, if the hosts in its addresses are to be trusted"
    raise StoreError(f"'{address}': addresses of {protocol}:// are not read", hint, code="protocol-not-allowed")


def is_allowed(address: Address) -> bool:
    """Whether its protocol is read."""
    try:
        require_allowed(address)
    except StoreError:
        return False
    return True


def _allowed() -> set[str]:
    given = {name.strip() for name in os.environ.get(PROTOCOLS, "").split(",")}
    return given - {*_FETCHED, *_HERE}
