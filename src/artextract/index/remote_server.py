"""What is asked of a server that keeps vectors, and the sentences for what may go wrong there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from artextract.errors import InputError, MismatchError
from artextract.index.remote_where import Where
from artextract.printable import counted

ADDRESSES = ("milvus://HOST:19530/NAME", "postgresql://USER@HOST:5432/DATABASE/NAME")
"""How stores are written."""


@dataclass(frozen=True)
class Address:
    """Where a store is: ``uri`` for the client, the ``name`` under which the collection is published there, and
    ``text``, which holds no password."""

    uri: str
    name: str
    text: str


class Server(Protocol):
    """A connection, opened when it is first needed.

    A collection there has a name of its own, and rows that are numbers (serials), a vector, and fields to filter by.
    Every call raises ``InputError`` with a code that begins with "store-": what follows below."""

    address: Address
    most_found: int
    """So many rows at most may be asked for."""
    most_listed: int
    """So many rows at most may be named one by one in a filter."""
    exact_up_to: int
    """With a graph, all rows are looked at where so few pass, and on request; 0 where that cannot be done."""

    def check(self) -> None:
        """Raises where the server does not answer as it should, or nothing can be written there."""

    def create(
        self,
        name: str,
        dim: int,
        features: Sequence[str],
        fields: Mapping[str, Sequence[str]],
        dtype: str,
        graph: bool,
    ) -> None:
        """A new collection; ``fields`` as of ``remote_filter.fields_of``.

        ``dtype`` is how exactly vectors come back, and ``graph`` whether it is to have one."""

    def insert(
        self, name: str, serials: NDArray[np.int64], vectors: NDArray[np.float32], rows: Sequence[dict[str, Any]]
    ) -> None:
        """Add rows, in place of those that have these numbers; ``rows`` are what else is kept of each."""

    def index(self, name: str, kind: str, dim: int) -> None:
        """Put an index of a ``kind``, "FLAT" (none: all rows are looked at) or "HNSW", over the vectors."""

    def settle(self, name: str) -> None:
        """Wait until every later search sees all that was written."""

    def count(self, name: str, where: Where | None = None) -> int: ...

    def search(
        self, name: str, vector: NDArray[np.float32], n: int, where: Where, exact: bool, latest: bool = False
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The serials of the best ``n`` rows by inner product, and their vectors (n, dim): of all that pass, or with
        ``exact`` False as a graph finds them; with ``latest`` the server waits as ``settle`` does."""

    def fetch(self, name: str, serials: Sequence[int], dim: int) -> NDArray[np.float32]:
        """The vectors (n, dim) of some rows, in that order."""

    def delete(self, name: str, serials: Sequence[int]) -> None: ...

    def publish(self, alias: str, name: str) -> list[str]:
        """Let the alias mean a collection, and give the other collections that were made for it."""

    def published(self, alias: str) -> str:
        """The collection that the alias means; "" where there is none."""

    def withdraw(self, alias: str, name: str) -> None:
        """Drop a collection, and the alias where it means it."""

    def drop(self, name: str) -> None: ...


def server_at(text: str) -> Server:
    """The server that an address names; raises ``InputError`` for what is no address."""
    scheme = text.partition(":")[0].casefold()
    if scheme in ("milvus", "milvus+tls"):
        from artextract.index.milvus_client import MilvusServer

        return MilvusServer(text)
    if scheme in ("postgresql", "postgres"):
        from artextract.index.postgres_client import PostgresServer

        return PostgresServer(text)
    raise no_address(text, "write it as " + ", or ".join(ADDRESSES))


def batches(n: int, size: int) -> Iterator[slice]:
    return (slice(start, min(start + size, n)) for start in range(0, n, size))


def no_address(text: str, hint: str) -> InputError:
    return InputError(f"'{text}' is not the address of a store", hint, code="invalid-store")


def password_in(hint: str) -> InputError:
    return InputError(
        "an address with a password in it would be kept in the collection", hint, code="password-in-address"
    )


def client_missing(where: str, engine: str, extra: str) -> InputError:
    return InputError(
        f"an index at {where} needs the client for {engine}, which is not installed",
        f"install it with: pip install 'artextract[{extra}]'",
        code="store-client-missing",
    )


def too_old(where: str, there: str, needed: str) -> MismatchError:
    return MismatchError(f"the server at {where} has {there}", needed, code="store-version")


def unreachable(where: str, engine: str, why: str = "", see: str = "") -> InputError:
    """``see``: what else may be wrong, as a part of the hint."""
    return InputError(
        f"the store at {where} does not answer{f' ({short(why)})' if why else ''}",
        f"see that {engine} runs there and can be reached{see}; nothing of the collection is lost",
        code="store-unreachable",
    )


def loading(where: str) -> InputError:
    return InputError(
        f"the store at {where} has been started and is not ready yet", "ask again in a while", code="store-loading"
    )


def refused(where: str, said: str, hint: str) -> InputError:
    return InputError(f"the store at {where} refuses the access ({short(said)})", hint, code="store-refused")


def gone(where: str) -> MismatchError:
    return MismatchError(
        f"the store at {where} no longer has the vectors of this collection",
        "write them anew with: artextract index COLLECTION --rebuild",
        code="store-gone",
    )


def lacks(where: str, rows: int) -> MismatchError:
    """What is raised where rows are not there that were written."""
    return MismatchError(
        f"the store at {where} lacks {counted(rows, 'row')} of this collection",
        "open the collection again; if that does not help: artextract index COLLECTION --rebuild",
        code="store-lacks-rows",
    )


def failed(where: str, engine: str, said: str) -> InputError:
    return InputError(f"the store at {where} failed ({short(said)})", f"see the log of {engine}", code="store-failed")


def short(said: str) -> str:
    return said.partition("\n")[0][:200].rstrip(".")
