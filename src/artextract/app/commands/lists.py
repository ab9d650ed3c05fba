"""The command lists: the lists of paintings that were saved in a collection."""

from __future__ import annotations

import argparse
from typing import Any

from artextract.app.commands.common import Outcome, command
from artextract.app.tables import grid


def add(commands: argparse._SubParsersAction) -> None:
    lists = command(
        commands,
        "lists",
        _lists,
        "the lists of paintings that people saved in the web application, and the paintings on one",
        "artextract lists my-collection\n  artextract lists my-collection 'Harbours'\n  artextract export"
        " my-collection --list 'Harbours' --format pdf",
    )
    lists.add_argument("collection", metavar="COLLECTION")
    lists.add_argument("list", metavar="NAME", nargs="?", help="show what is on this one (its name or id)")


def _lists(args: argparse.Namespace) -> Outcome:
    from artextract.lists import ListStore
    from artextract.table import read_paintings

    paintings, store = read_paintings(args.collection), ListStore(args.collection)
    if args.list:
        one = store.named(args.list)
        titles = dict(zip(paintings.ids, paintings.column("title"), strict=True)) if "title" in paintings.frame else {}
        entries = [{"id": entry.id, "title": titles.get(entry.id), "note": entry.note} for entry in one.entries]
        document: dict[str, Any] = _described(one) | {"list": entries}
        rows = [[titles.get(entry.id) or "", entry.id, entry.note] for entry in one.entries]
        said = f"\n{one.note}" if one.note else ""
        return Outcome(document, f"{one.name}{said}\n\n{grid(['title', 'id', 'note'], rows, left=3)}")
    there = store.lists()
    document = {"collection": str(paintings.root.resolve()), "lists": [_described(one) for one in there]}
    if not there:
        return Outcome(document, "no list has been saved yet: pick paintings in artextract serve, and save them")
    table = [[one.name, str(len(one.entries)), one.by, one.time[:10], one.note] for one in there]
    return Outcome(document, grid(["name", "paintings", "by", "changed", "note"], table, end=3))


def _described(one: Any) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "note": one.note,
        "paintings": len(one.entries),
        "by": one.by,
        "time": one.time,
        "version": one.version,
    }
