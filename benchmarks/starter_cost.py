"""What ``make starter`` costs, from a part of it: minutes of the processor for extraction, epochs and the rest.

    python -m benchmarks.starter_cost COLLECTION [--train 160] [--val 32]

COLLECTION is what ``scripts/starter_collection.py`` dealt. So many of its paintings are trained on by the recipe of
``make starter``; the time of the processor between two messages of the training is that of a step, and is
multiplied by how many more paintings the whole has. The first epoch trains the network alone, the second one stage
of the backbone too, the third and all later ones two. What does not grow with the paintings (networks
that are made ready) counts as often too, so the sum is rather too high. Dealing the collection is not in it."""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from artextract.evaluate.classification.classify import evaluate_model
from artextract.table import read_paintings
from artextract.train.backbone_options import BackboneOptions
from artextract.train.options import TrainOptions
from artextract.train.run import train_model
from artextract.train.running import Running
from benchmarks.recipe import drawn

EPOCHS = 6
"""Of ``make starter``."""
RECIPE = TrainOptions(
    finetune=True,
    unfreeze=2,
    backbone_rate=0.5,
    layer_decay=1.0,
    views=2,
    mixed_precision=True,
    epochs=3,
    average=0.995,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collection", metavar="COLLECTION")
    parser.add_argument("--train", type=int, default=160)
    parser.add_argument("--val", type=int, default=32)
    args = parser.parse_args()
    table = read_paintings(args.collection)
    sides = {name: table.in_split(name) for name in ("train", "val", "test")}
    counts = {"train": args.train, "val": args.val, "test": args.val}
    ids = np.concatenate([drawn(rows, counts[name]).ids for name, rows in sides.items()])
    times: list[tuple[float, str]] = []

    def say(text: str) -> None:
        times.append((time.process_time(), text))
        print(f"{times[-1][0]:8.1f} {text}", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        part = replace(table.rows(np.isin(table.ids, ids)), root=Path(folder) / "part")
        part.write()
        say("begin")
        seen = BackboneOptions(detail=112, jpeg_side=168)
        train_model(
            part.root, Path(folder) / "model", backbone=seen, options=RECIPE, baselines=(), running=Running(say=say)
        )
        say("trained")
        evaluate_model(Path(folder) / "model", part.root)
        say("evaluated")
    report(times, len(sides["train"]) / args.train, len(sides["test"]) / args.val)


def report(times: list[tuple[float, str]], whole: float, tests: float) -> None:
    epochs = [i for i, (_, text) in enumerate(times) if text.startswith("epoch")]
    first = next(i for i, (_, text) in enumerate(times) if text.startswith("network") or i + 1 == epochs[0])
    at = [moment for moment, _ in times]
    each = [at[i] - at[i - 1] for i in epochs]
    parts = {
        "views through the lower stages": (at[first] - at[0]) * whole,
        f"{EPOCHS} epochs": (each[0] + each[1] + (EPOCHS - 2) * each[2]) * whole,
        "maps, metric and doubt of the trained network": (at[-2] - at[epochs[-1]]) * whole,
        "test rows judged": (at[-1] - at[-2]) * tests,
    }
    for name, seconds in parts.items():
        print(f"{name}: {seconds / 60:.0f} minutes of the processor")
    print(f"together: {sum(parts.values()) / 60:.0f}")


if __name__ == "__main__":
    main()
