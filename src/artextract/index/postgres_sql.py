"""The tables of a PostgreSQL store, and conditions on their rows, in SQL.

A row has its number, id and hash, the vector in 16 bits, by which rows are proposed, and in 32, by which they are
ranked where the index keeps that much; then which features it has, and the fields by which filters ask. What filters
ask has a B-tree, so that few passing rows are found without the others being read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artextract.index.remote_filter import KEY, NOTHING
from artextract.index.remote_where import Among, Compared, Every, Not, Some, Where

MOST_DIMS, MOST_GRAPH_DIMS = 16_000, 4_000
"""How many numbers a halfvec may have, and one of which there is a graph."""
_IN_PAGE = 3_800
"""Vectors of so many numbers stand in the page of their row, of 8 kB, and are read without a second look."""
_LONGEST_KEY = 2_000
"""A B-tree takes no longer texts; of a column that has one there is none, and all of its rows are read."""


def quoted(name: str) -> str:
    """The name of a table, with its schema or without."""
    return ".".join(f'"{part}"' for part in name.split("."))


def sql(where: Where, values: list[Any]) -> str:
    """A condition in SQL; its values are added to ``values`` and stand in it as $1, $2 and so on."""

    def placed(value: Any) -> str:
        values.append(value)
        return f"${len(values)}"

    match where:
        case Compared(field, sign, value):
            return f'"{field}" {"=" if sign == "==" else sign} {placed(value)}'
        case Among(field, among):
            return f'"{field}" = any({placed(list(among))})'
        case Not(Among(field, among)):
            return f'"{field}" <> all({placed(list(among))})'
        case Not(part):
            return f"not ({sql(part, values)})"
        case Every(parts):
            return "(" + " and ".join(sql(part, values) for part in parts) + ")"
        case Some(parts):
            return "(" + " or ".join(sql(part, values) for part in parts) + ")"


def creation(
    name: str, dim: int, features: Sequence[str], fields: Mapping[str, Sequence[str]], exact: bool
) -> Iterator[str]:
    """The statements that make a table; with ``exact`` it keeps vectors in 32 bits too."""
    table = quoted(name)
    kept = [
        f"\"{field}\" text not null default ''" for kind, *names in fields.values() if kind == KEY for field in names
    ]
    kept += [
        f'"{field}" double precision not null default {NOTHING}'
        for kind, *names in fields.values()
        if kind != KEY
        for field in names
    ]
    columns = [
        '"serial" bigint primary key',
        '"id" text not null',
        '"sha256" text not null',
        f'"vector" halfvec({dim}) not null',
        *(['"exact" bytea not null'] if exact else []),
        *(f'"has_{feature}" boolean not null' for feature in features),
        *kept,
    ]
    yield f"create table if not exists {table} ({', '.join(columns)})"
    places = {"vector": "plain" if dim <= _IN_PAGE else "external", "id": "main", "sha256": "main"}
    places |= {"exact": "external"} if exact else {}
    places |= {field: "main" for kind, *names in fields.values() if kind == KEY for field in names}
    yield f"alter table {table} " + ", ".join(f'alter "{field}" set storage {place}' for field, place in places.items())


def b_trees(name: str, fields: Mapping[str, int]) -> Iterator[str]:
    """The statements that make the B-trees of ``fields``, of which the longest values have so many bytes."""
    for field, longest in fields.items():
        if longest <= _LONGEST_KEY:
            yield f'create index on {quoted(name)} ("{field}")'


def halved(vectors: NDArray[np.float32]) -> list[bytes]:
    """Vectors (n, dim) as the server sends and takes them in 16 bits."""
    head = np.array([vectors.shape[1], 0], dtype=">i2").tobytes()
    return [head + row.tobytes() for row in vectors.astype(">f2")]


def whole(rows: Sequence[bytes], dim: int, exact: bool) -> NDArray[np.float32]:
    """Vectors (n, dim) from what a table keeps of them."""
    if exact:
        return np.frombuffer(b"".join(rows), dtype="<f4").reshape(len(rows), dim).astype(np.float32)
    return np.frombuffer(b"".join(row[4:] for row in rows), dtype=">f2").reshape(len(rows), dim).astype(np.float32)
