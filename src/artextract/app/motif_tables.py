"""What the commands of the search for details print."""

from __future__ import annotations

from typing import Any

from artextract.app.tables import grid
from artextract.printable import counted

SHOWN = 20
"""Groups printed as text; all stand in --json and --out."""


def prepared(report: dict[str, Any]) -> str:
    """What ``index --motifs`` did."""
    lines = [
        f"{counted(report['paintings'], 'painting')} can be searched for details ({report['bytes_each'] / 1000:.1f}"
        " kB each):"
        f" {report['added']} added or changed, {report['removed']} removed"
    ]
    lines += [f"damaged, and recomputed: {what}" for what in report["damaged"]]
    if report["skipped"]:
        lines.append(f"{len(report['skipped'])} could not be described in detail")
    return "\n".join(lines)


def found(document: dict[str, Any]) -> str:
    """The paintings that show a detail, and where."""
    if not document["hits"]:
        nearest = document["nearest"]
        lines = [
            f"not found in {counted(document['n_candidates'], 'painting')}"
            + (
                ""
                if nearest is None
                else f" (the nearest place has {nearest:.1f}, {document['threshold']:.1f} is needed)"
            )
        ]
    else:
        rows = [
            [
                str(rank),
                hit["id"],
                ", ".join(value for value in hit["labels"].values() if value),
                hit["rights"],
                rectangle(hit["found_at"]),
                "mirrored" if hit["mirrored"] else "",
                f"{hit['score']:.1f}",
                f"{hit['probability']:.0%}",
            ]
            for rank, hit in enumerate(document["hits"], 1)
        ]
        lines = [
            grid(
                ["", "id", "labels", "rights", "left top right bottom", "", "score", "probability"],
                rows,
                left=6,
                spare=("rights", "labels"),
                whole="id",
            ),
            "score: standard deviations above the best places of random paintings; by default about"
            f" {document['false_alarms']:.0%} of searches for what is nowhere find something",
        ]
    return "\n".join(lines) + (f"\ncontact sheet: {document['sheet']}" if "sheet" in document else "")


def rectangle(box: list[float]) -> str:
    return " ".join(f"{value:.2f}" for value in box)


def repeats(document: dict[str, Any]) -> str:
    """The motifs that a collection repeats."""
    groups = document["groups"]
    files = [f"{name}: {path}" for name, path in document["files"].items()]
    if not groups:
        return "\n".join([f"no motif is repeated among {counted(document['paintings'], 'painting')}", *files])
    rows = [
        [
            str(number) if first else "",
            member["id"],
            rectangle(member["found_at"]),
            "" if first else f"{member['score']:.1f}",
        ]
        for number, group in enumerate(groups[:SHOWN], 1)
        for first, member in zip([True] + [False] * len(group), group, strict=False)
    ]
    lines = [
        f"{counted(len(groups), 'motif is', 'motifs are')} repeated among"
        f" {counted(document['paintings'], 'painting')}, in {counted(document['pairs'], 'pair')}",
        grid(["", "id", "left top right bottom", "score"], rows, left=3),
    ]
    if len(groups) > SHOWN:
        lines.append(f"and {len(groups) - SHOWN} more (all with --json or --out)")
    return "\n".join([*lines, *files])
