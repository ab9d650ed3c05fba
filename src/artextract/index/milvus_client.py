"""What is asked of a Milvus server: a few calls, whose errors are sentences. The only file that imports pymilvus."""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from artextract.errors import InputError, MismatchError

TOKEN, AUTHORITY = "ARTEXTRACT_MILVUS_TOKEN", "ARTEXTRACT_MILVUS_CA"
"""Variables of the environment: "user:password" or an API key, and the file of the authority that signed the server's
certificate, where the system does not know it."""
OLDEST = (2, 3)
SECONDS = 20.0
"""How long a call may take."""
LOADING = 90.0
"""How long is waited for a server that has just been started and reads its collections."""
MOST_FOUND = 16_384
BATCH_MB = 16
_READING = "Bounded"
"""Readers see what was written some seconds ago, and at once what a writer has waited for; a server that was started
again answers when it has read what it had."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,200}")
_HINT = "write it as milvus://HOST:19530/NAME, or milvus+tls://HOST:19530/NAME"


@dataclass(frozen=True)
class Address:
    """Where a store is: ``uri`` for the client, the alias ``name`` that its collection has there, and ``text``, which
    holds no password."""

    uri: str
    name: str
    text: str

    @staticmethod
    def read(text: str) -> Address:
        """Raises ``InputError`` for what is no address, and for one with a password in it."""
        try:
            parts = urlsplit(text)
            host, port = parts.hostname, parts.port or 19530
        except ValueError:
            raise InputError(f"'{text}' is not the address of a store", _HINT, code="invalid-store") from None
        name = parts.path.strip("/")
        if parts.scheme not in ("milvus", "milvus+tls") or not host or not _NAME.fullmatch(name) or parts.query:
            raise InputError(f"'{text}' is not the address of a store", _HINT, code="invalid-store")
        if parts.username is not None or parts.password is not None:
            raise InputError(
                "an address with a password in it would be kept in the collection",
                f"leave it out, and put USER:PASSWORD into {TOKEN}",
                code="password-in-address",
            )
        scheme = "https" if parts.scheme == "milvus+tls" else "http"
        shown = f"[{host}]" if ":" in host else host
        return Address(f"{scheme}://{shown}:{port}", name, f"{parts.scheme}://{shown}:{port}/{name}")


class Server:
    """A connection, opened when it is first needed. Every call raises ``InputError`` with the code
    "store-unreachable", "store-refused", "store-gone" (no such collection) or "store-failed"."""

    def __init__(self, address: Address):
        self.address = address
        self._open: Any = None

    def _client(self) -> Any:
        if self._open is None:
            try:
                from pymilvus import MilvusClient
            except ImportError:
                raise InputError(
                    f"an index at {self.address.text} needs the client for Milvus, which is not installed",
                    "install it with: pip install 'artextract[milvus]'",
                    code="store-client-missing",
                ) from None
            logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # what it tells is raised again, as a sentence
            logging.getLogger("pymilvus.decorators").setLevel(logging.CRITICAL)
            options = {"token": os.environ.get(TOKEN, ""), "timeout": SECONDS}
            if os.environ.get(AUTHORITY):
                options["server_pem_path"] = os.environ[AUTHORITY]
            client = MilvusClient(uri=self.address.uri, **options)
            version = str(client.get_server_version())
            numbers = [int(number) for number in re.findall(r"\d+", version)[:2]]
            if tuple(numbers) < OLDEST:
                raise MismatchError(
                    f"the server at {self.address.text} is Milvus {version}",
                    f"ArtExtract needs {'.'.join(map(str, OLDEST))} or newer",
                    code="store-version",
                )
            self._open = client
        return self._open

    def _asked(self, work: Callable[[Any], Any]) -> Any:
        """The answer of the server; one that is just loading its collections is asked again for a while."""
        until = time.monotonic() + LOADING
        while True:
            try:
                return work(self._client())
            except InputError:
                raise
            except Exception as error:  # pymilvus raises its own, those of gRPC, and ValueError
                said = str(getattr(error, "message", "") or error)
                loading = _loading(said)
                if loading and time.monotonic() < until:
                    time.sleep(0.5)
                    continue
                if self._open is not None and not loading and _unreachable(said):
                    self._open = None
                raise self._told(said) from error

    def _told(self, said: str) -> InputError:
        where = self.address.text
        if _unreachable(said):
            return InputError(
                f"the store at {where} does not answer",
                f"see that Milvus runs there and can be reached, and that {TOKEN} and {AUTHORITY} are right, where it"
                " asks for them; nothing of the collection is lost",
                code="store-unreachable",
            )
        if _loading(said):
            return InputError(
                f"the store at {where} has not read this collection yet",
                "ask again in a while",
                code="store-loading",
            )
        if re.search(r"auth|permission|privilege|token", said, re.I):
            return InputError(
                f"the store at {where} refuses the access ({_short(said)})",
                f"put USER:PASSWORD, or an API key, into {TOKEN}",
                code="store-refused",
            )
        if re.search(r"collection not found|can't find collection|alias not found", said, re.I):
            return MismatchError(
                f"the store at {where} no longer has the vectors of this collection",
                "write them anew with: artextract index COLLECTION --rebuild",
                code="store-gone",
            )
        return InputError(f"the store at {where} failed ({_short(said)})", "see the log of Milvus", code="store-failed")

    def create(self, name: str, dim: int) -> None:
        """A new collection, searched at all rows until ``index`` says otherwise."""

        def work(client: Any) -> None:
            from pymilvus import DataType

            schema = client.create_schema(auto_id=False, enable_dynamic_field=True)
            schema.add_field("serial", DataType.INT64, is_primary=True)
            schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dim)
            client.create_collection(name, schema=schema, consistency_level="Bounded")

        self._asked(work)

    def index(self, name: str, kind: str) -> None:
        """Put an index of a ``kind``, "FLAT" or "HNSW", over the vectors, and load them."""

        def work(client: Any) -> None:
            there = client.list_indexes(name)
            if there:
                client.release_collection(name)
                for one in there:
                    client.drop_index(name, one)
            params = client.prepare_index_params()
            more = {"params": {"M": 16, "efConstruction": 200}} if kind == "HNSW" else {}
            params.add_index("vector", index_type=kind, metric_type="IP", **more)
            client.flush(name, timeout=3600)
            client.create_index(name, params, timeout=24 * 3600)
            client.load_collection(name, timeout=3600)

        self._asked(work)

    def insert(
        self, name: str, serials: NDArray[np.int64], vectors: NDArray[np.float32], rows: Sequence[dict[str, Any]]
    ) -> None:
        """Add rows, in messages of ``BATCH_MB``; ``rows`` are what else is kept of each."""
        size = max(1, (BATCH_MB << 20) // max(1, 10 * vectors.shape[1]))
        for start in range(0, len(serials), size):
            batch = [
                {"serial": int(serials[at]), "vector": vectors[at], **rows[at]}
                for at in range(start, min(start + size, len(serials)))
            ]
            self._asked(partial(_upsert, name=name, rows=batch))

    def delete(self, name: str, serials: Sequence[int]) -> None:
        for start in range(0, len(serials), 5000):
            part = list(serials[start : start + 5000])
            self._asked(partial(_delete, name=name, serials=part))

    def count(self, name: str, where: str = "", written: bool = False) -> int:
        """How many rows there are; with ``written`` the server waits until it has seen all that was written, so that
        later searches see it too, however fresh they ask to be."""
        level = "Strong" if written else "Bounded"
        answer = self._asked(
            lambda client: client.query(name, filter=where, output_fields=["count(*)"], consistency_level=level)
        )
        return int(answer[0]["count(*)"])

    def search(
        self, name: str, vector: NDArray[np.float32], n: int, where: str, ef: int = 0, latest: bool = False
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The serials of the best ``n`` rows by inner product, and their vectors (n, dim); with ``latest`` the server
        waits until it has seen all that was written."""
        hits = self._asked(
            lambda client: client.search(
                name,
                [vector],
                filter=where,
                limit=n,
                output_fields=["vector"],
                search_params={"metric_type": "IP", "params": {"ef": max(ef, n)} if ef else {}},
                consistency_level="Strong" if latest else _READING,
            )
        )[0]
        serials = np.array([hit["serial"] if "serial" in hit else hit["id"] for hit in hits], dtype=np.int64)
        rows = np.array([hit["entity"]["vector"] for hit in hits], dtype=np.float32)
        return serials, rows.reshape(len(hits), len(vector))

    def fetch(self, name: str, serials: Sequence[int], dim: int) -> NDArray[np.float32]:
        """The vectors (n, dim) of some rows, in that order."""
        found = np.full((len(serials), dim), np.nan, dtype=np.float32)
        place: dict[int, list[int]] = {}
        for at, serial in enumerate(serials):
            place.setdefault(int(serial), []).append(at)
        wanted = list(place)
        size = max(1, (BATCH_MB << 20) // (10 * dim))
        for start in range(0, len(wanted), size):
            part = wanted[start : start + size]
            rows = self._asked(partial(_vectors, name=name, serials=part))
            for row in rows:
                found[place[row["serial"]]] = row["vector"]
        if np.isnan(found).any():
            raise self.lacks(int(np.isnan(found).any(axis=1).sum()))
        return found

    def lacks(self, rows: int) -> MismatchError:
        """What is raised where rows are not there that were written."""
        return MismatchError(
            f"the store at {self.address.text} lacks {rows} rows of this collection",
            "open the collection again; if that does not help: artextract index COLLECTION --rebuild",
            code="store-lacks-rows",
        )

    def publish(self, alias: str, name: str) -> list[str]:
        """Let the alias mean a collection, and give the other collections that were made for it."""

        def work(client: Any) -> list[str]:
            try:
                client.describe_alias(alias)
            except Exception:
                client.create_alias(name, alias)
            else:
                client.alter_alias(name, alias)
            return [one for one in client.list_collections() if one.startswith(f"{alias}_g") and one != name]

        others: list[str] = self._asked(work)
        return others

    def published(self, alias: str) -> str:
        """The collection that the alias means; "" where there is none."""
        try:
            return str(self._asked(lambda client: client.describe_alias(alias))["collection_name"])
        except InputError as error:
            if error.code != "store-gone":
                raise
            return ""

    def withdraw(self, alias: str, name: str) -> None:
        """Drop a collection, and the alias that means it."""
        if self.published(alias) == name:
            self._asked(lambda client: client.drop_alias(alias))
        self.drop(name)

    def drop(self, name: str) -> None:
        self._asked(lambda client: client.drop_collection(name))

    def check(self) -> None:
        """Raises where the server does not answer as it should."""
        self._asked(lambda client: client.list_collections())


def _upsert(client: Any, name: str, rows: list[dict[str, Any]]) -> None:
    client.upsert(name, rows)


def _delete(client: Any, name: str, serials: list[int]) -> None:
    client.delete(name, ids=serials)


def _vectors(client: Any, name: str, serials: list[int]) -> Any:
    return client.query(name, ids=serials, output_fields=["vector"], consistency_level=_READING)


def batches(n: int, size: int) -> Iterator[slice]:
    return (slice(start, min(start + size, n)) for start in range(0, n, size))


def _unreachable(said: str) -> bool:
    return bool(
        re.search(r"fail connecting|unavailable|connect|deadline|timeout|timed out|closed channel|socket", said, re.I)
    )


def _loading(said: str) -> bool:
    return bool(re.search(r"not (fully )?loaded|no available", said, re.I))


def _short(said: str) -> str:
    return said.partition("\n")[0][:200].rstrip(".")
