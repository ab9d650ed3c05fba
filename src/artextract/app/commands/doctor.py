"""The command that examines a collection before anything is learned from it: doctor."""

from __future__ import annotations

import argparse
from typing import Any

from artextract.app import tables
from artextract.app.commands.common import Outcome, command, progress
from artextract.printable import counted

SHOWN = 3


def add(commands: argparse._SubParsersAction) -> None:
    doctor = command(
        commands,
        "doctor",
        _doctor,
        "find missing, damaged, duplicate and contradictory paintings, and leaks between splits",
        "artextract doctor my-collection\n  artextract doctor my-collection --model models/wikiart\n  artextract doctor"
        " my-collection --fix",
    )
    doctor.add_argument("collection", metavar="COLLECTION")
    doctor.add_argument("--model", metavar="MODEL", help="also see whether this model knows the collection's labels")
    doctor.add_argument(
        "--fix",
        action="store_true",
        help="repair the table where that is safe (images are never touched); the old table is kept next to it",
    )
    doctor.add_argument(
        "--quick", action="store_true", help="decode only files that are not byte for byte those of the import"
    )
    doctor.add_argument(
        "--artist-disjoint", action="store_true", help="an artist on two sides of the split is an error"
    )


def _doctor(args: argparse.Namespace) -> Outcome:
    from artextract.doctor import examine, fix

    report = examine(
        args.collection, args.model, quick=args.quick, artist_disjoint=args.artist_disjoint, progress=progress
    )
    document, text = report.as_dict(), ""
    if args.fix:
        repairs = fix(report).as_dict()
        report = examine(
            args.collection, args.model, quick=True, artist_disjoint=args.artist_disjoint, progress=progress
        )
        document = report.as_dict() | {"repairs": repairs}
        text = _repairs(repairs) + "\n\n"
    return Outcome(document, text + _findings(document), 0 if report.sound else 1)


def _repairs(repairs: dict[str, Any]) -> str:
    if not repairs["table_before"]:
        return "there was nothing to mend in the table"
    done = {
        "rows without a readable image dropped": repairs["dropped"],
        "copies merged into another row": repairs["merged"],
        "contradictory labels emptied": repairs["cleared"],
        "paintings moved to the side of their copy": repairs["moved"],
    }
    lines = [f"mended: {len(cases)} {what}" for what, cases in done.items() if cases]
    lines.append(f"the table before the first repair: {repairs['table_before']}")
    return "\n".join([*lines, "an index of the collection is of the old table: make it again with artextract index"])


def _findings(document: dict[str, Any]) -> str:
    head = f"{counted(document['paintings'], 'painting')} in {document['collection']}"
    if not document["findings"]:
        return f"{head}: nothing found"
    rows, lines = [], []
    for finding in document["findings"]:
        rows.append([finding["severity"], f"{finding['count']:,}", finding["message"]])
    grid = tables.grid(
        ["", "count", "finding"], [[severity, count.rjust(7), message] for severity, count, message in rows], left=3
    ).splitlines()
    lines += [head, "", *grid[:2]]
    for finding, line in zip(document["findings"], grid[2:], strict=False):
        lines.append(line)
        lines += [f"{'':9}{'':7}  {_example(item)}" for item in finding["items"][:SHOWN]]
        if finding["count"] > SHOWN:
            lines.append(f"{'':9}{'':7}  and {finding['count'] - SHOWN:,} more (all with --json)")
        if finding["mend"] and finding["severity"] != "note":
            lines.append(f"{'':9}{'':7}  -> {finding['mend']}")
    return "\n".join(lines)


def _example(item: dict[str, Any]) -> str:
    match item:
        case {"reason": reason, "path": path}:
            return f"{path}: {reason}"
        case {"attribute": name, "labels": dict(labels)}:
            return f"{name}: " + ", ".join(f"{painting_id} = {label}" for painting_id, label in labels.items() if label)
        case {"ids": ids, "splits": splits}:
            return ", ".join(
                f"{painting_id} ({split or 'no split'})" for painting_id, split in zip(ids, splits, strict=False)
            )
        case {"attribute": name, "label": label, "train": train, "test": test}:
            return f"{name} {label}: {train} train, {test} test"
        case {"attribute": name, "label": label}:
            return f"{name} {label}" + (f": {counted(item['paintings'], 'painting')}" if "paintings" in item else "")
        case {"artist": artist, "test": test}:
            return f"{artist}: {test} test"
    return ", ".join(f"{name} {value}" for name, value in item.items())
