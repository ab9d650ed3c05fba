"""Backbones side by side, and joined, by linear probes on validation rows.

    python -m benchmarks.backbones COLLECTION --of efficientnet_lite0 --of efficientnet_lite0+efficientnet_lite2
        [--train 3000] [--at-least style=5,artist=15,genre=20]

COLLECTION is what ``scripts/starter_collection.py`` dealt; each picture is seen as the starter model sees it. The probe
reads the pooled vectors, of joined backbones one behind the other. "Unseen" artists have no painting in the training
rows. Printed are the first one's figures and the paired differences of the others, with 95 % intervals over paintings.
"""

from __future__ import annotations

import argparse

import numpy as np

from artextract.app.commands.common import progress, say
from artextract.app.commands.train import _at_least
from artextract.features import store_folder
from artextract.features.compute import compute
from artextract.features.deep import Deep
from artextract.features.store import FeatureStore
from artextract.model.missing import MISSING
from artextract.model.probe import fit_probe
from artextract.table import Paintings, read_paintings
from artextract.train.backbone_options import BackboneOptions
from artextract.train.run import _label_map
from benchmarks.recipe import MEASURES, Side, _cell, compared, drawn


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collection", metavar="COLLECTION")
    parser.add_argument("--of", action="append", required=True, metavar="BACKBONE[+BACKBONE]")
    parser.add_argument("--train", type=int, default=3000, metavar="N", help="training rows (default: %(default)s)")
    parser.add_argument("--at-least", default="style=5,artist=15,genre=20")
    args = parser.parse_args()
    table = read_paintings(args.collection)
    rows = {"train": drawn(table.in_split("train"), args.train), "val": table.in_split("val")}
    labels = _label_map(rows["train"], None, _at_least(args.at_least))
    rows = {name: some.rows((labels.targets(some) != MISSING).any(1)) for name, some in rows.items()}
    vectors = {
        of: {side: np.concatenate([pooled(name, some) for name in of.split("+")], 1) for side, some in rows.items()}
        for of in args.of
    }
    targets = {side: labels.encode(some) for side, some in rows.items()}
    judged = Side.of(rows["val"], labels, table.in_split("train"))
    print(f"| attribute | artists | n | backbone | {' | '.join(MEASURES)} |\n|---|---|---|---|---|---|---|")
    for i, (attribute, classes) in enumerate(labels.classes.items()):
        known = {side: numbers[:, i] != MISSING for side, numbers in targets.items()}
        answers = {}
        for of, read in vectors.items():
            seen = [part for side in rows for part in (read[side][known[side]], targets[side][known[side], i])]
            answers[of] = fit_probe(*seen, len(classes)).probabilities(read["val"]).argmax(1)[None]
            say(f"{attribute}: {of}")
        for group, mask in judged.groups(attribute).items():
            if mask.any():
                some = {of: found[:, mask] for of, found in answers.items()}
                for of, found in compared(targets["val"][mask, i], some, len(classes)).items():
                    cells = " | ".join(_cell(found[measure]) for measure in MEASURES)
                    print(f"| {attribute} | {group} | {found['n']} | {of} | {cells} |")


def pooled(name: str, rows: Paintings) -> np.ndarray:
    """Vectors ``float32 (N, D)``, computed where they are not stored yet."""
    feature = Deep(BackboneOptions(name, detail=112, jpeg_side=168).open())
    compute(rows.root, rows, feature, progress, maps=True)
    return FeatureStore(store_folder(rows.root, feature)).vectors(rows.column("sha256")).astype(np.float32)


if __name__ == "__main__":
    main()
