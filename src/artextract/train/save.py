"""Write a trained model's folder."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd

from artextract.checksums import FILE_NAME as CHECKSUMS
from artextract.files import write_aside, write_json
from artextract.images import content_hash
from artextract.model import saved
from artextract.model.export import export_network
from artextract.model.probe import LinearProbe, save_probes
from artextract.model.ridge import Ridge, save_ridges
from artextract.table import Paintings, fingerprint
from artextract.train.checkpoint import FILE_NAME as UNFINISHED
from artextract.train.loop import Fitted
from artextract.train.options import TrainOptions
from artextract.train.prepared import Prepared


@dataclass(frozen=True)
class Trained:
    """What a training has made, before it is written.

    ``backbone`` is its entry in ``config.json``; ``sure_from`` the probability from which on an answer is sure, per
    attribute; ``baselines`` and ``probes`` go by their name and by their attribute, ``numbers`` (see
    ``train.numbers.calibrated``) and ``ridges`` by that of a number, ``several`` (``train.several.thresholds_of``) by
    that of an attribute with several labels."""

    prepared: Prepared
    options: TrainOptions
    backbone: dict[str, Any]
    network: Fitted
    sure_from: dict[str, float | None]
    baselines: dict[str, Fitted]
    probes: dict[str, LinearProbe]
    numbers: dict[str, dict[str, Any]]
    ridges: dict[str, Ridge]
    several: dict[str, dict[str, Any]]


def write_model(out: Path, table: Paintings, split: dict[str, Any], trained: Trained) -> dict[str, Any]:
    """Write the folder of a model, and give the summary of its training.

    ``table`` is the whole collection with its splits, ``split`` the protocol that made them."""
    prepared, fitted = trained.prepared, trained.network
    labels = prepared.labels
    out.mkdir(parents=True, exist_ok=True)
    learned = (saved.METRIC_FILE, saved.ANSWER_SETS_FILE, saved.NOVELTY_FILE)
    for old in (saved.METRICS_FILE, *learned, CHECKSUMS):  # they belong to the weights that were here before
        (out / old).unlink(missing_ok=True)
    shutil.rmtree(out / saved.REPORT_FOLDER, ignore_errors=True)
    save_probes(out / saved.PROBES_FILE, trained.probes)
    (out / saved.RIDGES_FILE).unlink(missing_ok=True)
    if trained.ridges:
        save_ridges(out / saved.RIDGES_FILE, trained.ridges)
    write_json(out / saved.LABELS_FILE, labels.as_dict())
    seen = pd.concat([side.frame for side in prepared.sides.values()])
    artists = table.artists()
    known = dict(zip(table.column("id"), [None] * len(table) if artists is None else artists, strict=False))
    with write_aside(out / saved.TRAINED_ON_FILE) as aside:
        seen[["sha256", "phash", "split"]].assign(artist=[known[key] for key in seen["id"]]).to_parquet(
            aside, index=False, write_page_checksum=True
        )
    with write_aside(out / saved.SPLITS_FILE) as aside:
        table.frame[["id", "sha256", "split"]].to_parquet(aside, index=False, write_page_checksum=True)
    config = {
        "format": saved.FORMAT,
        **_save_network(out, saved.MAIN, fitted),
        "labels_sha256": labels.hash,
        "backbone": trained.backbone,
        "options": trained.options.as_dict(),
        "baselines": {name: _save_network(out, name, one) for name, one in trained.baselines.items()},
        "probes": {name: probe.chosen for name, probe in trained.probes.items()},
        "sure_from": trained.sure_from,
        "numbers": trained.numbers,
        "several": trained.several,
        "ridges": {name: {"alpha": one.alpha, "half_width": one.half_width} for name, one in trained.ridges.items()},
        "temperatures": dict(zip(labels.classes, cast(Any, fitted.network).temperature.tolist(), strict=False)),
        "split": split,
        "collection": {"path": str(Path(table.root).resolve()), "fingerprint": fingerprint(table)},
        "image_sides": [int(np.percentile(seen[["width", "height"]].min(axis=1), q)) for q in (0, 50, 100)],
        "rights": sorted(set(seen["rights"])),
    }
    write_json(out / saved.CONFIG_FILE, config)
    for name in (saved.MAIN, *trained.baselines):
        export_network(saved.open_model(out), name)
    for path in out.glob(f"*{UNFINISHED}"):
        path.unlink()
    return {
        "model": str(out.resolve()),
        "attributes": labels.sizes | {name: len(one.classes) for name, one in labels.several.items()},
        "numbers": {
            name: {"trained": sum(bins.counts), "bins": len(bins.counts)} for name, bins in labels.numbers.items()
        },
        "paintings": {name: len(side) for name, side in prepared.sides.items()},
        "split": split,
        "epochs": len(fitted.history),
        "best_epoch": fitted.best_epoch,
        "seconds_per_epoch": float(np.median([epoch["seconds"] for epoch in fitted.history])),
        "validation": config["validation"],
        "baselines": {name: entry["validation"] for name, entry in config["baselines"].items()},
        "skipped": [{"sha256": key, "reason": reason} for key, reason in prepared.bad.items()],
    }


def _save_network(out: Path, name: str, fitted: Fitted) -> dict[str, Any]:
    """Write a network's weights and give its entry in ``config.json``."""
    from safetensors.torch import save_file

    network: Any = getattr(fitted.network, "head", fitted.network)
    path = out / saved.weights_file(name)
    with write_aside(path) as aside:
        save_file({key: value.contiguous() for key, value in network.state_dict().items()}, aside)
    best = fitted.history[fitted.best_epoch - 1]
    return {
        "weights_sha256": content_hash(path),
        "network": network.config.as_dict(),
        "best_epoch": fitted.best_epoch,
        "validation": {key: float(value) for key, value in best.items() if key.startswith("val_")},
    }
