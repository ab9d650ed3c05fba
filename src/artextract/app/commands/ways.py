"""Commands for ways through a collection: path."""

from __future__ import annotations

import argparse
from typing import Any

from artextract.app.commands.common import Outcome, command, progress
from artextract.app.tables import grid


def add(commands: argparse._SubParsersAction) -> None:
    path = command(
        commands,
        "path",
        _path,
        "a chain of small steps from one painting to another, each explained",
        "artextract path my-collection ID OTHER_ID --sheet path.png\n  artextract path my-collection ID OTHER_ID"
        ' --weights palette=1 --where "year=1860..1910"',
    )
    path.add_argument("collection", metavar="COLLECTION", help="an indexed one")
    path.add_argument("first", metavar="ID", help="where the path begins")
    path.add_argument("last", metavar="OTHER_ID", help="where it ends")
    path.add_argument("--weights", metavar="F=W,F=W", help="weight per feature (default: the mix of the index)")
    path.add_argument(
        "--where",
        metavar="EXPR",
        action="append",
        default=[],
        help='step on these alone, as in a search: "style=Cubism"; again for more',
    )
    path.add_argument("--sheet", metavar="PNG", help="also draw the path")


def _path(args: argparse.Namespace) -> Outcome:
    from artextract.search.asking.weights import parse_weights
    from artextract.search.ways.path import path_between

    weights = parse_weights(args.weights) if args.weights else None
    found = path_between(args.collection, args.first, args.last, weights, args.where, progress)
    document = found.as_dict()
    if args.sheet:
        from artextract.search.ways.path_sheet import write_path_sheet

        document["sheet"] = str(write_path_sheet(found, args.sheet).resolve())
    return Outcome(document, path_text(document))


def path_text(document: dict[str, Any]) -> str:
    mix = ", ".join(f"{name} {weight:.2f}" for name, weight in document["weights"].items())
    stops, steps = document["stops"], document["steps"]
    count = f"{len(steps)} step{'s' if len(steps) > 1 else ''}"
    rows = []
    for number, stop in enumerate(stops):
        step = steps[number - 1] if number else None
        labels = ", ".join(value for value in stop["labels"].values() if value)
        score = "" if step is None else f"{step['score']:.2f}" + (" (bridge)" if step["bridge"] else "")
        rows.append([str(number), stop["id"], stop["title"] or "", labels, score])
    lines = [
        f"{count} among {document['paintings']} paintings by {mix}; the two ends alone score {document['direct']:.2f}",
        grid(["", "id", "title", "labels", "score of the step"], rows, left=4),
    ]
    for number, step in enumerate(steps, 1):
        lines += ["", f"{number}. {step['first']} -> {step['second']}", f"   {step['summary']}"]
    if any(step["bridge"] for step in steps):
        lines += ["", "bridge: neither painting is among the nearest of the other, but nothing nearer leads on"]
    return "\n".join(lines + ([f"sheet: {document['sheet']}"] if "sheet" in document else []))
