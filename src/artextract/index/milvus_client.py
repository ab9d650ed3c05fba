"""What is asked of a Milvus server: a few calls, whose errors are sentences. The only file that imports pymilvus."""

from __future__ import annotations

import json
import logging
import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from artextract.errors import InputError
from artextract.index.remote_server import (
    Address,
    client_missing,
    failed,
    gone,
    lacks,
    loading,
    no_address,
    password_in,
    refused,
    too_old,
    unreachable,
)
from artextract.index.remote_where import Among, Compared, Every, Not, Some, Where

TOKEN, AUTHORITY = "ARTEXTRACT_MILVUS_TOKEN", "ARTEXTRACT_MILVUS_CA"
"""Variables of the environment: "user:password" or an API key, and the file of the authority that signed the server's
certificate, where the system does not know it."""
OLDEST = (2, 3)
SECONDS = 20.0
"""How long a call may take."""
LOADING = 90.0
"""How long is waited for a server that has just been started and reads its collections."""
BATCH_MB = 16
_READING = "Bounded"
"""Readers see what was written some seconds ago, and at once what a writer has waited for; a server that was started
again answers when it has read what it had."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,200}")
_HINT = "write it as milvus://HOST:19530/NAME, or milvus+tls://HOST:19530/NAME"


def address_of(text: str) -> Address:
    """Raises ``InputError`` for what is no address, and for one with a password in it."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port or 19530
    except ValueError:
        raise no_address(text, _HINT) from None
    name = parts.path.strip("/")
    if parts.scheme not in ("milvus", "milvus+tls") or not host or not _NAME.fullmatch(name) or parts.query:
        raise no_address(text, _HINT)
    if parts.username is not None or parts.password is not None:
        raise password_in(f"leave it out, and put USER:PASSWORD into {TOKEN}")
    scheme = "https" if parts.scheme == "milvus+tls" else "http"
    shown = f"[{host}]" if ":" in host else host
    return Address(f"{scheme}://{shown}:{port}", name, f"{parts.scheme}://{shown}:{port}/{name}")


def expression(where: Where) -> str:
    """A condition in the words of Milvus."""
    match where:
        case Compared(field, sign, value):
            return f"{field} {sign} {json.dumps(value)}"
        case Among(field, values):
            return f"{field} in {json.dumps(values)}"
        case Not(Among(field, values)):
            return f"{field} not in {json.dumps(values)}"
        case Not(part):
            return f"not ({expression(part)})"
        case Every(parts):
            return "(" + " and ".join(map(expression, parts)) + ")"
        case Some(parts):
            return "(" + " or ".join(map(expression, parts)) + ")"


class MilvusServer:
    """A Milvus server, as of ``remote_server.Server``."""

    most_found = 16_384
    most_listed = 10_000
    """So many take the server 0.1 s to read."""
    exact_up_to = 0

    def __init__(self, text: str):
        self.address = address_of(text)
        self._open: Any = None

    def _client(self) -> Any:
        if self._open is None:
            try:
                from pymilvus import MilvusClient
            except ImportError:
                raise client_missing(self.address.text, "Milvus", "milvus") from None
            logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # what it tells is raised again, as a sentence
            logging.getLogger("pymilvus.decorators").setLevel(logging.CRITICAL)
            options = {"token": os.environ.get(TOKEN, ""), "timeout": SECONDS}
            if authority := os.environ.get(AUTHORITY):
                if not os.path.isfile(authority):
                    raise InputError(
                        f"{AUTHORITY} names '{authority}', which is not there",
                        "name the file of the authority that signed the server's certificate",
                        code="store-authority",
                    )
                options["server_pem_path"] = authority
            client = MilvusClient(uri=self.address.uri, **options)
            version = str(client.get_server_version())
            numbers = [int(number) for number in re.findall(r"\d+", version)[:2]]
            if tuple(numbers) < OLDEST:
                needed = f"ArtExtract needs Milvus {'.'.join(map(str, OLDEST))} or newer"
                raise too_old(self.address.text, f"Milvus {version}", needed)
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
                still = _loading(said)
                if still and time.monotonic() < until:
                    time.sleep(0.5)
                    continue
                if self._open is not None and not still and _unreachable(said):
                    self._open = None
                raise self._told(said) from error

    def _told(self, said: str) -> InputError:
        where = self.address.text
        if _unreachable(said):
            return unreachable(
                where, "Milvus", see=f", and that {TOKEN} and {AUTHORITY} are right, where it asks for them"
            )
        if _loading(said):
            return loading(where)
        if re.search(r"auth|permission|privilege|token", said, re.I):
            return refused(where, said, f"put USER:PASSWORD, or an API key, into {TOKEN}")
        if re.search(r"collection not found|can't find collection|alias not found", said, re.I):
            return gone(where)
        return failed(where, "Milvus", said)

    def create(
        self,
        name: str,
        dim: int,
        features: Sequence[str],
        fields: Mapping[str, Sequence[str]],
        dtype: str,
        graph: bool,
    ) -> None:
        """Fields come with the rows, and numbers are kept in 32 bits, whatever ``dtype`` says."""

        def work(client: Any) -> None:
            from pymilvus import DataType

            schema = client.create_schema(auto_id=False, enable_dynamic_field=True)
            schema.add_field("serial", DataType.INT64, is_primary=True)
            schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dim)
            client.create_collection(name, schema=schema, consistency_level="Bounded")

        self._asked(work)

    def index(self, name: str, kind: str, dim: int) -> None:
        """Searches wait meanwhile: the vectors are loaded anew."""

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
        """In messages of ``BATCH_MB``."""
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

    def settle(self, name: str) -> None:
        self._counted(name, "", "Strong")

    def count(self, name: str, where: Where | None = None) -> int:
        return self._counted(name, expression(where) if where else "", "Bounded")

    def _counted(self, name: str, where: str, level: str) -> int:
        answer = self._asked(
            lambda client: client.query(name, filter=where, output_fields=["count(*)"], consistency_level=level)
        )
        return int(answer[0]["count(*)"])

    def search(
        self, name: str, vector: NDArray[np.float32], n: int, where: Where, exact: bool, latest: bool = False
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        hits = self._asked(
            lambda client: client.search(
                name,
                [vector],
                filter=expression(where),
                limit=n,
                output_fields=["vector"],
                search_params={"metric_type": "IP", "params": {} if exact else {"ef": max(512, n)}},
                consistency_level="Strong" if latest else _READING,
            )
        )[0]
        serials = np.array([hit["serial"] if "serial" in hit else hit["id"] for hit in hits], dtype=np.int64)
        rows = np.array([hit["entity"]["vector"] for hit in hits], dtype=np.float32)
        return serials, rows.reshape(len(hits), len(vector))

    def fetch(self, name: str, serials: Sequence[int], dim: int) -> NDArray[np.float32]:
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
            raise lacks(self.address.text, int(np.isnan(found).any(axis=1).sum()))
        return found

    def publish(self, alias: str, name: str) -> list[str]:
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
        try:
            return str(self._asked(lambda client: client.describe_alias(alias))["collection_name"])
        except InputError as error:
            if error.code != "store-gone":
                raise
            return ""

    def withdraw(self, alias: str, name: str) -> None:
        if self.published(alias) == name:
            self._asked(lambda client: client.drop_alias(alias))
        self.drop(name)

    def drop(self, name: str) -> None:
        self._asked(lambda client: client.drop_collection(name))

    def check(self) -> None:
        self._asked(lambda client: client.list_collections())


def _upsert(client: Any, name: str, rows: list[dict[str, Any]]) -> None:
    client.upsert(name, rows)


def _delete(client: Any, name: str, serials: list[int]) -> None:
    client.delete(name, ids=serials)


def _vectors(client: Any, name: str, serials: list[int]) -> Any:
    return client.query(name, ids=serials, output_fields=["vector"], consistency_level=_READING)


def _unreachable(said: str) -> bool:
    return bool(
        re.search(r"fail connecting|unavailable|connect|deadline|timeout|timed out|closed channel|socket", said, re.I)
    )


def _loading(said: str) -> bool:
    """Also where a part of the server has lost another for a while, as on a busy machine."""
    return bool(re.search(r"not (fully )?loaded|no available|(leader|channel) not available|node offline", said, re.I))
