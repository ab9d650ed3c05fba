"""Named lists."""

from typing import TypedDict


class ListBrief(TypedDict):
    id: str
    name: str
    note: str
    n: int
    version: int
    by: str
    time: str
    first: list[str]


class Lists(TypedDict):
    lists: list[ListBrief]
    writable: bool


class ListEntry(TypedDict):
    id: str
    note: str


class ListAnswer(TypedDict):
    id: str
    name: str
    note: str
    paintings: list[ListEntry]
    deleted: bool
    version: int
    by: str
    time: str
