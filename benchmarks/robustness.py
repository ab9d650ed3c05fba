"""What is left of a model on pictures that went through something: validation macro-F1 under single changes of framing,
sharpness, size and compression.

    python benchmarks/robustness.py MODEL [MODEL...] [--rows 800]

Only validation rows of the models' own collections are read, so models may be chosen by it.
"""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from artextract.images import open_image, opened
from artextract.metrics.classification import confusion_matrix, macro_f1
from artextract.model.missing import MISSING
from artextract.model.predictor import Predictor
from artextract.runtime import extract
from artextract.table import Paintings, read_paintings


def scaled(image: Image.Image, factor_x: float, factor_y: float) -> Image.Image:
    return image.resize(
        (max(16, round(image.width * factor_x)), max(16, round(image.height * factor_y))), Image.Resampling.BICUBIC
    )


def compressed(image: Image.Image) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=35)
    return opened(buffer).convert("RGB")


def cropped(image: Image.Image) -> Image.Image:
    width, height = image.size
    return image.crop((round(0.1 * width), round(0.1 * height), round(0.9 * width), round(0.9 * height)))


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "as it is": lambda image: image,
    "softer (Gaussian, 0.4 % of the side)": lambda image: image.filter(
        ImageFilter.GaussianBlur(0.004 * min(image.size))
    ),
    "sharper (unsharp mask)": lambda image: image.filter(ImageFilter.UnsharpMask(radius=1.0, percent=100, threshold=0)),
    "three times as large": lambda image: scaled(image, 3.0, 3.0),
    "half as large": lambda image: scaled(image, 0.5, 0.5),
    "wide (3:2)": lambda image: scaled(image, 1.5, 1.0),
    "JPEG, quality 35": compressed,
    "a tenth cut off each side": cropped,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", type=Path, nargs="+", metavar="MODEL")
    parser.add_argument("--rows", type=int, default=800, help="validation rows, drawn at random (default: %(default)s)")
    args = parser.parse_args()
    figures = {}
    for folder in args.models:
        predictor = Predictor.open(folder)
        table = read_paintings(predictor.model.config["collection"]["path"])
        known = predictor.model.trained_on()
        val = table.rows(
            np.isin(
                table.column("sha256").astype(str), known.loc[known["split"] == "val", "sha256"].to_numpy(dtype=str)
            )
        )
        val = val.rows(np.sort(np.random.default_rng(0).permutation(len(val))[: args.rows]))
        figures[folder.name] = {change: judged(predictor, val, function) for change, function in CHANGES.items()}
    print(json.dumps(figures, indent=2))


def judged(predictor: Predictor, rows: Paintings, change: Callable[[Image.Image], Image.Image]) -> dict[str, float]:
    targets = predictor.model.labels.encode(rows)
    parts: list[dict[str, np.ndarray]] = []

    def stop(position: int, reason: str) -> None:
        raise SystemExit(f"{rows.image_paths()[position]}: {reason}")

    def read(path: Path) -> np.ndarray:
        return predictor.backbone.transform.pixels(change(open_image(path)))

    for _, _, maps in extract(
        predictor.backbone,
        rows.image_paths(),
        maps=True,
        on_error=stop,
        device="cpu",
        precision=predictor.precision,
        read=read,
    ):
        parts.append(predictor.probabilities(maps))
    scores = {}
    for i, name in enumerate(predictor.attributes):
        labelled = targets[:, i] != MISSING
        found = np.concatenate([part[name] for part in parts]).argmax(1)[labelled]
        scores[name] = round(
            float(macro_f1(confusion_matrix(targets[labelled, i], found, len(predictor.model.labels.classes[name])))), 3
        )
    return scores


if __name__ == "__main__":
    main()
