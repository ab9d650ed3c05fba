"""Measures, on paintings of a collection, the ranges in which a backbone's layers are rounded to INT8.

    python scripts/int8_table.py COLLECTION [--backbone efficientnet_lite0] [--pictures 300]

Writes src/artextract/backbones/int8_tables/BACKBONE.safetensors. Only training rows are read. Half of the pictures are
seen as they are and half at a detail of 112 pixels, as the starter model sees them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file

from artextract.backbones import get_backbone, load_network
from artextract.backbones.int8 import FOLDER, WEIGHTS
from artextract.backbones.int8_network import calibrated
from artextract.backbones.weights import file_hash
from artextract.table import read_paintings

BATCH = 60


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("collection", type=Path)
    parser.add_argument("--backbone", default="efficientnet_lite0")
    parser.add_argument("--pictures", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()

    every = read_paintings(args.collection).in_split("train").image_paths()
    paths = [every[at] for at in np.random.default_rng(args.seed).permutation(len(every))[: args.pictures]]
    backbones = [get_backbone(args.backbone), get_backbone(args.backbone, detail=112)]
    transform = backbones[0].transform
    mean, std = (torch.tensor(values).view(3, 1, 1) for values in (transform.mean, transform.std))

    def batches() -> Iterator[torch.Tensor]:
        for at in range(0, len(paths), BATCH):
            pixels = [backbones[i % 2].transform.read(path) for i, path in enumerate(paths[at : at + BATCH])]
            yield (torch.from_numpy(np.stack(pixels)).permute(0, 3, 1, 2).float() / 255 - mean) / std

    found = calibrated(lambda: load_network(backbones[0]).layers.network, batches())
    about = {WEIGHTS: file_hash(Path(backbones[0].path)), "pictures": str(len(paths)), "seed": str(args.seed)}
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{args.backbone}.safetensors"
    save_file({name: values.astype(np.float32) for name, values in found.items()}, path, metadata=about)
    print(f"{path}: {len(found)} entries, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
