"""Which rows of a server may be found, before it is put into the server's own words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Compared:
    """A field beside a value: ``sign`` is one of ==, <, <=, >, >=."""

    field: str
    sign: str
    value: str | float | bool


@dataclass(frozen=True)
class Among:
    """Rows whose field has one of some values."""

    field: str
    values: tuple[str, ...] | tuple[int, ...]


@dataclass(frozen=True)
class Not:
    part: Where


@dataclass(frozen=True)
class Every:
    """All of the parts, of which there is at least one."""

    parts: tuple[Where, ...]


@dataclass(frozen=True)
class Some:
    """Any of the parts, of which there is at least one."""

    parts: tuple[Where, ...]


Where = Compared | Among | Not | Every | Some


def every(*parts: Where | None) -> Where:
    """All of the parts that there are."""
    return Every(tuple(part for part in parts if part is not None))
