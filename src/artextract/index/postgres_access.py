"""Whether a store can be written in a database: its version and that of pgvector, and what the user may do."""

from __future__ import annotations

import re
from typing import Any

from artextract.errors import InputError, MismatchError
from artextract.index.remote_server import Address, refused, too_old

OLDEST, OLDEST_VECTORS = (15,), (0, 8)
"""Of PostgreSQL, which before compares lists one by one, and of pgvector, which before cannot go on where a filter lets
too few of its proposals pass."""


async def require(connection: Any, address: Address) -> None:
    """Raises ``InputError`` where no store can be written. Makes the extension where the user may do so."""
    version = connection.get_server_version()
    if version < OLDEST:
        raise _too_old(address, f"PostgreSQL {version.major}", f"PostgreSQL {OLDEST[0]}")
    vectors = await _vectors(connection, address)
    if tuple(int(number) for number in re.findall(r"\d+", vectors)[:2]) < OLDEST_VECTORS:
        needed = f"pgvector {'.'.join(map(str, OLDEST_VECTORS))}"
        raise _too_old(address, f"pgvector {vectors}", needed, "; where it is installed: ALTER EXTENSION vector UPDATE")
    schema, _, _ = address.name.rpartition(".")
    may = await connection.fetchval(
        "select not pg_is_in_recovery() and has_schema_privilege(coalesce(nullif($1, ''), current_schema()), 'create')",
        schema,
    )
    if not may:
        raise refused(
            address.text,
            f"this user cannot make tables in the schema {schema or 'public'}",
            "grant him CREATE on it, or name another schema: .../SCHEMA.NAME",
        )


async def _vectors(connection: Any, address: Address) -> str:
    """The version of pgvector."""
    asked = "select extversion from pg_extension where extname = 'vector'"
    version = await connection.fetchval(asked)
    if version is None:
        try:
            await connection.execute("create extension if not exists vector")
        except Exception as error:  # not there, or not for this user: the server has a class for each
            raise InputError(
                f"the database at {address.text} has no pgvector ({error})",
                "have one who may do so run in this database: CREATE EXTENSION vector",
                code="store-extension-missing",
            ) from error
        version = await connection.fetchval(asked)
    return str(version)


def _too_old(address: Address, there: str, needed: str, more: str = "") -> MismatchError:
    return too_old(address.text, there, f"ArtExtract needs {needed} or newer{more}")
