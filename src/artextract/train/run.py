"""From a collection to a model's folder: features once, networks, linear probe, everything saved together."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from artextract.backbones import DEFAULT as DEFAULT_BACKBONE
from artextract.backbones import Backbone, get_backbone
from artextract.errors import InputError, NothingUsableError
from artextract.features import store_folder
from artextract.features.compute import compute
from artextract.features.deep import Deep
from artextract.features.store import FeatureStore
from artextract.files import write_aside, write_json
from artextract.images import content_hash
from artextract.model import saved
from artextract.model.confidence import sure_from
from artextract.model.export import export_network
from artextract.model.label_map import LabelMap, build_label_map
from artextract.model.metric import group_numbers, learn_metric
from artextract.model.missing import MISSING
from artextract.model.network import AttributeNetwork, NetworkConfig, build_network
from artextract.model.predictor import Predictor
from artextract.model.probe import LinearProbe, fit_probe, save_probes
from artextract.progress import Progress, no_progress
from artextract.table import Paintings, fingerprint, read_paintings
from artextract.train.checkpoint import FILE_NAME as UNFINISHED
from artextract.train.checkpoint import identity
from artextract.train.log import TrainingLog
from artextract.train.loop import Fitted, all_logits, channel_statistics, fit
from artextract.train.options import TrainOptions
from artextract.train.processes import Processes
from artextract.train.rows import Joined, StoredRows
from artextract.train.splitting import deal
from artextract.train.tune import FILE_NAME as TUNING
from artextract.train.tune import tune

if TYPE_CHECKING:
    import torch

PROBE = "linear_probe"
AT_LEAST = 2
"""Classes with fewer training paintings are left out: nothing can be learned from a single one."""
CHANGED_VIEW = 1000
"""The number of the view on which validation stands for photographs from elsewhere; training never sees it."""


@dataclass(frozen=True)
class Prepared:
    """What a training reads: the rows of each side, their features, and the class names."""

    backbone: Backbone
    labels: LabelMap
    sides: dict[str, Paintings]
    store: FeatureStore
    views: list[FeatureStore]
    changed: FeatureStore | None
    bad: dict[str, str]

    def described(self) -> dict[str, list[str]]:
        """What tells these features from any others: the stores and the images, in order."""
        stores = [self.store, *self.views, *([self.changed] if self.changed else [])]
        return {"stores": [store.folder.name for store in stores]} | {
            name: side.column("sha256").tolist() for name, side in self.sides.items()
        }

    @cached_property
    def normalisation(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Mean and deviation per channel of the training maps; the same for every network that is trained on them."""
        return channel_statistics(self.rows("train").maps)

    def targets(self, side: str) -> np.ndarray:
        return self.labels.encode(self.sides[side])

    def rows(self, side: str) -> StoredRows | Joined:
        """Training rows with their views; validation rows as they are and, where views are used, changed as well."""
        hashes = self.sides[side].column("sha256")
        if side == "train":
            return StoredRows(self.store.maps(hashes), self.targets(side), [view.maps(hashes) for view in self.views])
        plain = StoredRows(self.store.maps(hashes), self.targets(side))
        return (
            plain
            if self.changed is None
            else Joined([plain, StoredRows(self.changed.maps(hashes), self.targets(side))])
        )


def train_model(
    collection: str | Path,
    out: str | Path,
    *,
    backbone: str = DEFAULT_BACKBONE,
    geometry: str = "squash",
    finer: bool = True,
    detail: int | None = None,
    precision: str = "fast",
    attributes: tuple[str, ...] | None = None,
    at_least: int | dict[str, int] = AT_LEAST,
    split: str | None = None,
    split_seed: int = 0,
    fold: tuple[int, int] | None = None,
    trials: int = 0,
    baselines: tuple[str, ...] = (PROBE, *saved.BASELINES),
    options: TrainOptions = TrainOptions(),
    progress: Progress = no_progress,
    say: Callable[[str], None] = lambda text: None,
    tensorboard: bool = False,
) -> dict[str, Any]:
    """Train on the collection's training split, choose by its validation split, and write ``out``; gives a summary.

    Test rows are never read. ``attributes`` defaults to every label column with two classes of ``at_least`` training
    paintings (one number, or one per attribute). ``finer`` joins finer stages of the backbone to its map, ``detail``
    limits how fine a picture is seen (``Transform``). ``split`` deals the rows anew ("stratified", "artist-disjoint");
    by default the table's own split counts, and with ``fold`` = (number from 1, of how many) that fold of it is test.
    With ``trials`` the options are first searched for (``tune.py``), beginning with those given. ``baselines`` are
    trained beside the network. A killed training goes on when called again. ``say`` is told what a person would like to
    know while it runs. Raises ``InputError`` for an unknown attribute and ``NothingUsableError`` where nothing can be
    learned."""
    out = Path(out)
    if (out / "paintings.parquet").exists():
        raise InputError(f"'{out}' is a collection", "give the model a folder of its own")
    unknown = set(baselines) - {PROBE, *saved.BASELINES}
    if unknown:
        raise InputError(
            f"there is no baseline '{min(unknown)}'", f"choose from {', '.join((PROBE, *saved.BASELINES))}, or none"
        )
    if trials and options.finetune:
        raise InputError(
            "options are searched for on stored feature maps, not while the backbone is fine-tuned",
            "give --tune or --finetune, not both",
        )
    table, protocol = deal(read_paintings(collection), split, split_seed, fold)
    processes = Processes()
    if not processes.first:
        progress, say = no_progress, lambda text: None
    if options.finetune or backbone == "custom":
        finer, options = finer and backbone != "custom", replace(options, views=0)
    labelled = table.in_split("train", "val")
    labels = _label_map(labelled.in_split("train"), attributes, at_least)
    labelled = labelled.rows((labels.encode(labelled) != MISSING).any(1))
    trained: Path | None = None
    log = TrainingLog(out, say, tensorboard)
    fitted: Fitted | None = None
    if backbone == "custom":
        from artextract.train.scratch import train_custom

        out.mkdir(parents=True, exist_ok=True)
        trained = train_custom(
            labelled, labels, out / saved.BACKBONE_WEIGHTS, geometry, options.seed, processes, progress, say
        )
    elif options.finetune:
        from artextract.train.finetune import finetune

        chosen = get_backbone(backbone, geometry, finer=finer, detail=detail)
        fitted, trained = finetune(chosen, labelled, labels, options, out, processes, log, progress, say)
    chosen = get_backbone(
        f"{backbone.partition(':')[0]}:{trained}" if trained else backbone, geometry, finer=finer, detail=detail
    )
    prepared = prepare(collection, labelled, labels, chosen, precision, options.views, processes, progress, say)
    tuned: dict[str, Any] | None = None
    if trials:
        options, tuned = _tuned(prepared, options, trials, out, processes, progress, say)
    if fitted is None:
        fitted = _fit(prepared, options, out / UNFINISHED, processes, log, progress, say)
    beside = {
        name: _fit(
            prepared,
            baseline_options(name, options),
            out / f"{name}-{UNFINISHED}",
            processes,
            log.of(name),
            progress,
            say,
            name,
        )
        for name in baselines
        if name != PROBE
    }
    if not processes.first:
        processes.wait()
        return {}
    sure = _sure_from(prepared, fitted)
    probes = _fit_probes(prepared, say) if PROBE in baselines else {}
    Deep(chosen, precision=precision).prepare()
    described = {
        "name": backbone.partition(":")[0] if trained else chosen.name,
        "version": chosen.version,
        "licence": chosen.licence,
        "source": chosen.source if not trained else "trained here",
        "precision": precision,
        "transform": chosen.transform.as_dict(),
        "finer": finer,
        "trained": trained is not None,
    }
    summary = _save(out, table, protocol, described, fitted, sure, beside, probes, options, prepared)
    training = prepared.sides["train"]
    groups = group_numbers(training.artists(), *(training.keys(name) for name in labels.classes))
    learn_metric(Predictor.open(out), prepared.store.maps(training.column("sha256").tolist()), groups, progress).write(
        out
    )
    processes.wait()
    return summary | ({"tuning": tuned} if tuned else {})


def baseline_options(name: str, options: TrainOptions) -> TrainOptions:
    """How a baseline is trained: as the network itself, but for what it is there to do without."""
    return replace(options, finetune=False, **({"rnn": "none"} if name == "no_rnn" else {}))


def prepare(
    collection: str | Path,
    paintings: Paintings,
    labels: LabelMap,
    backbone: Backbone,
    precision: str,
    views: int,
    processes: Processes,
    progress: Progress,
    say: Callable[[str], None],
) -> Prepared:
    """Compute what the store lacks, and leave out what could not be read."""
    kinds: list[int | None] = [None, *range(views), *([CHANGED_VIEW] if views else [])]
    say(
        f"feature maps: {len(paintings)} paintings x {_megabytes(backbone, 1) * 1000:.0f} KB x {1 + views} ="
        f" {_megabytes(backbone, len(paintings)) * (1 + views):.0f} MB"
    )
    bad: dict[str, str] = {}
    stores = []
    for view in kinds:
        feature = Deep(backbone, precision=precision, view=view)
        wanted = {None: ("train", "val"), CHANGED_VIEW: ("val",)}.get(view, ("train",))
        if processes.first:
            bad |= compute(collection, paintings.in_split(*wanted), feature, progress, maps=True)
        processes.wait()
        stores.append(FeatureStore(store_folder(collection, feature)))
    if not processes.first:  # only the first process has tried, so the rest see by what is not there
        bad = {key: "" for key in paintings.column("sha256") if key not in stores[0]}
    paintings = paintings.rows(~np.isin(paintings.column("sha256").astype(str), list(bad)))
    sides = {name: paintings.in_split(name) for name in ("train", "val")}
    if not len(sides["train"]):
        raise NothingUsableError("no training painting could be read", "check the image files")
    changed = stores[-1] if views and len(sides["val"]) else None
    return Prepared(backbone, labels, sides, stores[0], stores[1 : 1 + views], changed, bad)


def network_config(
    options: TrainOptions, map_shape: tuple[int, int, int], classes: dict[str, int], linear: bool = False
) -> NetworkConfig:
    shared = ("rnn", "bidirectional", "layers", "width", "hidden", "dropout", "attention", "scan")
    return NetworkConfig(
        map_shape=map_shape, classes=classes, linear=linear, **{name: getattr(options, name) for name in shared}
    )


def fresh_network(
    options: TrainOptions, backbone: Backbone, labels: LabelMap, linear: bool = False
) -> AttributeNetwork:
    """A network with weights that follow from the seed."""
    import torch

    torch.manual_seed(options.seed)
    return build_network(network_config(options, backbone.map_shape, labels.sizes, linear))


def _fit(
    prepared: Prepared,
    options: TrainOptions,
    unfinished: Path | None,
    processes: Processes,
    watch: Callable,
    progress: Progress,
    say: Callable[[str], None],
    name: str = saved.MAIN,
) -> Fitted:
    train, val = prepared.rows("train"), prepared.rows("val")
    network = fresh_network(options, prepared.backbone, prepared.labels, linear=name == "linear_head")
    network.set_normalisation(*prepared.normalisation)
    say(
        f"{'network' if name == saved.MAIN else 'baseline'}: {network.config.in_words()}, {len(train)} training and"
        f" {len(prepared.sides['val'])} validation paintings"
    )
    return fit(
        network,
        train,
        val,
        prepared.labels.counts,
        options,
        unfinished=unfinished,
        about=prepared.described(),
        processes=processes,
        watch=watch,
        progress=progress,
    )


def _tuned(
    prepared: Prepared,
    options: TrainOptions,
    trials: int,
    out: Path,
    processes: Processes,
    progress: Progress,
    say: Callable[[str], None],
) -> tuple[TrainOptions, dict[str, Any]]:
    def quietly(tried: TrainOptions) -> Fitted:
        return _fit(prepared, tried, None, processes, lambda history: None, progress, lambda text: None)

    rows = {side: sorted(paintings.column("sha256")) for side, paintings in prepared.sides.items()}
    search = identity(options.as_dict(), prepared.backbone.version, prepared.labels.hash, rows)[:12]
    processes.wait()
    return tune(quietly, options, trials, out / TUNING, search, write=processes.first, say=say)


def _label_map(training: Paintings, attributes: tuple[str, ...] | None, at_least: int | dict[str, int]) -> LabelMap:
    least = {
        name: at_least if isinstance(at_least, int) else at_least.get(name, AT_LEAST)
        for name in attributes or training.labels
    }
    for name in (*(attributes or ()), *(at_least if isinstance(at_least, dict) else ())):
        training.column(name)
    labels = build_label_map(training, least)
    if not labels.classes:
        raise NothingUsableError(
            f"no attribute has two classes with {min(least.values())} training paintings each",
            "label more paintings, or lower --at-least",
        )
    return labels


def _sure_from(prepared: Prepared, fitted: Fitted) -> dict[str, float | None]:
    """From which probability on an answer is sure, per attribute, by the validation rows; a painting whose label is
    none of the classes counts as answered wrongly."""
    side, val = prepared.sides["val"], prepared.rows("val")
    if not len(side):
        return dict.fromkeys(prepared.labels.classes)
    found: dict[str, float | None] = {}
    network = getattr(fitted.network, "head", fitted.network)
    logits = all_logits(network, val)
    copies = len(val) // len(side)
    for i, name in enumerate(prepared.labels.classes):
        keys = side.keys(name)
        if name == "artist":
            others = side.artists()
            keys = np.array(
                [key if key is not None else other for key, other in zip(keys, others, strict=False)], dtype=object
            )
        known = np.tile([key is not None for key in keys], copies)
        probabilities = (logits[i] / network.temperature[i]).softmax(1).numpy()[known]
        found[name] = sure_from(probabilities.max(1), probabilities.argmax(1) == val.targets[known, i])
    return found


def _fit_probes(prepared: Prepared, say: Callable[[str], None]) -> dict[str, LinearProbe]:
    """A probe per attribute on the pooled vectors of the same paintings, of all stored views of them."""
    sides = prepared.sides
    stores = {"train": [prepared.store, *prepared.views], "val": [prepared.store]}
    vectors = {
        side: np.concatenate([store.vectors(sides[side].column("sha256")) for store in stores[side]]) for side in sides
    }
    targets = {side: np.concatenate([prepared.targets(side)] * len(stores[side])) for side in sides}
    probes = {}
    for i, (name, count) in enumerate(prepared.labels.sizes.items()):
        say(f"linear probe for {name}")
        known = {side: targets[side][:, i] != MISSING for side in sides}
        probes[name] = fit_probe(
            vectors["train"][known["train"]],
            targets["train"][known["train"], i],
            vectors["val"][known["val"]] if len(vectors["val"]) else vectors["train"][:0],
            targets["val"][known["val"], i],
            count,
            lambda text: say(f"  {text}"),
        )
    return probes


def _save(
    out: Path,
    table: Paintings,
    protocol: dict[str, Any],
    backbone: dict[str, Any],
    fitted: Fitted,
    sure: dict[str, float | None],
    beside: dict[str, Fitted],
    probes: dict[str, LinearProbe],
    options: TrainOptions,
    prepared: Prepared,
) -> dict[str, Any]:
    labels = prepared.labels
    out.mkdir(parents=True, exist_ok=True)
    for old in (saved.METRICS, saved.METRIC):  # they belong to the weights that were here before
        (out / old).unlink(missing_ok=True)
    shutil.rmtree(out / saved.REPORT, ignore_errors=True)
    save_probes(out / saved.PROBES, probes)
    write_json(out / saved.LABELS, labels.as_dict())
    seen = pd.concat([side.frame for side in prepared.sides.values()])
    artists = table.artists()
    known = dict(zip(table.column("id"), [None] * len(table) if artists is None else artists, strict=False))
    with write_aside(out / saved.TRAINED_ON) as aside:
        seen[["sha256", "phash", "split"]].assign(artist=[known[key] for key in seen["id"]]).to_parquet(
            aside, index=False
        )
    with write_aside(out / saved.SPLITS) as aside:
        table.frame[["id", "sha256", "split"]].to_parquet(aside, index=False)
    config = {
        "format": saved.FORMAT,
        **_save_network(out, saved.MAIN, fitted),
        "labels_sha256": labels.hash,
        "backbone": backbone,
        "options": options.as_dict(),
        "baselines": {name: _save_network(out, name, one) for name, one in beside.items()},
        "probes": {name: probe.chosen for name, probe in probes.items()},
        "sure_from": sure,
        "temperatures": dict(zip(labels.classes, fitted.network.temperature.tolist(), strict=False)),
        "split": protocol,
        "collection": {"path": str(Path(table.root).resolve()), "fingerprint": fingerprint(table)},
        "image_sides": [int(np.percentile(seen[["width", "height"]].min(axis=1), q)) for q in (0, 50, 100)],
        "rights": sorted(set(seen["rights"])),
    }
    write_json(out / saved.CONFIG, config)
    for name in (saved.MAIN, *beside):
        export_network(saved.open_model(out), name)
    for path in out.glob(f"*{UNFINISHED}"):
        path.unlink()
    return {
        "model": str(out.resolve()),
        "attributes": labels.sizes,
        "paintings": {name: len(side) for name, side in prepared.sides.items()},
        "split": protocol,
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

    network = getattr(fitted.network, "head", fitted.network)
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


def _megabytes(backbone: Backbone, paintings: int) -> float:
    channels, height, width = backbone.map_shape
    return paintings * channels * height * width * 2 / 1e6
