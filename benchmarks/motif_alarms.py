"""How often a search for a detail that is nowhere finds something, and from which score on it seldom does.

    python -m benchmarks.motif_alarms COLLECTION OTHER [--details 100] [--seed 0] [--planted FILE] [--json FILE]

COLLECTION was prepared with: artextract index COLLECTION --motifs. Details (3 to 20 % of a painting, one each) are cut
from paintings of OTHER, another collection, that have no copy in COLLECTION, and searched for; the score of the best
answer is what a threshold has to exceed. What shows the same thing all the same (another version of the work) has to be
looked at by eye: ``--real 3,17`` leaves details out by their number.

Details with even numbers choose the threshold that ``FALSE_ALARMS`` of them pass, the others judge it. ``--planted``
is what ``benchmarks/motifs.py --json`` wrote: how many planted details are found first and pass, at today's threshold
and at the one chosen. With ``--json`` a run that was stopped goes on."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from artextract.motifs.find import FALSE_ALARMS, LEAST, MotifIndex
from artextract.splits import near_duplicate_pairs
from artextract.table import read_paintings
from benchmarks.motifs import drawn_region, shown


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collection", metavar="COLLECTION")
    parser.add_argument("other", metavar="OTHER")
    parser.add_argument("--details", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--real", default="", metavar="N,N", help="details that are really there, by eye")
    parser.add_argument("--planted", type=Path, metavar="FILE")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all single results there")
    args = parser.parse_args()
    rows = searched(args.collection, args.other, args.details, args.seed, args.json)
    left_out = {int(number) for number in args.real.split(",") if number}
    report([row for row in rows if row["number"] not in left_out], args.planted)


def searched(collection: str, other: str, details: int, seed: int, kept: Path | None) -> list[dict[str, Any]]:
    """The best answer to each detail."""
    mine, theirs = read_paintings(collection), read_paintings(other)
    copies = np.isin(theirs.column("sha256").astype(str), mine.column("sha256").astype(str))
    copies[near_duplicate_pairs(list(theirs.column("phash")), list(mine.column("phash")))[:, 0]] = True
    chosen = np.random.default_rng(seed).permutation(np.flatnonzero(~copies))[:details]
    rows: list[dict[str, Any]] = json.loads(kept.read_text()) if kept and kept.exists() else []
    index = MotifIndex.open(collection)
    path_of = dict(zip(mine.column("sha256"), mine.image_paths(), strict=True))
    for number in range(len(rows), len(chosen)):
        path, used = theirs.image_path(int(chosen[number])), time.process_time()
        image = shown(path)
        region = drawn_region(image.size, np.random.default_rng((seed, number)))
        best = index.find(image.crop(region), 1)
        row: dict[str, Any] = {"number": number, "detail_of": path.name, "region": region}
        row |= {"score": best[0].score, "in": path_of[best[0].key].name, "box": best[0].box} if best else {"score": 0.0}
        rows.append(row | {"cpu": time.process_time() - used})
        print(number, row["detail_of"], round(row["score"], 2), row.get("in"), flush=True)
        if kept:
            kept.write_text(json.dumps(rows))
    return rows


def report(rows: list[dict[str, Any]], planted: Path | None) -> None:
    score = np.array([row["score"] for row in rows])
    even = np.array([row["number"] % 2 == 0 for row in rows])
    chosen = float(np.quantile(score[even], 1 - FALSE_ALARMS, method="higher"))
    print(f"{len(rows)} details; seconds of the processor a search: {np.median([row['cpu'] for row in rows]):.2f}")
    print(
        f"threshold by {even.sum()} details: {chosen:.2f}; by all: "
        f"{np.quantile(score, 1 - FALSE_ALARMS, method='higher'):.2f}"
    )
    for least in (LEAST, chosen):
        passed = score >= least
        text = f"{least:.2f}: something passes for {passed.sum()} of {len(rows)}, {passed[~even].sum()} of "
        text += f"{(~even).sum()} that did not choose"
        if planted:
            found = json.loads(planted.read_text())
            right = [row["rank"] == 0 and (row["score"] or 0.0) >= least for row in found]
            text += f"; {np.sum(right)} of {len(found)} planted details are found first and pass"
        print(text)


if __name__ == "__main__":
    main()
