"""What a trained model's answers gain where several views of a picture are averaged, or rare classes are favoured.

    python -m benchmarks.answers COLLECTION [--model MODEL] [--attribute style] [--split val]

The views are the picture, its mirror image, and its middle (0.8 of each side). Rare classes are favoured after the
training, by the prior to the power of 1/8, 1/4 or 1/2 taken off: A. K. Menon et al., "Long-tail learning via logit
adjustment" (2021), section 4.1. "Unseen" artists have no painting in the training rows. Printed are the figures of the
model as it is, and the paired differences of the others from it, with 95 % intervals over paintings."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np
from PIL import Image

from artextract.app.commands.common import progress
from artextract.images import Transform, open_image
from artextract.model.missing import MISSING
from artextract.model.predictor import Predictor
from artextract.runtime import open_engine
from artextract.table import Paintings, read_paintings
from benchmarks.recipe import MEASURES, Side, _cell, compared

VIEWS = ("plain", "mirror", "middle")
POWERS = (0.0, 0.125, 0.25, 0.5)


def views(image: Image.Image, transform: Transform) -> Iterator[np.ndarray]:
    """The pictures that the network reads, in the order of ``VIEWS``."""
    width, height = image.size
    small = transform.as_small_file(image)
    yield transform.resized(small)
    yield transform.resized(small.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    edges = [round(share * side) for share, side in ((0.1, width), (0.1, height), (0.9, width), (0.9, height))]
    yield transform.resized(transform.as_small_file(image.crop((edges[0], edges[1], edges[2], edges[3]))))


def probabilities(predictor: Predictor, rows: Paintings, attribute: str) -> np.ndarray:
    """``float32 (V, N, K)``, for each of ``VIEWS``."""
    transform, engine, found = predictor.backbone.transform, open_engine(predictor.backbone), []
    for path in progress(rows.image_paths(), len(rows), "reading"):
        maps, _ = engine.run(np.stack(list(views(open_image(path, transform.size), transform))))
        found.append(predictor.probabilities(maps)[attribute])
    return np.stack(found, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collection", metavar="COLLECTION")
    parser.add_argument("--model", help="(default: the starter model)")
    parser.add_argument("--attribute", default="style")
    parser.add_argument("--split", default="val")
    args = parser.parse_args()
    predictor, table = Predictor.open(args.model), read_paintings(args.collection)
    labels = predictor.model.labels
    number, rows = list(labels.classes).index(args.attribute), table.in_split(args.split)
    rows = rows.rows(labels.encode(rows)[:, number] != MISSING)
    judged = Side.of(rows, labels, table.in_split("train"))
    counts = np.array(labels.counts[args.attribute])
    prior, seen = np.log(counts / counts.sum()), probabilities(predictor, rows, args.attribute)
    answers = {
        f"{name}, prior {power:g}": (np.log(some.mean(0) + 1e-9) - power * prior).argmax(1)[None]
        for name, some in (("plain", seen[:1]), ("mean of the views", seen))
        for power in POWERS
    }
    print(f"| artists | n | answers | {' | '.join(MEASURES)} |\n|---|---|---|---|---|---|")
    for group, mask in judged.groups(args.attribute).items():
        some = {name: found[:, mask] for name, found in answers.items()}
        for name, found in compared(judged.truth[args.attribute][mask], some, len(counts)).items():
            cells = " | ".join(_cell(found[measure]) for measure in MEASURES)
            print(f"| {group} | {found['n']} | {name} | {cells} |")


if __name__ == "__main__":
    main()
