"""Whether a search finds a painting again by a changed picture of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter

from artextract.errors import InputError
from artextract.evaluate.retrieval.relevance import LeftOut
from artextract.evaluate.retrieval.significance import intervals
from artextract.evaluate.retrieval.variants import Variant, mixed, standard_of_vectors
from artextract.images import through_jpeg
from artextract.metrics.retrieval import ranks_of
from artextract.progress import Progress, no_progress
from artextract.search.asking.engine import SearchEngine

PAINTINGS = 200
SANITY = "sanity check"
MEASURES = ("hit@1", "hit@10", "mrr")


def cropped(image: Image.Image, part: float) -> Image.Image:
    """Without ``part`` of its width and height on each side."""
    dx, dy = round(part * image.width), round(part * image.height)
    return image.crop((dx, dy, image.width - dx, image.height - dy))


def rotated(image: Image.Image, degrees: float) -> Image.Image:
    """Turned, and cut so that no corner is empty."""
    turned = image.rotate(degrees, Image.Resampling.BICUBIC)
    slope = math.tan(math.radians(abs(degrees)))
    dx, dy = math.ceil(slope * image.height / 2), math.ceil(slope * image.width / 2)
    return turned.crop((dx, dy, image.width - dx, image.height - dy))


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    SANITY: lambda image: image,
    "crop 5 %": lambda image: cropped(image, 0.05),
    "crop 15 %": lambda image: cropped(image, 0.15),
    "blur": lambda image: image.filter(ImageFilter.GaussianBlur(0.01 * min(image.size))),
    "grey": lambda image: image.convert("L").convert("RGB"),
    "mirror": lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "JPEG 30": lambda image: through_jpeg(image, 30),
    "rotated 3°": lambda image: rotated(image, 3),
    "half size": lambda image: image.resize(
        (max(1, image.width // 2), max(1, image.height // 2)), Image.Resampling.LANCZOS
    ),
    "darker": lambda image: ImageEnhance.Brightness(image).enhance(0.6),
}
"""Name -> what is done to an upright RGB picture. Crops are of each side; the blur has a deviation of 1 % of the
shorter side; darker is 60 % of the light."""


def self_retrieval(
    engine: SearchEngine,
    variants: Sequence[Variant],
    left_out: LeftOut,
    paintings: int = PAINTINGS,
    seed: int = 0,
    progress: Progress = no_progress,
    allowed: np.ndarray | None = None,
) -> dict[str, Any]:
    """Search with changed pictures of paintings drawn at random, of the rows ``allowed`` (bool (N,), all if None).

    The painting itself is the only right answer, its duplicates are no candidates.

    Each picture goes the way of any new image (``SearchEngine.query``). A variant is judged on the paintings that have
    any of its features in the index; a changed picture in which it sees none is not found. Variants with a feature that
    cannot describe new images here are left out. Gives {"paintings", "changes", "not_opened" (ids left out, since their
    image cannot be opened), "left_out" (variant -> why), "judged" (variant -> how many), "results": {variant: {change:
    {"hit@1", "hit@10", "mrr"}}}, "ci": the same with intervals}."""
    chosen = [variant for variant in variants if variant.metric == "cosine" and not variant.raw]
    reasons = {
        variant.name: engine.unavailable[name]
        for variant in chosen
        for name in variant.counting
        if name in engine.unavailable
    }
    chosen = [variant for variant in chosen if variant.name not in reasons]
    has = {variant.name: np.any([engine.index.has(name) for name in variant.counting], axis=0) for variant in chosen}
    random, n = np.random.default_rng(seed), len(engine.index)
    tie_order = random.permutation(n)
    rows = np.arange(n) if allowed is None else np.flatnonzero(allowed)
    drawn = np.sort(random.choice(rows, min(paintings, len(rows)), replace=False))
    found: dict[tuple[str, str], list[float]] = {(variant.name, change): [] for variant in chosen for change in CHANGES}
    not_opened = []
    for row in progress(drawn, len(drawn), "self-retrieval"):
        try:
            image = engine.records.image(engine.index.ids[row])
        except InputError:
            not_opened.append(engine.index.ids[row])
            continue
        out = left_out.groups == left_out.groups[row]
        out[row] = False
        for change, apply in CHANGES.items():
            try:
                vectors = engine.query(apply(image)).vectors
            except InputError:  # too small to be a picture any more
                vectors = {}
            standard = standard_of_vectors(engine.index, vectors)
            for variant in chosen:
                if not has[variant.name][row]:
                    continue
                scores = np.where(out, np.float32(-np.inf), mixed(standard, variant, n)[0])
                found[variant.name, change].append(1 / float(ranks_of(scores, np.array([row]), tie_order)[0]))
    judged = len(drawn) - len(not_opened)
    results: dict[str, Any] = {variant.name: {} for variant in chosen}
    ends: dict[str, Any] = {variant.name: {} for variant in chosen}
    for (name, change), reciprocal in found.items():
        if not reciprocal:
            continue
        inverse = np.array(reciprocal)
        values = np.column_stack([inverse >= 1, inverse >= 1 / 10 - 1e-9, inverse]).astype(float)
        results[name][change] = dict(zip(MEASURES, values.mean(axis=0).tolist(), strict=False))
        ends[name][change] = dict(zip(MEASURES, intervals(values, seed).tolist(), strict=False))
    results = {name: changes for name, changes in results.items() if changes}
    return {
        "paintings": judged,
        "changes": list(CHANGES),
        "not_opened": not_opened,
        "left_out": reasons,
        "judged": {name: len(found[name, SANITY]) for name in results},
        "results": results,
        "ci": ends,
    }
