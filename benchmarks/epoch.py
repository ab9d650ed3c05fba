"""Seconds per training epoch on stored feature maps, against an epoch that runs the backbone on pixels, in one run.

    python benchmarks/epoch.py COLLECTION [--batches 50] [--json]

The collection must have its feature maps (after ``artextract train``). "frozen" decodes, changes the pictures and runs
the backbone forwards only, as a loop without a store would; "fine-tuned" also runs gradients through the last stages of
the backbone. Both are timed over some batches and scaled to the epoch; the stored epoch is timed whole. All three have
the same network, loss, optimiser and batch size; the running mean of the weights is left out of all."""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace

import numpy as np
import torch

from artextract.backbones import DEFAULT, Backbone, get_backbone
from artextract.features import store_folder
from artextract.features.deep import Deep
from artextract.features.store import FeatureStore
from artextract.model.label_map import LabelMap, build_label_map
from artextract.model.missing import MISSING
from artextract.table import Paintings, read_paintings
from artextract.train.finetune import EndToEnd
from artextract.train.loop import GRADIENT_NORM, fit
from artextract.train.losses import MaskedLoss
from artextract.train.new_network import fresh_network
from artextract.train.options import TrainOptions
from artextract.train.rows import PictureRows, StoredRows, batches

WARM = 3
"""Batches that are not counted."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("collection")
    parser.add_argument("--backbone", default=DEFAULT)
    parser.add_argument("--batches", type=int, default=50)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--unfreeze", type=int, default=3, help="stages of the backbone that are fine-tuned")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()

    training = read_paintings(args.collection).in_split("train")
    labels = build_label_map(training, dict.fromkeys(training.labels, 2))
    training = training.rows((labels.encode(training) != MISSING).any(1))
    backbone = get_backbone(args.backbone, multi_scale=True)
    options = TrainOptions(epochs=1, batch_size=args.batch_size, mixup=0.0, average=0.0, unfreeze=args.unfreeze)
    torch.set_flush_denormal(True)
    figures = {
        "paintings": len(training),
        "batch_size": args.batch_size,
        "stored_seconds": stored(args.collection, training, labels, backbone, options),
    }
    for kind, unfrozen in (("frozen", 0), ("fine_tuned", args.unfreeze)):
        seconds = (
            from_pixels(training, labels, backbone, options, unfrozen, args.batches) * len(training) / args.batch_size
        )
        figures |= {f"{kind}_seconds": seconds, f"{kind}_ratio": seconds / figures["stored_seconds"]}
    if args.json:
        print(json.dumps(figures, indent=2))
    else:
        print(f"one epoch over {figures['paintings']} paintings")
        print(f"  stored feature maps        {figures['stored_seconds']:8.1f} s")
        print(f"  backbone frozen, on pixels {figures['frozen_seconds']:8.1f} s   {figures['frozen_ratio']:.1f} x")
        print(
            f"  backbone fine-tuned        {figures['fine_tuned_seconds']:8.1f} s   {figures['fine_tuned_ratio']:.1f} x"
        )


def stored(collection: str, training: Paintings, labels: LabelMap, backbone: Backbone, options: TrainOptions) -> float:
    """Seconds of an epoch on stored maps, without validation."""
    maps = FeatureStore(store_folder(collection, Deep(backbone))).maps(training.column("sha256"))
    nothing = StoredRows(maps, np.full((0, len(labels.classes)), MISSING))
    network = fresh_network(options, backbone, labels)
    return fit(network, StoredRows(maps, labels.encode(training)), nothing, labels.counts, options).history[0][
        "seconds"
    ]


def from_pixels(
    training: Paintings, labels: LabelMap, backbone: Backbone, options: TrainOptions, unfrozen: int, count: int
) -> float:
    """Mean seconds per batch of decoding, backbone, network and update, with the last ``unfrozen`` stages of the
    backbone learning."""
    network = EndToEnd(backbone, fresh_network(options, backbone, labels), max(1, unfrozen))
    network.train()
    network.begin_epoch(1 + unfrozen)  # one more stage learns in each epoch after the first
    loss, optimiser = (
        MaskedLoss(labels.counts, options),
        torch.optim.AdamW(network.parameter_groups(replace(options, finetune=True))),
    )
    rows, random = (
        PictureRows(training.image_paths(), labels.encode(training), backbone.transform),
        np.random.default_rng(0),
    )
    order = random.permutation(len(rows))[: (WARM + count) * options.batch_size]
    groups = [order[start : start + options.batch_size] for start in range(0, len(order), options.batch_size)]
    started = time.perf_counter()
    for number, (pixels, targets) in enumerate(
        batches(rows, groups, [random.integers(0, 2**63, len(group)) for group in groups])
    ):
        if number == WARM:
            started = time.perf_counter()
        optimiser.zero_grad(set_to_none=True)
        loss(network(pixels), targets).backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), GRADIENT_NORM)
        optimiser.step()
    if len(groups) <= WARM:
        raise SystemExit(f"the collection has too few training paintings: {len(training)}")
    return (time.perf_counter() - started) / (len(groups) - WARM)


if __name__ == "__main__":
    main()
