"""What is asked of a PostgreSQL server with pgvector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artextract.errors import InputError
from artextract.index.postgres_access import require
from artextract.index.postgres_connection import Database, address_of
from artextract.index.postgres_sql import (
    MOST_DIMS,
    MOST_GRAPH_DIMS,
    b_trees,
    creation,
    halved,
    quoted,
    sql,
    whole,
)
from artextract.index.remote_server import batches, lacks
from artextract.index.remote_where import Where

WRITTEN, FETCHED = 512, 2_048
"""Rows that are sent, or fetched, at a time."""
MAKING = 24 * 3600.0
"""Seconds that an index may take."""
_MARK = "ArtExtract: "
"""What the comment on a view of ours begins with, before the name of its table."""


class PostgresServer:
    """A database, as of ``remote_server.Server``.

    A collection is a table; the name of the store is a view of the one that counts, which is put in the place of the
    one before in a transaction."""

    most_found = 100_000
    most_listed = 200_000
    exact_up_to = 50_000

    def __init__(self, text: str):
        self.address = address_of(text)
        self.database = Database(self.address)
        self._exact: dict[str, bool] = {}

    def check(self) -> None:
        self.database.asked(lambda connection: require(connection, self.address))
        self.published(self.address.name)

    def create(
        self,
        name: str,
        dim: int,
        features: Sequence[str],
        fields: Mapping[str, Sequence[str]],
        dtype: str,
        graph: bool,
    ) -> None:
        self._require_dim(dim, graph)

        async def work(connection: Any) -> None:
            async with connection.transaction():
                for statement in creation(name, dim, features, fields, exact=dtype == "float32"):
                    await connection.execute(statement)

        self.database.asked(work)

    def _require_dim(self, dim: int, graph: bool) -> None:
        most = MOST_GRAPH_DIMS if graph else MOST_DIMS
        if dim > most:
            raise InputError(
                f"the features have {dim:,} numbers together, and {'a graph of ' if graph else ''}pgvector takes"
                f" {most:,}",
                "index fewer features, or compare more of them in a smaller space, as --space style=whitened"
                + ("; or look at all paintings: --no-approximate" if graph else ""),
                code="store-too-wide",
            )

    def insert(
        self, name: str, serials: NDArray[np.int64], vectors: NDArray[np.float32], rows: Sequence[dict[str, Any]]
    ) -> None:
        for part in batches(len(serials), WRITTEN):
            self._insert(name, serials[part], vectors[part], rows[part])

    def _insert(
        self, name: str, serials: NDArray[np.int64], vectors: NDArray[np.float32], rows: Sequence[dict[str, Any]]
    ) -> None:
        async def work(connection: Any) -> None:
            exact = await self._is_exact(connection, name)
            columns: dict[str, Sequence[Any]] = {"serial": serials.tolist(), "vector": halved(vectors)}
            if exact:
                columns["exact"] = [row.tobytes() for row in vectors.astype("<f4")]
            columns |= {field: [row[field] for row in rows] for field in rows[0]}
            schema, _, table = name.rpartition(".")
            async with connection.transaction():
                await connection.execute(f'delete from {quoted(name)} where "serial" = any($1)', columns["serial"])
                await connection.copy_records_to_table(
                    table,
                    schema_name=schema or None,
                    columns=list(columns),
                    records=zip(*columns.values(), strict=True),
                )

        self.database.asked(work)

    async def _is_exact(self, connection: Any, name: str) -> bool:
        """Whether a table keeps 32 bits."""
        if name not in self._exact:
            asked = "select exists(select from pg_attribute where attrelid = $1::regclass and attname = 'exact')"
            self._exact[name] = await connection.fetchval(asked, quoted(name))
        return self._exact[name]

    def index(self, name: str, kind: str, dim: int) -> None:
        """B-trees, where there are none yet, and the graph; others may read meanwhile."""
        self._require_dim(dim, graph=kind == "HNSW")
        graph = f"{name}_graph"
        _, _, graph_name = graph.rpartition(".")

        async def work(connection: Any) -> None:
            there = await connection.fetchval(
                "select count(*) from pg_index where indrelid = $1::regclass", quoted(name)
            )
            async with connection.transaction():
                if there == 1:  # that of the serials
                    for statement in b_trees(name, await self._longest(connection, name)):
                        await connection.execute(statement, timeout=MAKING)
                await connection.execute(f"drop index if exists {quoted(graph)}")
                if kind == "HNSW":
                    await connection.execute(
                        f'create index "{graph_name}" on {quoted(name)} using hnsw ("vector" halfvec_ip_ops)'
                        " with (m = 16, ef_construction = 100)",
                        timeout=MAKING,
                    )
            await connection.execute(f"analyze {quoted(name)}", timeout=MAKING)

        self.database.asked(work)

    async def _longest(self, connection: Any, name: str) -> dict[str, int]:
        """The bytes of the longest value of each field by which filters ask."""
        fields = await connection.fetch(
            "select attname, atttypid = 'text'::regtype as is_text from pg_attribute where attrelid = $1::regclass"
            " and attname ~ '^c[0-9]+(_first|_last)?$' order by attnum",
            quoted(name),
        )
        longest = {field: 0 for field, is_text in fields}
        for field in (field for field, is_text in fields if is_text):
            asked = f'select coalesce(max(octet_length("{field}")), 0) from {quoted(name)}'
            longest[field] = await connection.fetchval(asked, timeout=MAKING)
        return longest

    def settle(self, name: str) -> None:
        """What is written is seen at once."""

    def count(self, name: str, where: Where | None = None) -> int:
        values: list[Any] = []
        asked = f"select count(*) from {quoted(name)}" + (f" where {sql(where, values)}" if where else "")
        return int(self.database.asked(lambda connection: connection.fetchval(asked, *values)))

    def search(
        self, name: str, vector: NDArray[np.float32], n: int, where: Where, exact: bool, latest: bool = False
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Nothing is newer than what is seen; where a graph has not found as many as must be there, all that pass are
        looked at."""
        exact = exact or latest
        values: list[Any] = [halved(vector[None])[0]]
        passing = sql(where, values)

        async def work(connection: Any) -> tuple[bool, list[Any]]:
            kept = await self._is_exact(connection, name)
            # "+ 0" is an order that no graph has, so that filters come first and all that passes is looked at
            order = '("vector" <#> $1) + 0, "serial"' if exact else '"vector" <#> $1'
            asked = (
                f'select "serial", "{"exact" if kept else "vector"}" from {quoted(name)} where {passing}'
                f" order by {order} limit {int(n)}"
            )
            if exact:
                return kept, await connection.fetch(asked, *values)
            async with connection.transaction():
                await connection.execute(f"set local hnsw.ef_search = {min(1000, max(512, n))}")
                await connection.execute("set local hnsw.iterative_scan = strict_order")
                await connection.execute("set local hnsw.max_scan_tuples = 1000000")
                await connection.execute("set local hnsw.scan_mem_multiplier = 8")
                return kept, await connection.fetch(asked, *values)

        kept, found = self.database.asked(work)
        vectors = whole([row[1] for row in found], len(vector), kept)
        return np.array([row[0] for row in found], dtype=np.int64), vectors

    def fetch(self, name: str, serials: Sequence[int], dim: int) -> NDArray[np.float32]:
        found = np.empty((len(serials), dim), dtype=np.float32)
        wanted = np.array(serials, dtype=np.int64)
        missing = 0
        for part in batches(len(wanted), FETCHED):
            here, place = np.unique(wanted[part], return_inverse=True)
            there, vectors = self._fetched(name, here.tolist(), dim)
            if len(there) < len(here):
                missing += len(here) - len(there)
            else:
                found[part] = vectors[place]
        if missing:
            raise lacks(self.address.text, missing)
        return found

    def _fetched(self, name: str, serials: list[int], dim: int) -> tuple[list[int], NDArray[np.float32]]:
        async def work(connection: Any) -> tuple[bool, list[Any]]:
            kept = await self._is_exact(connection, name)
            asked = f'select "serial", "{"exact" if kept else "vector"}" from {quoted(name)} where "serial" = any($1)'
            return kept, await connection.fetch(f'{asked} order by "serial"', serials)

        kept, rows = self.database.asked(work)
        return [row[0] for row in rows], whole([row[1] for row in rows], dim, kept)

    def delete(self, name: str, serials: Sequence[int]) -> None:
        asked = f'delete from {quoted(name)} where "serial" = any($1)'
        self.database.asked(lambda connection: connection.execute(asked, list(serials)))

    def publish(self, alias: str, name: str) -> list[str]:
        """The view has the same columns whatever is in the table, so that grants on it stay."""
        view, (_, _, table) = quoted(alias), name.rpartition(".")

        async def work(connection: Any) -> list[str]:
            async with connection.transaction():
                await connection.execute(
                    f'create or replace view {view} as select "serial", "id", "sha256" from {quoted(name)}'
                )
                await connection.execute(f"comment on view {view} is '{_MARK}{name}'")
            others = await connection.fetch(
                "select relname from pg_class where relkind = 'r' and relname ~ ('^' || $1 || '_g[0-9a-f]{8}$')"
                " and relname <> $2 and relnamespace = (select relnamespace from pg_class where oid = $3::regclass)",
                alias.rpartition(".")[2],
                table,
                quoted(name),
            )
            schema = name.removesuffix(table)
            return [schema + row[0] for row in others]

        others: list[str] = self.database.asked(work)
        return others

    def published(self, alias: str) -> str:
        async def work(connection: Any) -> tuple[bool, str]:
            row = await connection.fetchrow(
                "select to_regclass($1) is not null, coalesce(obj_description(to_regclass($1), 'pg_class'), '')",
                quoted(alias),
            )
            return row[0], row[1]

        there, comment = self.database.asked(work)
        if there and not comment.startswith(_MARK):
            raise InputError(
                f"{alias} in the database at {self.address.text} is something that ArtExtract did not make",
                "choose another name for the store",
                code="store-name-taken",
            )
        return str(comment.removeprefix(_MARK))

    def withdraw(self, alias: str, name: str) -> None:
        if self.published(alias) == name:
            asked = f"drop view if exists {quoted(alias)}"
            self.database.asked(lambda connection: connection.execute(asked))
        self.drop(name)

    def drop(self, name: str) -> None:
        asked = f"drop table if exists {quoted(name)}"
        self.database.asked(lambda connection: connection.execute(asked))
