"""Commands for ways through a collection: path, timeline."""

from __future__ import annotations

import argparse
from typing import Any

from artextract.app.commands.common import (
    Outcome,
    command,
    from_zero,
    open_sheet,
    positive,
    progress,
    require_sheet,
    sheet_options,
)
from artextract.app.commands.mixes import chosen_mix, mix_options
from artextract.app.tables import grid
from artextract.naming import caption_of
from artextract.printable import counted
from artextract.search.asking.ids import named


def add(commands: argparse._SubParsersAction) -> None:
    path = command(
        commands,
        "path",
        _path,
        "a chain of small steps from one painting to another, each explained",
        "artextract path my-collection ID OTHER_ID --sheet path.png\n  artextract path my-collection ID OTHER_ID"
        ' --mix colours --where "year=1860..1910"',
    )
    path.add_argument("collection", metavar="COLLECTION", help="an indexed one")
    path.add_argument("first", metavar="ID", help="where the path begins")
    path.add_argument("last", metavar="OTHER_ID", help="where it ends")
    mix_options(path)
    path.add_argument(
        "--where",
        metavar="EXPR",
        action="append",
        default=[],
        help='go through these alone, as in a search: "style=Cubism"; may be repeated',
    )
    sheet_options(path, "also draw the path")

    timeline = command(
        commands,
        "timeline",
        _timeline,
        "clusters of similar paintings over time",
        "artextract timeline my-collection --sheet timeline.png\n  artextract timeline my-collection --mix"
        " colours --every 25 --csv colours.csv",
    )
    timeline.add_argument("collection", metavar="COLLECTION", help="an indexed one, whose paintings have years")
    mix_options(timeline)
    timeline.add_argument(
        "--where", metavar="EXPR", action="append", default=[], help="only these, as in a search; may be repeated"
    )
    timeline.add_argument("--every", type=positive, metavar="YEARS", help="length of a period (default: one that fits)")
    timeline.add_argument("--clusters", type=positive, metavar="K", help="how many (default: as for map)")
    timeline.add_argument(
        "--clustering", choices=("kmeans", "agglomerative"), default="kmeans", help="(default: %(default)s)"
    )
    timeline.add_argument("--seed", type=from_zero, default=0, help="(default: %(default)s)")
    timeline.add_argument("--csv", metavar="FILE", help="also write a table, a row for each cluster and period")
    sheet_options(timeline, "also draw it")


def _path(args: argparse.Namespace) -> Outcome:
    from artextract.search.asking.engine import SearchEngine
    from artextract.search.ways.path import path_between

    require_sheet(args)
    engine = SearchEngine.open(args.collection)
    first, last = (named(text, engine.index.ids) for text in (args.first, args.last))
    found = path_between(engine, first, last, chosen_mix(args, engine), args.where, progress)
    document = found.as_dict()
    if args.sheet:
        from artextract.search.ways.path_sheet import write_path_sheet

        document["sheet"] = str(write_path_sheet(found, args.sheet).resolve())
        open_sheet(args, document["sheet"])
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
        rows.append(
            [
                str(number),
                stop["id"],
                caption_of(stop["title"], stop["path"], stop["labels"].get("artist")),
                labels,
                score,
            ]
        )
    lines = [
        f"{count} among {counted(document['paintings'], 'painting')} by {mix}; the two ends alone score"
        f" {document['direct']:.2f}",
        grid(["", "id", "title", "labels", "score of the step"], rows, left=4, spare=("labels",), whole="id"),
    ]
    for number, step in enumerate(steps, 1):
        lines += ["", f"{number}. {step['first']} -> {step['second']}", f"   {step['summary']}"]
    if any(step["bridge"] for step in steps):
        lines += ["", "bridge: neither painting is among the nearest of the other, but nothing nearer leads on"]
    return "\n".join(lines + ([f"sheet: {document['sheet']}"] if "sheet" in document else []))


def _timeline(args: argparse.Namespace) -> Outcome:
    from artextract.csv_file import require_csv
    from artextract.search.asking.engine import SearchEngine
    from artextract.search.map.timeline import make_timeline, write_csv
    from artextract.search.map.timeline_picture import write_timeline_picture

    require_sheet(args)
    if args.csv:
        require_csv(args.csv)
    engine = SearchEngine.open(args.collection)
    found = make_timeline(
        engine, chosen_mix(args, engine), args.clusters, args.clustering, args.every, args.seed, args.where, progress
    )
    document = found.as_dict()
    if args.csv:
        document["csv"] = str(write_csv(args.csv, found).resolve())
    if args.sheet:
        document["sheet"] = str(write_timeline_picture(found, engine.paintings, args.sheet).resolve())
        open_sheet(args, document["sheet"])
    return Outcome(document, timeline_text(document))


def timeline_text(document: dict[str, Any]) -> str:
    mix = ", ".join(f"{name} {weight:.2f}" for name, weight in document["weights"].items())
    strands, undated = document["strands"], document["undated"]
    lines = [
        f"{counted(document['paintings'], 'painting')} in {counted(len(strands), 'cluster')} by {mix}, in periods of"
        f" {document['every']}"
        " years" + (f"; {undated} have no year" if undated else ""),
        grid(
            ["", "cluster", "paintings", "years of nine in ten", "middle"],
            [
                [
                    str(strand["cluster"]["number"]),
                    strand["cluster"]["name"],
                    str(strand["cluster"]["size"]),
                    "" if strand["median"] is None else f"{strand['first']} to {strand['last']}",
                    "" if strand["median"] is None else str(strand["median"]),
                ]
                for strand in strands
            ],
            left=2,
        ),
    ]
    rows = []
    for place, (first, last) in enumerate(document["periods"]):
        total = sum(strand["counts"][place] for strand in strands)
        best = sorted(strands, key=lambda strand: -strand["counts"][place])[:3]
        named = [f"{s['cluster']['name']} {s['counts'][place] / total:.0%}" for s in best if s["counts"][place] > 0]
        rows.append([f"{first}-{last}" if last > first else str(first), f"{total:.0f}", ", ".join(named)])
    lines.append(grid(["period", "paintings", "of these"], rows, left=1))
    return "\n".join(lines + [f"{name}: {document[name]}" for name in ("csv", "sheet") if name in document])
