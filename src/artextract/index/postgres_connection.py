"""Connections to a PostgreSQL server, and a sentence for each way in which they fail.

The only file that imports asyncpg, which reads what libpq does: ``PGPASSWORD``, ``~/.pgpass``, ``PGSSLMODE`` and the
like."""

from __future__ import annotations

import asyncio
import os
import re
import ssl
import threading
import time
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from artextract.errors import InputError
from artextract.index.remote_server import (
    Address,
    client_missing,
    failed,
    gone,
    loading,
    no_address,
    password_in,
    refused,
    unreachable,
)

PASSWORD = "ARTEXTRACT_POSTGRES_PASSWORD"
"""The variable of the environment that has the password, where those of PostgreSQL do not."""
SECONDS = 60.0
"""How long a call may take; the making of an index may take longer."""
CONNECTING = 10.0
STARTING = 60.0
"""How long is waited for a server that has just been started and recovers what it had."""
CONNECTIONS = 8
IDLE = 60.0
"""Seconds after which a connection that nobody uses is closed."""
_NAME = re.compile(r"(?:[A-Za-z_][A-Za-z0-9_]{0,39}\.)?[A-Za-z_][A-Za-z0-9_]{0,39}")
_OPTIONS = {"sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl"}
_HINT = "write it as postgresql://USER@HOST:5432/DATABASE/NAME, or .../SCHEMA.NAME?sslmode=verify-full"
_ACCESS = f"put the password into {PASSWORD} or ~/.pgpass, and grant the user what is named here"


def address_of(text: str) -> Address:
    """Raises ``InputError`` for what is no address, and for one with a password in it."""
    try:
        parts = urlsplit(text)
        options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
        port, password = parts.port, parts.password
    except ValueError:
        raise no_address(text, _HINT) from None
    if password is not None or "password" in options:
        raise password_in(f"leave it out, and put it into {PASSWORD} or ~/.pgpass")
    database, _, name = parts.path.strip("/").rpartition("/")
    known = options.keys() <= _OPTIONS and not parts.fragment and port != 0
    if not known or not parts.hostname or not database or "/" in database or not _NAME.fullmatch(name):
        raise no_address(text, _HINT)
    query = f"?{parts.query}" if parts.query else ""
    at = f"postgresql://{parts.netloc}/{database}"
    return Address(f"{at}{query}", name, f"{at}/{name}{query}")


class Database:
    """The database of an address. Calls may come from any thread; all of a process share one pool of connections."""

    def __init__(self, address: Address):
        self.address = address

    def asked(self, work: Callable[[Any], Awaitable[Any]]) -> Any:
        """What ``work``, which must do no harm when it is done twice, gives for a connection.

        One that was lost is opened anew once, and a server that has just been started is waited for."""
        until, again = time.monotonic() + STARTING, False
        driver = _driver(self.address.text)
        while True:
            try:
                return asyncio.run_coroutine_threadsafe(self._once(work), _loop()).result()
            except driver.CannotConnectNowError as error:
                if time.monotonic() > until:
                    raise loading(self.address.text) from error
                time.sleep(0.3)
            except InputError:
                raise
            except (*_lost(driver), driver.InternalClientError) as error:  # or without types that are there by now
                if again or isinstance(error, ValueError):
                    raise self._told(error) from error
                again = True
                asyncio.run_coroutine_threadsafe(self._forgotten(), _loop()).result()
            except (driver.PostgresError, OSError, ValueError, TimeoutError) as error:
                raise self._told(error) from error

    async def _once(self, work: Callable[[Any], Awaitable[Any]]) -> Any:
        pool = await _pool(self.address.uri, os.environ.get(PASSWORD) or None)
        async with pool.acquire() as connection:
            return await work(connection)

    async def _forgotten(self) -> None:
        """Every connection is opened anew when it is next used."""
        await (await _pool(self.address.uri, os.environ.get(PASSWORD) or None)).expire_connections()

    def _told(self, error: Exception) -> InputError:
        driver, where, said = _driver(self.address.text), self.address.text, str(error)
        if isinstance(error, driver.UndefinedTableError | driver.InvalidSchemaNameError):
            return gone(where)
        if isinstance(error, ssl.SSLError) or "SSL" in said:
            return refused(where, said, "see the sslmode and sslrootcert of the address, and those of the server")
        if isinstance(
            error,
            driver.InsufficientPrivilegeError
            | driver.InvalidAuthorizationSpecificationError
            | driver.ReadOnlySQLTransactionError,
        ):
            return refused(where, said, _ACCESS)
        if isinstance(error, ValueError):  # what the address or the environment says
            return no_address(where, f"{said}; {_HINT}")
        if isinstance(error, (*_lost(driver), OSError, TimeoutError)):
            return unreachable(where, "PostgreSQL")
        if isinstance(error, driver.TooManyConnectionsError):
            return unreachable(where, "PostgreSQL", said)
        return failed(where, "PostgreSQL", said)


def _lost(driver: Any) -> tuple[type[Exception], ...]:
    """What is raised where a connection that was there no longer is."""
    return (
        driver.PostgresConnectionError,
        driver.InterfaceError,
        driver.AdminShutdownError,
        driver.CrashShutdownError,
        ConnectionResetError,
    )


def _driver(where: str) -> Any:
    try:
        import asyncpg
    except ImportError:
        raise client_missing(where, "PostgreSQL", "postgres") from None
    return asyncpg


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="postgres", daemon=True).start()
    return loop


_pools: dict[tuple[str, str | None], Any] = {}


async def _pool(uri: str, password: str | None) -> Any:
    import asyncpg

    if (uri, password) not in _pools:
        pool = await asyncpg.create_pool(
            uri,
            password=password,
            min_size=0,
            max_size=CONNECTIONS,
            max_inactive_connection_lifetime=IDLE,
            timeout=CONNECTING,
            command_timeout=SECONDS,
            init=_taught,
            server_settings={"application_name": "artextract", "jit": "off"},
        )
        _pools.setdefault((uri, password), pool)
    return _pools[uri, password]


async def _taught(connection: Any) -> None:
    """Vectors of 16 bits pass as the bytes that the server has."""
    schema = await connection.fetchval(
        "select nspname from pg_type join pg_namespace on pg_namespace.oid = typnamespace where typname = 'halfvec'"
    )
    if schema is not None:
        await connection.set_type_codec("halfvec", schema=schema, encoder=bytes, decoder=bytes, format="binary")
