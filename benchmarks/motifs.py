"""Details planted in other paintings, and how well the search for details finds them again.

    python -m benchmarks.motifs COLLECTION [--details 110] [--window 33] [--keypoints orb,sift] [--among N] [--seed 0]
        [--json FILE]

COLLECTION was prepared with: artextract index COLLECTION --motifs. Each detail (3 to 20 % of a painting drawn at
random) is changed, pasted at a random place into another painting, and searched for as it was; its own painting is left
out. The changed paintings are described in a copy and stand beside all others. What is found in other paintings than
the planted one tells the false alarms: it is what a search for an absent detail would have found (repeats that are
really there count as false).

Opponents on the same stored cells: the whole painting (mean of its cells) against the mean of the detail's; a window
sliding over the stored cells, mean against mean, at all sizes. With ``--keypoints`` also ORB and SIFT, ranked by how
many keypoints agree (``keypoints.py``); they take long, so ``--among`` has all search among the planted and so many
others.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from artextract.images import open_image, through_jpeg
from artextract.motifs.build import motif_folder, read_projection
from artextract.motifs.find import LEAST, MotifIndex
from artextract.motifs.matching import Variant
from artextract.motifs.network import grid_of
from artextract.motifs.projection import unit
from artextract.table import read_paintings
from benchmarks.keypoints import KINDS, Keypoints

Box = tuple[float, float, float, float]
CHANGES = (
    "as it is",
    "smaller",
    "larger",
    "mirrored",
    "turned",
    "blurred",
    "JPEG",
    "grey",
    "recoloured",
    "redrawn",
    "several",
)
SEVERAL = ("mirrored", "blurred", "JPEG", "recoloured", "redrawn")
SHOWN = 640
"""Pixels on the longer side of the paintings that details are cut from and pasted into."""


def recoloured(image: Image.Image, random: np.random.Generator) -> Image.Image:
    """Hues turned by 28 to 85 degrees, and each channel up to a fifth stronger or weaker."""
    hue, saturation, value = image.convert("HSV").split()
    turn = int(random.choice((-1, 1)) * random.uniform(20, 60))
    turned = Image.fromarray(((np.asarray(hue, np.int32) + turn) % 256).astype(np.uint8))
    rgb = np.asarray(Image.merge("HSV", (turned, saturation, value)).convert("RGB"), np.float32)
    return Image.fromarray((rgb * random.uniform(0.8, 1.2, 3)).clip(0, 255).astype(np.uint8))


def redrawn(image: Image.Image, random: np.random.Generator) -> Image.Image:
    """As painted again with a broad brush and few tones: a filter of M. Kuwahara et al. (1976), then steps of tone,
    grain and sharper edges."""
    radius = max(2, round(min(image.size) / 40))
    pixels = np.asarray(image, np.float64)
    height, width = pixels.shape[:2]
    around = np.pad(pixels, ((radius, radius), (radius, radius), (0, 0)), mode="edge")
    mean = _windows(around, radius + 1)
    spread = (_windows(around**2, radius + 1) - mean**2).sum(-1)
    least, flat = np.full((height, width), np.inf), np.zeros_like(pixels)
    for row in (0, radius):
        for column in (0, radius):
            here = spread[row : row + height, column : column + width]
            better = here < least
            least[better] = here[better]
            flat[better] = mean[row : row + height, column : column + width][better]
    toned = np.round(flat / 24) * 24 + random.normal(0, 6, flat.shape)
    return Image.fromarray(toned.clip(0, 255).astype(np.uint8)).filter(ImageFilter.UnsharpMask(2, 120, 0))


def _windows(pixels: np.ndarray, side: int) -> np.ndarray:
    sums = np.pad(pixels.cumsum(0).cumsum(1), ((1, 0), (1, 0), (0, 0)))
    total = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    means: np.ndarray = total / side**2
    return means


def changed(image: Image.Image, change: str, random: np.random.Generator) -> Image.Image:
    if change == "mirrored":
        return ImageOps.mirror(image)
    if change == "blurred":
        return image.filter(ImageFilter.GaussianBlur(0.02 * min(image.size)))
    if change == "JPEG":
        return through_jpeg(image, 20)
    if change == "grey":
        return image.convert("L").convert("RGB")
    if change == "recoloured":
        return recoloured(image, random)
    if change == "redrawn":
        return redrawn(image, random)
    if change == "several":
        for name in random.choice(SEVERAL, 2, replace=False):
            image = changed(image, str(name), random)
    return image


def drawn_region(size: tuple[int, int], random: np.random.Generator) -> tuple[int, int, int, int]:
    """A rectangle in pixels that covers 3 to 20 % of a picture."""
    area = np.exp(random.uniform(np.log(0.03), np.log(0.2))) * size[0] * size[1]
    aspect = np.exp(random.uniform(np.log(0.6), np.log(1.6)))
    width, height = min(0.9 * size[0], np.sqrt(area * aspect)), min(0.9 * size[1], np.sqrt(area / aspect))
    left, top = random.uniform(0, size[0] - width), random.uniform(0, size[1] - height)
    return round(left), round(top), round(left + width), round(top + height)


def planted(
    detail: Image.Image, host: Image.Image, share: float, change: str, random: np.random.Generator
) -> tuple[Image.Image, Box]:
    """The host with the changed detail, which covers ``share`` of it times the square of its scale, and where."""
    scale = {
        "smaller": random.uniform(0.5, 0.7),
        "larger": random.uniform(1.4, 2.0),
        "several": random.uniform(0.7, 1.4),
    }
    turn = {"turned": random.choice((-1, 1)) * random.uniform(5, 15), "several": random.uniform(-8, 8)}.get(change, 0.0)
    piece = changed(detail, change, random)
    side = np.sqrt(share * host.width * host.height / (piece.width * piece.height)) * scale.get(change, 1.0)
    side = min(side, 0.9 * host.width / piece.width, 0.9 * host.height / piece.height)
    piece = piece.resize(
        (max(8, round(piece.width * side)), max(8, round(piece.height * side))), Image.Resampling.LANCZOS
    )
    mask = Image.new("L", piece.size, 255)
    if turn:
        piece, mask = (one.rotate(turn, Image.Resampling.BICUBIC, expand=True) for one in (piece, mask))
    left, top = (int(random.uniform(0, max(1, a - b))) for a, b in zip(host.size, piece.size, strict=True))
    whole = host.copy()
    whole.paste(piece, (left, top), mask.filter(ImageFilter.GaussianBlur(1)))
    box = (left, top, left + piece.width, top + piece.height)
    return whole, tuple(min(value / (host.width, host.height)[i % 2], 1.0) for i, value in enumerate(box))  # type: ignore[return-value]


def overlap(a: Box, b: Box) -> float:
    """Intersection over union."""
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    both = max(width, 0.0) * max(height, 0.0)
    return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both)


def windows(index: MotifIndex, details: list[Variant], keys: set[str]) -> dict[str, float]:
    """The best cosine of any window's mean with the detail's, by painting."""
    best: dict[str, float] = defaultdict(lambda: -1.0)
    for key in keys:
        sums = np.pad(index.store.cells(key).cumsum(0).cumsum(1), ((1, 0), (1, 0), (0, 0)))
        for detail in details:
            if detail.mirrored:  # its mean is nearly that of the other
                continue
            h, w = detail.cells.shape[:2]
            if h < len(sums) and w < sums.shape[1]:
                here = sums[h:, w:] - sums[:-h, w:] - sums[h:, :-w] + sums[:-h, :-w]
                best[key] = max(best[key], float((unit(here) @ unit(detail.cells.mean((0, 1)))).max()))
    return best


def rank_of(key: str, scores: dict[str, float]) -> int:
    return sum(value > scores[key] for value in scores.values())


def shown(path: Path) -> Image.Image:
    image = open_image(path, at_least=SHOWN)
    return ImageOps.contain(image, (SHOWN, SHOWN)) if max(image.size) > SHOWN else image


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collection")
    parser.add_argument("--details", type=int, default=110)
    parser.add_argument("--window", type=int, default=33, help="so many of them are searched for by the window too")
    parser.add_argument("--keypoints", default="", metavar="orb,sift", help="search with these too")
    parser.add_argument("--among", type=int, metavar="N", help="search among so many others (default: all)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", help="also write all single results there")
    args = parser.parse_args()
    random = np.random.default_rng(args.seed)
    paintings = read_paintings(args.collection)
    path_of = dict(zip(paintings.column("sha256"), paintings.image_paths(), strict=True))
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as scratch:
        shutil.copytree(motif_folder(args.collection), motif_folder(scratch))
        index = MotifIndex.open(scratch)
        keys = sorted(index.candidates.serials)
        stored = sum(file.stat().st_size for file in motif_folder(scratch).rglob("*") if file.is_file()) / len(keys)
        projection = read_projection(motif_folder(scratch))
        details: list[tuple[str, str, str, Box, Image.Image]] = []
        cells, changed_paintings = [], {}
        for number in range(args.details):
            change = CHANGES[number % len(CHANGES)]
            source, other = (str(key) for key in random.choice(keys, 2, replace=False))
            image, host = shown(path_of[source]), shown(path_of[other])
            region = drawn_region(image.size, random)
            detail = image.crop(region)
            share = detail.width * detail.height / (image.width * image.height)
            whole, box = planted(detail, host, share, change, random)
            cells.append(projection(index.network.describe(whole, grid_of(whole.size))))
            details.append((f"planted-{number}", change, source, box, detail))
            changed_paintings[f"planted-{number}"] = whole
        names = [name for name, *_ in details]
        index.store.add(names, cells)
        index.candidates.add(index.store, names)
        index = MotifIndex(index.store, index.candidates, index.network, index.describe)
        others = keys if args.among is None else random.choice(keys, args.among, replace=False).tolist()
        allowed = {*names, *others}
        by_kind = {kind: Keypoints(kind) for kind in args.keypoints.split(",") if kind in KINDS}
        described = {
            kind: {key: one.describe(changed_paintings.get(key) or shown(path_of[key])) for key in sorted(allowed)}
            for kind, one in by_kind.items()
        }
        means = {key: unit(index.store.cells(key).mean((0, 1))) for key in allowed}
        for number, (name, change, source, box, detail) in enumerate(details):
            started, used = time.perf_counter(), time.process_time()
            variants = index.describe(detail, True)
            found = index.find_cells(variants, 10, {source}, allowed)
            seconds, cpu = time.perf_counter() - started, time.process_time() - used
            places = [one.key for one in found]
            rank = places.index(name) if name in places else 10
            largest = max(variants, key=lambda one: one.cells.size)
            pooled = unit(largest.cells.mean((0, 1)))
            row: dict[str, Any] = {"change": change, "rank": rank, "seconds": seconds, "cpu": cpu}
            row["score"] = found[rank].score if rank < 10 else None
            row["iou"] = overlap(found[rank].box, box) if rank < 10 else None
            row["share"] = (box[2] - box[0]) * (box[3] - box[1])
            row["absent"] = max((one.score for one in found if not one.key.startswith("planted-")), default=0.0)
            row["absent_key"] = next((one.key for one in found if not one.key.startswith("planted-")), None)
            row["source"] = source
            row["whole"] = rank_of(name, {key: float(mean @ pooled) for key, mean in means.items() if key != source})
            if number < args.window:
                row["window"] = rank_of(name, windows(index, variants, allowed - {source}))
            for kind, one in by_kind.items():
                both = one.both(detail)
                counts = {
                    key: float(max(one.agreeing(some, theirs) for some in both))
                    for key, theirs in described[kind].items()
                    if key != source
                }
                row[kind] = sum(value >= counts[name] for value in counts.values()) - 1
            rows.append(row)
            print(number, change, rank, row["score"], row["iou"], row["absent"], round(cpu, 2), flush=True)
            if args.json:
                Path(args.json).write_text(json.dumps(rows))
    report(rows, len(allowed) - len(rows), stored)


def report(rows: list[dict[str, Any]], n: int, stored: float) -> None:
    print(f"{len(rows)} details among {n} + {len(rows)} paintings; {stored / 1000:.1f} kB a painting")
    print(f"{'':12} {'n':>4} {'r@1':>6} {'r@10':>6} {'found':>6} {'IoU':>6}")
    for change in (*CHANGES, "all"):
        some = [row for row in rows if change in (row["change"], "all")]
        if some:
            inside = [row["iou"] for row in some if row["iou"] is not None]
            passed = [row["score"] is not None and row["score"] >= LEAST for row in some]
            figures = [np.mean([row["rank"] < k for row in some]) for k in (1, 10)]
            figures += [np.mean(passed), np.mean(inside) if inside else np.nan]
            print(f"{change:12} {len(some):4d} " + " ".join(f"{figure:6.3f}" for figure in figures))
    for name in ("whole", "window", *KINDS):
        ranks = [row[name] for row in rows if name in row]
        if ranks:
            print(f"{name:12} {len(ranks):4d} " + " ".join(f"{np.mean([r < k for r in ranks]):6.3f}" for k in (1, 10)))
    alarms = np.mean([row["absent"] >= LEAST for row in rows])
    print(f"something else passes {LEAST}: {alarms:.3f} of {len(rows)}")
    seconds, cpu = (np.median([row[name] for row in rows]) for name in ("seconds", "cpu"))
    print(f"seconds a query: {seconds:.2f} (median), of the processor {cpu:.2f}")


if __name__ == "__main__":
    main()
