"""How should a picture become the square that a network takes, when the training files were squashed and small?

    python benchmarks/geometry.py COLLECTION [--rows 3000]

A linear classifier learns from the training files as they are. Validation pictures are then changed as photographs from
elsewhere differ: stretched to another aspect, which the three geometries undo, keep or cut; and sharper than what was
learned from, simulated by learning from files reduced to two thirds of their side. Only training and validation rows
are read."""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from artextract.backbones import get_backbone
from artextract.images import GEOMETRIES, open_image
from artextract.metrics.classification import confusion_matrix, macro_f1
from artextract.runtime import extract
from artextract.table import Paintings, read_paintings

ASPECTS = (0.6, 1.67)
"""Width by height of nearly all paintings of WikiArt lies between these."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collection", type=Path)
    parser.add_argument("--rows", type=int, default=3000, help="training rows (default: %(default)s)")
    parser.add_argument("--label", default="style")
    args = parser.parse_args()
    table = read_paintings(args.collection)
    table = table.rows(table.keys(args.label) != None)  # noqa: E711 - elementwise
    train, val = table.in_split("train"), table.in_split("val")
    train = train.rows(np.sort(np.random.default_rng(0).permutation(len(train))[: args.rows]))
    side = int(np.median(train.column("width")))
    reduced = side * 2 // 3
    names = {key: i for i, key in enumerate(sorted({*train.keys(args.label), *val.keys(args.label)}))}

    def score(model, vectors: np.ndarray) -> float:
        truth = np.array([names[key] for key in val.keys(args.label)])
        return round(float(macro_f1(confusion_matrix(truth, model.predict(vectors), len(names)))), 3)

    def learned(vectors: np.ndarray):
        return make_pipeline(StandardScaler(), LogisticRegression(C=1e-3, max_iter=300)).fit(
            vectors, [names[key] for key in train.keys(args.label)]
        )

    plain = learned(vectors_of(train))
    figures = {
        "rows": len(train),
        "validation": len(val),
        "label": args.label,
        "unchanged": score(plain, vectors_of(val)),
    }
    figures["other aspect"] = {
        geometry: score(plain, vectors_of(val, geometry, stretch=True)) for geometry in GEOMETRIES
    }
    soft = learned(vectors_of(train, detail=reduced))
    figures[f"learned at {reduced} pixels, seen at {side}"] = {
        "as it is": score(soft, vectors_of(val)),
        f"detail = {reduced}": score(soft, vectors_of(val, detail=reduced)),
    }
    print(json.dumps(figures, indent=2))


def vectors_of(
    table: Paintings, geometry: str = "squash", detail: int | None = None, stretch: bool = False
) -> np.ndarray:
    """Pooled vectors ``float32 (N, D)`` of the pictures, each stretched to an aspect of its own where ``stretch`` says
    so."""
    backbone = get_backbone(geometry=geometry, detail=detail)

    def read(item: tuple[int, Path]) -> np.ndarray:
        number, path = item
        image = open_image(path)
        if stretch:
            aspect = math.exp(np.random.default_rng(number).uniform(*np.log(ASPECTS)))
            width, height = image.size
            image = image.resize(
                (max(16, round(width * math.sqrt(aspect))), max(16, round(height / math.sqrt(aspect)))),
                Image.Resampling.BICUBIC,
            )
        return backbone.transform.pixels(image)

    def stop(position: int, reason: str) -> None:
        raise SystemExit(f"{table.image_paths()[position]}: {reason}")

    return np.concatenate(
        [
            vectors
            for _, vectors, _ in extract(
                backbone, list(enumerate(table.image_paths())), maps=False, on_error=stop, device="cpu", read=read
            )
        ]
    )


if __name__ == "__main__":
    main()
