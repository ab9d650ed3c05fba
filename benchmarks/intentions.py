"""Do the mixes for colours, composition and light find what they are named after?

    python benchmarks/intentions.py COLLECTION [--rows 600] [--side val|test|both] [--seed 0]

What is alike is measured apart from the features, on small pictures. The nearest hundredth of the others is relevant:

- colours: sliced Wasserstein distance between the pixels in CIELAB (N. Bonneel et al., "Sliced and Radon Wasserstein
  barycenters of measures", JMIV 2015), 32 directions, 32 quantiles;
- composition: cosine of histograms of oriented gradients on 4 x 4 cells (N. Dalal, B. Triggs, "Histograms of oriented
  gradients for human detection", CVPR 2005), blind to colour and contrast;
- masses: correlation of the lightness on 8 x 8 cells;
- light: L1 distance of 16 quantiles of the lightness.

P@10 of each mix over paintings of one half of the artists, among ``--rows`` paintings drawn at random."""

from __future__ import annotations

import argparse
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

from artextract.features import get_feature
from artextract.features.cielab import rgb_to_lab
from artextract.images import open_image
from artextract.index.scales import fit_scale
from artextract.index.spaces import fit_space
from artextract.index.units import unit_and_norm
from artextract.search.asking.engine import SearchEngine
from artextract.search.asking.weights import DEFAULT

PICTURE = ("palette", "composition", "lighting", "structure")
MIXES = {
    "overall": DEFAULT,
    "palette": {"palette": 1.0},
    "palette .8, lighting .2": {"palette": 0.8, "lighting": 0.2},
    "composition": {"composition": 1.0},
    "composition .7, structure .3": {"composition": 0.7, "structure": 0.3},
    "composition .5, structure .5": {"composition": 0.5, "structure": 0.5},
    "composition .3, structure .7": {"composition": 0.3, "structure": 0.7},
    "structure": {"structure": 1.0},
    "lighting": {"lighting": 1.0},
    "lighting .8, palette .2": {"lighting": 0.8, "palette": 0.2},
    "lighting .5, palette .5": {"lighting": 0.5, "palette": 0.5},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collection", type=Path)
    parser.add_argument("--rows", type=int, default=600)
    parser.add_argument("--side", choices=("val", "test", "both"), default="val")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    engine = SearchEngine.open(args.collection)
    random = np.random.default_rng(args.seed)
    rows = np.sort(random.permutation(len(engine.index))[: args.rows])
    ids = [engine.index.ids[row] for row in rows]
    pictures = [open_image(engine.records.path_of(name), at_least=320) for name in ids]
    artists = engine.paintings.artists()
    assert artists is not None
    half = np.array([zlib.crc32((artists[row] or "").encode()) % 2 for row in rows])
    asked = np.flatnonzero(np.ones(len(rows), bool) if args.side == "both" else half == (args.side == "test"))
    standard = {}
    for name in ("style", "deep"):
        units = engine.index.rows(name, ids).units
        standard[name] = engine.index.scale(name, "cosine").standard(units @ units.T)
    for name in PICTURE:
        feature = get_feature(name)
        vectors = np.stack([feature.vector(picture) for picture in pictures])
        units, norms = unit_and_norm(fit_space(feature.space, vectors)(vectors))
        scale = fit_scale(units, norms, np.zeros(len(units), np.float32), "cosine")
        standard[name] = scale.standard(units @ units.T)
    truth = {name: _nearest(alike) for name, alike in _alike(pictures).items()}
    print(f"{len(asked)} queries of {len(rows)} paintings; P@10, +- is 1.96 standard errors")
    print(f"{'':32}" + "".join(f"{name:>18}" for name in truth))
    for mix, weights in MIXES.items():
        scores = sum(weight * standard[name] for name, weight in weights.items())
        np.fill_diagonal(scores, -np.inf)
        found = np.argsort(-scores, axis=1)[asked, :10]
        cells = [np.take_along_axis(one[asked], found, 1).mean(1) for one in truth.values()]
        print(f"{mix:32}" + "".join(f"{c.mean():11.3f} +-{1.96 * c.std() / len(c) ** 0.5:.3f}" for c in cells))
    print(f"{'random':32}" + "".join(f"{one.mean():11.3f}" + " " * 7 for one in truth.values()))


def _nearest(alike: np.ndarray) -> np.ndarray:
    np.fill_diagonal(alike, -np.inf)
    few = max(5, len(alike) // 100)
    return alike >= np.sort(alike, axis=1)[:, -few][:, None]


def _alike(pictures: list[Image.Image]) -> dict[str, np.ndarray]:
    random = np.random.default_rng(1)
    directions = random.normal(size=(3, 32))
    directions /= np.linalg.norm(directions, axis=0)
    colours, edges, masses, light = [], [], [], []
    for picture in pictures:
        small = np.asarray(picture.resize((48, 48), Image.Resampling.BOX), np.uint8)
        lab = rgb_to_lab(small).reshape(-1, 3)
        colours.append(np.quantile(lab @ directions, (np.arange(32) + 0.5) / 32, axis=0).ravel())
        light.append(np.quantile(lab[:, 0], (np.arange(16) + 0.5) / 16))
        grey = np.asarray(picture.convert("L").resize((64, 64), Image.Resampling.BOX), np.float32)
        down, right = np.gradient(grey)
        bins = ((np.arctan2(down, right) % np.pi) / np.pi * 8).astype(int) % 8
        cells = np.arange(64) // 16
        place = (cells[:, None] * 4 + cells[None]) * 8 + bins
        histogram = np.sqrt(np.bincount(place.ravel(), np.hypot(down, right).ravel(), 128).reshape(16, 8))
        edges.append((histogram / np.maximum(np.linalg.norm(histogram), 1e-9)).ravel())
        block = grey.reshape(8, 8, 8, 8).mean((1, 3)).ravel()
        masses.append((block - block.mean()) / max(block.std(), 1e-9))
    far = {"colours": np.stack(colours), "light": np.stack(light)}
    found = {name: -np.stack([np.abs(rows - row).mean(1) for row in rows]) for name, rows in far.items()}
    form, mass = np.stack(edges), np.stack(masses)
    form = form - form.mean(0)
    form /= np.linalg.norm(form, axis=1, keepdims=True)
    return found | {"composition": form @ form.T, "masses": mass @ mass.T / 64}


if __name__ == "__main__":
    main()
