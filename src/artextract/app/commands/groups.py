"""Commands that look at a whole indexed collection: duplicates, map."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from artextract.app.commands.common import (
    Outcome,
    command,
    from_zero,
    open_sheet,
    positive,
    progress,
    require_sheet,
    say,
    sheet_options,
)
from artextract.app.commands.mixes import chosen_mix, mix_options
from artextract.app.tables import grid
from artextract.printable import counted

SHOWN = 20
"""Groups printed as text; all stand in --json and --csv."""


def add(commands: argparse._SubParsersAction) -> None:
    _add_duplicates(commands)
    _add_maps(commands)


def _add_duplicates(commands: argparse._SubParsersAction) -> None:
    duplicates = command(
        commands,
        "duplicates",
        _duplicates,
        "pictures that show one work: copies, other photographs, details, versions",
        "artextract duplicates my-collection --sheet duplicates.png\n  artextract duplicates my-collection --threshold"
        " 0.9 --csv duplicates.csv",
    )
    duplicates.add_argument("collection", metavar="COLLECTION", help="an indexed one")
    duplicates.add_argument(
        "--threshold",
        type=float,
        default=0.5,
        metavar="P",
        help="least confidence of a pair, 0 to 1 (default: %(default)s)",
    )
    duplicates.add_argument(
        "--neighbours",
        type=from_zero,
        default=5,
        metavar="N",
        help="nearest paintings of each that are looked at (default: %(default)s)",
    )
    duplicates.add_argument("--csv", metavar="FILE", help="also write the groups as a table, a row for each picture")
    duplicates.add_argument(
        "--undecided", action="store_true", help="leave out the pairs that people have decided on in the application"
    )
    sheet_options(duplicates, "also draw the groups, with a frame where a detail lies")


def _add_maps(commands: argparse._SubParsersAction) -> None:
    maps = command(
        commands,
        "map",
        _map,
        "all paintings on a map, similar ones together, in named clusters",
        "artextract map my-collection --out my-map\n  artextract map my-collection --mix colours --clusters 8"
        " --out colours",
    )
    maps.add_argument("collection", metavar="COLLECTION", help="an indexed one")
    maps.add_argument(
        "--method",
        choices=("tsne", "pca", "umap", "time"),
        default="tsne",
        help="umap must be installed; time puts the year on the x axis (default: %(default)s)",
    )
    mix_options(maps)
    maps.add_argument(
        "--where",
        metavar="EXPR",
        action="append",
        default=[],
        help='map only these, as in a search: "style=Cubism"; may be repeated',
    )
    maps.add_argument(
        "--clusters", type=positive, metavar="K", help="how many (default: the number with the best silhouette)"
    )
    maps.add_argument(
        "--clustering", choices=("kmeans", "agglomerative"), default="kmeans", help="(default: %(default)s)"
    )
    maps.add_argument("--seed", type=from_zero, default=0, help="(default: %(default)s)")
    maps.add_argument("--out", metavar="FOLDER", help="write map.png, map.csv and map.json there")
    maps.add_argument(
        "--csv", metavar="FILE", help="also write places and clusters as a table, a row for each painting"
    )


def _duplicates(args: argparse.Namespace) -> Outcome:
    from artextract.csv_file import require_csv
    from artextract.drawing_text import require_picture
    from artextract.review.works import WorkStore
    from artextract.search.works.duplicates import find_duplicates, with_verdicts, write_csv
    from artextract.search.works.duplicates_sheet import write_sheet

    if args.csv:
        require_csv(args.csv)
    require_sheet(args)
    if args.sheet:
        require_picture(args.sheet)
    found = find_duplicates(args.collection, args.threshold, args.neighbours, progress)
    found = with_verdicts(found, WorkStore(args.collection).verdicts(), args.undecided)
    for entry in found.skipped:
        say(f"skipped {entry['id']}: {entry['reason']}")
    files = {}
    if args.csv:
        files["table"] = write_csv(args.csv, found)
    if args.sheet:
        files["sheet"] = write_sheet(args.sheet, found)
        open_sheet(args, args.sheet)
    document = found.as_dict() | {"files": _absolute(files)}
    return Outcome(document, duplicates_text(document))


def duplicates_text(document: dict[str, Any]) -> str:
    groups, pairs = document["groups"], document["pairs"]
    refused = len(document["refused"])
    if not groups:
        text = (
            f"no two of {counted(document['paintings'], 'painting')} show one work with a confidence of"
            f" {document['threshold']}"
            f" ({counted(document['compared'], 'pair was', 'pairs were')} compared)"
        )
        return "\n".join([text, *_files(document)])
    kinds = ", ".join(f"{count} {kind}" for kind, count in document["kinds"].items() if count)
    lines = [
        f"{counted(len(groups), 'group')} among {counted(document['paintings'], 'painting')}, of"
        f" {counted(document['compared'], 'pair')} compared",
        f"{counted(len(pairs), 'pair')}: {kinds}"
        + (f"; {document['known']} are known by the column object" if document["known"] else ""),
    ]
    if refused:
        lines.append(f"{refused} more were decided to be different, and are left out")
    rows = []
    for number, group in enumerate(groups[:SHOWN], 1):
        for member in group:
            first = member["to"] is None
            sure = "" if first else f"{member['confidence']:.2f}"
            where = "" if member["rectangle"] is None else " ".join(f"{value:.2f}" for value in member["rectangle"])
            rows.append(
                [
                    str(number) if first else "",
                    member["id"],
                    ", ".join(
                        filter(None, [member["kind"], "known" if member["known"] else "", _said(member["decided"])])
                    ),
                    sure,
                    where,
                ]
            )
    lines.append(
        grid(
            ["", "id", "kind", "confidence", "left top right bottom"],
            rows,
            left=3,
            spare=("left top right bottom",),
            whole="id",
        )
    )
    if len(groups) > SHOWN:
        lines.append(f"and {counted(len(groups) - SHOWN, 'more group')} (all with --json or --csv)")
    return "\n".join(lines + _files(document))


def _said(decided: str | None) -> str:
    return f"decided: {decided}" if decided else ""


def _map(args: argparse.Namespace) -> Outcome:
    from artextract.csv_file import require_csv
    from artextract.search.asking.engine import SearchEngine
    from artextract.search.map.layout import make_map
    from artextract.search.map.map_files import write_csv, write_map

    if args.csv:
        require_csv(args.csv)
    engine = SearchEngine.open(args.collection)
    weights = chosen_mix(args, engine)
    found = make_map(engine, args.method, weights, args.clusters, args.clustering, args.seed, args.where, progress)
    files = write_map(args.out, found) if args.out else {}
    if args.csv:
        files["csv"] = write_csv(args.csv, found)
    document = found.as_dict() | {"files": _absolute(files)}
    return Outcome(document, map_text(document))


def map_text(document: dict[str, Any]) -> str:
    mix = ", ".join(f"{name} {weight:.2f}" for name, weight in document["weights"].items())
    clusters = document["clusters"]
    silhouette = document["silhouettes"].get(str(len(clusters)))
    lines = [
        f"{counted(document['paintings'], 'painting')} mapped by {document['method']} of {mix}"
        + (f"; {document['placed']} of them were put next to their nearest" if document["placed"] else ""),
        f"{counted(len(clusters), 'cluster')} by {document['clustering']}"
        + ("" if silhouette is None else f", silhouette {silhouette:.3f}"),
        grid(
            ["", "cluster", "stands for it", "paintings"],
            [[str(c["number"]), c["name"], c["representatives"][0], str(c["size"])] for c in clusters],
            left=3,
        ),
        "clusters and labels: NMI grows with the number of clusters by itself, AMI and ARI are 0 at chance",
        grid(
            ["", "labelled", "classes", "NMI", "AMI", "ARI"],
            [
                [
                    name,
                    str(f["n"]),
                    str(f["classes"]),
                    *("–" if f[m] is None else f"{f[m]:.3f}" for m in ("nmi", "ami", "ari")),
                ]
                for name, f in document["agreement"].items()
            ],
        ),
    ]
    if document["skipped"]:
        lines.append(
            f"{counted(len(document['skipped']), 'painting without', 'paintings without')}"
            f" {_missing(document['method'])} left out"
        )
    return "\n".join(lines + _files(document))


def _missing(method: str) -> str:
    return "a year, or all features of the mix," if method == "time" else "all features of the mix"


def _absolute(files: dict[str, Path]) -> dict[str, str]:
    return {name: str(path.resolve()) for name, path in files.items()}


def _files(document: dict[str, Any]) -> list[str]:
    return [f"{name}: {path}" for name, path in document["files"].items()]
