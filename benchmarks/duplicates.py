"""Which planted copies `artextract duplicates` finds, by kind, how often it is wrong, and how much quicker it looks at
pairs than one would look at each by itself.

    python benchmarks/duplicates.py COLLECTION [--works 20 --others 200] [--json]

Of ``works`` paintings of the collection each kind of copy is made, put among ``others`` unchanged, imported and
indexed. A pair of one work is right; pairs of others count as wrong and are listed, since a collection may have copies
of its own. Times are the processor's, on the same pairs: ``compare_pairs``, and keypoints, match and pixels for each
pair anew, every proposal refined.
"""

from __future__ import annotations

import argparse
import io
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter

from artextract.images import open_image, opened
from artextract.search.build import build_index
from artextract.search.works import same_work
from artextract.search.works.comparing import compare_pairs
from artextract.search.works.duplicates import find_duplicates
from artextract.search.works.keypoints import SIDE, find_keypoints
from artextract.sources.folder import import_folder
from artextract.table import read_paintings

Change = Callable[[Image.Image, np.random.Generator], Image.Image]


def compressed(image: Image.Image, quality: int = 30) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return opened(buffer).convert("RGB")


def part(image: Image.Image, share: float, x: float, y: float) -> Image.Image:
    """``share`` of each side, at ``x``, ``y`` (0..1) of where it can lie."""
    left, top = x * (1 - share) * image.width, y * (1 - share) * image.height
    box = left, top, left + share * image.width, top + share * image.height
    return image.crop(tuple(round(value) for value in box))


def toned(image: Image.Image) -> Image.Image:
    darker = ImageEnhance.Contrast(ImageEnhance.Brightness(image).enhance(1.3)).enhance(0.7)
    return ImageEnhance.Color(darker).enhance(0.4)


def redrawn(image: Image.Image, random: np.random.Generator) -> Image.Image:
    """Its corners shifted by up to 3 % and smoothed, as a copy by hand may differ."""
    width, height = image.size
    corners = np.array([[0, 0], [0, height], [width, height], [width, 0]]) + random.uniform(-0.03, 0.03, (4, 2)) * (
        width,
        height,
    )
    moved = image.transform(image.size, Image.Transform.QUAD, corners.ravel().tolist(), Image.Resampling.BICUBIC)
    return moved.filter(ImageFilter.MedianFilter(5)).filter(ImageFilter.GaussianBlur(1))


CHANGES: dict[str, Change] = {
    "JPEG at quality 30": lambda image, random: compressed(image),
    "half the size": lambda image, random: image.resize((max(8, image.width // 2), max(8, image.height // 2))),
    "other tones": lambda image, random: toned(image),
    "cut to 88 %": lambda image, random: part(image, 0.88, *random.random(2)),
    "turned by up to 4 degrees": lambda image, random: part(
        image.rotate(random.uniform(-4, 4), Image.Resampling.BICUBIC), 0.86, 0.5, 0.5
    ),
    "mirrored": lambda image, random: compressed(image.transpose(Image.Transpose.FLIP_LEFT_RIGHT), 60),
    "detail, 60 % of each side": lambda image, random: part(image, 0.6, *random.random(2)),
    "detail, 45 %": lambda image, random: part(image, 0.45, *random.random(2)),
    "detail, 30 %": lambda image, random: part(image, 0.3, *random.random(2)),
    "warped and smoothed": redrawn,
}


def wilson_interval(found: int, count: int) -> tuple[float, float]:
    """95 % interval of a share (E. Wilson, 1927)."""
    z = 1.96
    share, spread = found / count, z * np.sqrt(found * (count - found) / count + z * z / 4) / (count + z * z)
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    return max(0.0, float(middle - spread)), min(1.0, float(middle + spread))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("collection", type=Path)
    parser.add_argument("--works", type=int, default=20, help="paintings that copies are made of (%(default)s)")
    parser.add_argument("--others", type=int, default=200, help="paintings among which they are put (%(default)s)")
    parser.add_argument("--timed", type=int, default=50, help="pairs that are timed both ways (%(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--work", type=Path, help="a new folder for what is made, and kept (default: a temporary one)")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(args, args.work or Path(folder))
    print(json.dumps(found, indent=2) if args.json else table(found))


def measure(args: argparse.Namespace, folder: Path) -> dict[str, Any]:
    plant(args, folder / "images")
    import_folder(folder / "images", folder / "collection")
    build_index(folder / "collection")
    start = time.process_time()
    found = find_duplicates(folder / "collection")
    seconds = time.process_time() - start
    stems = {
        name: Path(path).stem for name, path in zip(found.paintings.ids, found.paintings.image_paths(), strict=True)
    }
    right, wrong = set(), []
    for pair in found.pairs:
        a, b = (stems[name].split("+") for name in (pair.first, pair.second))
        if a[0] != b[0]:
            wrong.append([stems[pair.first], stems[pair.second], round(pair.confidence, 2)])
        right |= {own[0] + "+" + own[1] for own in (a, b) if a[0] == b[0] and len(own) > 1}
    kinds = {}
    for number, kind in enumerate(CHANGES):
        there = sum(stem.endswith(f"+{number}") for stem in right)
        kinds[kind] = {"found": there, "n": args.works, "ci": wilson_interval(there, args.works)}
    return {
        "pictures": len(stems),
        "compared": found.compared,
        "kinds": kinds,
        "pairs": len(found.pairs),
        "wrong": wrong,
        "seconds": round(seconds, 2),
        "timed": timed(found, args),
    }


def plant(args: argparse.Namespace, folder: Path) -> None:
    """Files NUMBER.png, and NUMBER+KIND.png of what is made of them."""
    random = np.random.default_rng(args.seed)
    paths = read_paintings(args.collection).image_paths()
    folder.mkdir(parents=True)
    for number, row in enumerate(random.choice(len(paths), args.works + args.others, replace=False).tolist()):
        image = open_image(paths[row])
        image.save(folder / f"{number}.png")
        if number < args.works:
            for kind, change in enumerate(CHANGES.values()):
                change(image, random).save(folder / f"{number}+{kind}.png")


def timed(found: Any, args: argparse.Namespace) -> dict[str, float]:
    """Seconds of the processor for the same pairs of nearest paintings, both ways."""
    from artextract.search.asking.engine import SearchEngine
    from artextract.search.works.candidates import candidate_pairs

    engine = SearchEngine.open(found.paintings.root)
    blocks = {name: engine.index.rows(name, engine.index.ids).units for name in engine.index.features}
    pairs = candidate_pairs(found.paintings.column("phash").tolist(), blocks)[: args.timed]
    paths, upright = found.paintings.image_paths(), np.zeros(len(pairs), dtype=bool)
    with tempfile.TemporaryDirectory() as folder:
        start = time.process_time()
        compare_pairs(paths, found.paintings.column("sha256").tolist(), pairs, upright, Path(folder) / "looks")
        ours = time.process_time() - start
    kept, same_work.HOPELESS = same_work.HOPELESS, -2.0
    start = time.process_time()
    for a, b in pairs.tolist():
        first, second = (open_image(paths[row], at_least=SIDE) for row in (a, b))
        same_work.align(lambda: first, lambda: second, find_keypoints(first), find_keypoints(second))  # noqa: B023
    each = time.process_time() - start
    same_work.HOPELESS = kept
    return {"pairs": len(pairs), "together": round(ours, 2), "each": round(each, 2), "ratio": round(each / ours, 2)}


def table(found: dict[str, Any]) -> str:
    lines = [f"{found['pictures']} pictures, {found['compared']} pairs compared in {found['seconds']} s of processor"]
    for kind, own in found["kinds"].items():
        low, high = own["ci"]
        lines.append(f"  {kind:28} {own['found']:4} of {own['n']} found ({low:.2f} to {high:.2f})")
    lines.append(f"{len(found['wrong'])} of {found['pairs']} pairs are not of one planted work")
    lines += [f"  {first} and {second}: {sure}" for first, second, sure in found["wrong"]]
    timed = found["timed"]
    lines.append(
        f"{timed['pairs']} pairs: {timed['together']} s together, {timed['each']} s each by itself,"
        f" {timed['ratio']} times"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
