"""Rows that show one picture: doubled, on two sides of the split, labelled in contradiction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from artextract.doctor.findings import Finding, found
from artextract.splits import duplicate_groups
from artextract.table import Paintings


def groups_of(table: Paintings) -> dict[str, list[np.ndarray]]:
    """Rows, in order, of every group of two or more: "exact" of the same bytes, "near" of the same bytes or nearly the
    same picture."""
    hashes = table.column("sha256")
    exact = np.unique(hashes.astype(str), return_inverse=True)[1]
    near = duplicate_groups(hashes.tolist(), table.column("phash").tolist())
    return {"exact": _of_several(exact), "near": _of_several(near)}


def _of_several(numbers: np.ndarray) -> list[np.ndarray]:
    order = np.argsort(numbers, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(numbers[order])) + 1) if len(order) else []
    return sorted((part for part in parts if len(part) > 1), key=lambda part: part[0])


def copies(table: Paintings, groups: dict[str, list[np.ndarray]]) -> Iterator[Finding]:
    split, ids = table.column("split"), table.column("id")
    hashes = table.column("sha256")

    def items(chosen: list[np.ndarray]) -> list[dict[str, Any]]:
        return [{"ids": ids[rows].tolist(), "splits": split[rows].tolist()} for rows in chosen]

    leaks = items([rows for rows in groups["near"] if len(set(split[rows]) - {None}) > 1])
    exact, near = items(groups["exact"]), items([rows for rows in groups["near"] if len(set(hashes[rows])) > 1])
    yield from found(
        "split_leak",
        "error",
        "paintings have copies on two sides of the split",
        leaks,
        "--fix brings them to one side",
        True,
    )
    yield from found(
        "exact_duplicates",
        "warning",
        "files stand on several rows, byte for byte the same",
        exact,
        "--fix makes one row of each",
        True,
    )
    yield from found(
        "near_duplicates",
        "note",
        "nearly equal pictures stand on several rows",
        near,
        "each weighs as often as it is there",
    )


def contradictions(table: Paintings, groups: dict[str, list[np.ndarray]]) -> Iterator[Finding]:
    ids = table.column("id")
    columns = {name: (table.keys(name), table.column(name)) for name in table.labels}
    exact_sets = {tuple(rows) for rows in groups["exact"]}
    for kind, severity, message, mend in (
        (
            "exact",
            "error",
            "copies of one file carry contradictory labels",
            "correct the labels, or let --fix empty them",
        ),
        (
            "near",
            "warning",
            "nearly equal pictures carry contradictory labels",
            "look at the pictures; where they are one painting, correct the labels",
        ),
    ):
        items = []
        for rows in groups[kind]:
            if kind == "near" and tuple(rows) in exact_sets:
                continue
            for name, (keys, labels) in columns.items():
                if len(set(keys[rows]) - {None}) > 1:
                    items.append(
                        {
                            "attribute": name,
                            "labels": dict(zip(ids[rows].tolist(), labels[rows].tolist(), strict=False)),
                        }
                    )
        yield from found(f"contradictory_labels_{kind}", severity, message, items, mend, kind == "exact")
