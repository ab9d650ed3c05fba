"""From a collection to a model's folder: features once, network, linear probe, everything saved together."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Callable

import numpy as np
import pandas as pd

from artextract.backbones import Backbone, get_backbone
from artextract.errors import InputError, NothingUsableError
from artextract.features import get_feature, store_folder
from artextract.features.compute import compute
from artextract.features.store import FeatureStore
from artextract.files import write_aside, write_json
from artextract.images import content_hash
from artextract.model import saved
from artextract.model.export import export_network
from artextract.model.label_map import LabelMap, build_label_map
from artextract.model.missing import MISSING
from artextract.model.probe import LinearProbe, fit_probe, save_probes
from artextract.progress import Progress, no_progress
from artextract.table import Paintings, fingerprint, read_paintings
from artextract.train.loop import Fitted, Rows, TrainOptions, fit

AT_LEAST = 2
"""Classes with fewer training paintings are left out: nothing can be learned from a single one."""


def train_model(
    collection: str | Path,
    out: str | Path,
    *,
    backbone: str = "efficientnet_lite0",
    geometry: str = "squash",
    precision: str = "fast",
    attributes: tuple[str, ...] | None = None,
    at_least: int = AT_LEAST,
    options: TrainOptions = TrainOptions(),
    progress: Progress = no_progress,
    say: Callable[[str], None] = lambda text: None,
) -> dict[str, Any]:
    """Train on the collection's training split, choose by its validation split, and write ``out``; gives a summary.

    Test rows are never read. ``attributes`` defaults to every label column with two classes of ``at_least`` training paintings. ``say`` is told what a person
    would like to know while it runs. Raises ``InputError`` for an unknown attribute and ``NothingUsableError`` where nothing can be learned.
    """
    out = Path(out)
    if (out / "paintings.parquet").exists():
        raise InputError(f"'{out}' is a collection", "give the model a folder of its own")
    paintings = read_paintings(collection).in_split("train", "val")
    labels = _label_map(paintings.in_split("train"), attributes, at_least)
    paintings = paintings.rows((labels.encode(paintings) != MISSING).any(1))
    if backbone == "custom":
        from artextract.train.scratch import train_custom

        out.mkdir(parents=True, exist_ok=True)
        weights = train_custom(paintings, labels, out / saved.BACKBONE_WEIGHTS, geometry, options.seed, progress, say)
        chosen = get_backbone(f"custom:{weights}", geometry)
    else:
        chosen = get_backbone(backbone, geometry)

    feature = get_feature("deep", chosen, precision)
    say(f"feature maps: {len(paintings)} paintings x {_megabytes(chosen, 1) * 1000:.0f} KB = {_megabytes(chosen, len(paintings)):.0f} MB")
    bad = compute(collection, paintings, feature, progress, maps=True)
    paintings = paintings.rows(~np.isin(paintings.column("sha256").astype(str), list(bad)))
    store = FeatureStore(store_folder(collection, feature))
    sides = {name: paintings.in_split(name) for name in ("train", "val")}
    if not len(sides["train"]):
        raise NothingUsableError("no training painting could be read", "check the image files")

    rows = {name: Rows(store.maps(side.column("sha256")), labels.encode(side)) for name, side in sides.items()}
    config = options.network_config(chosen.map_shape, labels.sizes)
    say(f"network: {options.rnn}, {len(rows['train'])} training and {len(rows['val'])} validation paintings")
    fitted = fit(rows["train"], rows["val"], config, list(labels.counts.values()), options, lambda epoch: say(_epoch_line(epoch)))
    probes = _fit_probes(store, sides, labels, say)
    feature.prepare()
    name = backbone if backbone == "custom" else chosen.name
    return _save(out, collection, chosen, name, precision, fitted, labels, probes, options, paintings, bad)


def _label_map(training: Paintings, attributes: tuple[str, ...] | None, at_least: int) -> LabelMap:
    for name in attributes or ():
        training.column(name)
    labels = build_label_map(training, attributes or training.labels, at_least)
    if not labels.classes:
        raise NothingUsableError(
            f"no attribute has two classes with {at_least} training paintings each",
            "label more paintings, or lower --at-least",
        )
    return labels


def _fit_probes(store: FeatureStore, sides: dict[str, Paintings], labels: LabelMap, say: Callable[[str], None]) -> dict[str, LinearProbe]:
    vectors = {name: store.vectors(side.column("sha256")) for name, side in sides.items()}
    targets = {name: labels.encode(side) for name, side in sides.items()}
    probes = {}
    for i, (name, count) in enumerate(labels.sizes.items()):
        say(f"linear probe for {name}")
        known = {side: targets[side][:, i] != MISSING for side in sides}
        probes[name] = fit_probe(
            vectors["train"][known["train"]], targets["train"][known["train"], i],
            vectors["val"][known["val"]] if len(vectors["val"]) else vectors["train"][:0], targets["val"][known["val"], i],
            count, lambda text: say(f"  {text}"),
        )  # fmt: skip
    return probes


def _save(
    out: Path, collection: str | Path, backbone: Backbone, backbone_name: str, precision: str, fitted: Fitted, labels: LabelMap, probes: dict[str, LinearProbe],
    options: TrainOptions, paintings: Paintings, bad: dict[str, str],
) -> dict[str, Any]:  # fmt: skip
    from safetensors.torch import save_file

    out.mkdir(parents=True, exist_ok=True)
    (out / saved.METRICS).unlink(missing_ok=True)  # verdicts on the weights that were here before
    shutil.rmtree(out / saved.REPORT, ignore_errors=True)
    with write_aside(out / saved.WEIGHTS) as aside:
        save_file({name: value.contiguous() for name, value in fitted.network.state_dict().items()}, aside)
    save_probes(out / saved.PROBES, probes)
    write_json(out / saved.LABELS, labels.as_dict())
    history = pd.DataFrame(fitted.history)
    with write_aside(out / saved.HISTORY) as aside:
        history.to_csv(aside, index=False)
    with write_aside(out / saved.TRAINED_ON) as aside:
        paintings.frame[["sha256", "phash", "split"]].to_parquet(aside, index=False)
    best = {name: float(value) for name, value in fitted.history[fitted.best_epoch - 1].items()}
    config = {
        "format": saved.FORMAT,
        "weights_sha256": content_hash(out / saved.WEIGHTS),
        "labels_sha256": labels.hash,
        "backbone": {
            "name": backbone_name, "version": backbone.version, "licence": backbone.licence, "source": backbone.source,
            "precision": precision, "transform": backbone.transform.as_dict(),
        },
        "network": fitted.network.config.as_dict(),
        "options": options.as_dict(),
        "probes": {name: probe.chosen for name, probe in probes.items()},
        "best_epoch": fitted.best_epoch,
        "temperatures": dict(zip(labels.classes, fitted.network.temperature.tolist())),
        "validation": {name: value for name, value in best.items() if name.startswith("val_")},
        "collection": {"path": str(Path(collection).resolve()), "fingerprint": fingerprint(read_paintings(collection))},
        "rights": sorted(set(paintings.column("rights"))),
    }  # fmt: skip
    write_json(out / saved.CONFIG, config)
    export_network(saved.open_model(out))
    return {
        "model": str(out.resolve()),
        "attributes": labels.sizes,
        "paintings": {name: int(np.sum(paintings.column("split") == name)) for name in ("train", "val")},
        "epochs": len(fitted.history),
        "best_epoch": fitted.best_epoch,
        "seconds_per_epoch": float(np.median(history["seconds"])),
        "validation": config["validation"],
        "skipped": [{"sha256": key, "reason": reason} for key, reason in bad.items()],
    }


def _megabytes(backbone: Backbone, paintings: int) -> float:
    channels, height, width = backbone.map_shape
    return paintings * channels * height * width * 2 / 1e6


def _epoch_line(epoch: dict[str, float]) -> str:
    line = f"epoch {epoch['epoch']:3d}  {epoch['seconds']:6.1f} s  training loss {epoch['train_loss']:.3f}"
    if "val_macro_f1" in epoch:
        per_attribute = ", ".join(f"{n.removeprefix('val_macro_f1_')} {v:.3f}" for n, v in epoch.items() if n.startswith("val_macro_f1_"))
        line += f"  validation loss {epoch['val_loss']:.3f}  macro-F1 {epoch['val_macro_f1']:.3f} ({per_attribute})"
    return line
