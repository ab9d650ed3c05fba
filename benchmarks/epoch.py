"""Seconds per training epoch on stored feature maps, against an epoch that runs the backbone on pixels, in one run.

    python benchmarks/epoch.py COLLECTION [--batches 200] [--json]

The collection must have its feature maps (after ``artextract train``). "frozen" decodes and runs the backbone forwards only, as a loop without a store would;
"fine-tuned" also runs gradients through the backbone. Both are timed over some batches and scaled to the epoch; the stored epoch is timed whole. All take batches of 16.
"""

from __future__ import annotations

import argparse
import json
import time

import numpy as np
import torch

from artextract.backbones import get_backbone, load_network
from artextract.features import get_feature, store_folder
from artextract.features.store import FeatureStore
from artextract.model.heads import masked_loss
from artextract.model.label_map import build_label_map
from artextract.model.missing import MISSING
from artextract.model.network import CNNRNNHead
from artextract.runtime import read_ahead
from artextract.table import read_paintings
from artextract.train.loop import Rows, TrainOptions, fit
from artextract.train.scratch import normalise

BATCH = 16


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("collection")
    parser.add_argument("--backbone", default="efficientnet_lite0")
    parser.add_argument("--batches", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()

    training = read_paintings(args.collection).in_split("train")
    labels = build_label_map(training, training.labels, 2)
    training = training.rows((labels.encode(training) != MISSING).any(1))
    targets = labels.encode(training)
    backbone = get_backbone(args.backbone)
    store = FeatureStore(store_folder(args.collection, get_feature("deep", backbone)))
    options = TrainOptions(epochs=1, batch_size=BATCH)
    config = options.network_config(backbone.map_shape, labels.sizes)
    rows = Rows(store.maps(training.column("sha256")), targets)
    empty = Rows(rows.maps, np.full((0, targets.shape[1]), MISSING))
    stored = fit(rows, empty, config, list(labels.counts.values()), options).history[0]["seconds"]

    figures = {"paintings": len(training), "stored_seconds": stored}
    for kind in ("frozen", "fine-tuned"):
        seconds = end_to_end(kind, training, targets, backbone, config, args.batches) * len(training) / BATCH
        figures[kind.replace("-", "_") + "_seconds"] = seconds
        figures[kind.replace("-", "_") + "_ratio"] = seconds / stored
    if args.json:
        print(json.dumps(figures, indent=2))
    else:
        print(f"one epoch over {figures['paintings']} paintings")
        print(f"  stored feature maps        {stored:8.1f} s")
        print(f"  backbone frozen, on pixels {figures['frozen_seconds']:8.1f} s   {figures['frozen_ratio']:.1f} x")
        print(f"  backbone fine-tuned        {figures['fine_tuned_seconds']:8.1f} s   {figures['fine_tuned_ratio']:.1f} x")


def end_to_end(kind, training, targets, backbone, config, batches) -> float:
    """Mean seconds per batch of decoding, backbone, head and update; the first five batches are not counted."""
    network, head = load_network(backbone), CNNRNNHead(config)
    tuned = kind == "fine-tuned"
    parameters = [*head.parameters(), *(network.parameters() if tuned else ())]
    network.requires_grad_(tuned)
    optimiser = torch.optim.AdamW(parameters, lr=1e-4)
    order = np.random.default_rng(0).permutation(len(training))[: (batches + 5) * BATCH]
    paths = training.image_paths()
    pictures, taken, started = [], [], 0.0
    done = 0
    for position, pixels in read_ahead([paths[i] for i in order], backbone.transform.read, lambda i, reason: None):
        pictures.append(pixels)
        taken.append(order[position])
        if len(pictures) < BATCH:
            continue
        maps = network(normalise(np.stack(pictures), backbone.transform))[0]
        loss = masked_loss(head(maps if tuned else maps.detach()), torch.from_numpy(targets[taken]))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        pictures, taken = [], []
        done += 1
        if done == 5:
            started = time.perf_counter()
    return (time.perf_counter() - started) / (done - 5)


if __name__ == "__main__":
    main()
