"""From a collection to a model's folder: features once, networks, linear probe, everything saved together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from artextract.backbones import DEFAULT as DEFAULT_BACKBONE
from artextract.backbones import Backbone
from artextract.errors import InputError, NothingUsableError
from artextract.features.deep import Deep
from artextract.features.on_ray import RayCluster
from artextract.files import user_path
from artextract.model import saved
from artextract.model.checking import write_model_checksums
from artextract.model.confidence import ENOUGH_UNSEEN, sure_everywhere
from artextract.model.label_map import LabelMap, build_label_map, is_labelled
from artextract.model.metric import fit_metric, group_numbers
from artextract.model.missing import MISSING
from artextract.model.numbers import is_number, numbers_of
from artextract.model.predictor import Predictor
from artextract.model.probe import LinearProbe, chosen_in_words, fit_probe
from artextract.printable import counted
from artextract.progress import Progress, no_progress
from artextract.table import Paintings, read_paintings
from artextract.train.backbone_options import BackboneOptions
from artextract.train.checkpoint import FILE_NAME as UNFINISHED
from artextract.train.checkpoint import identity
from artextract.train.context import Context
from artextract.train.doubt import learn_doubt, unseen_artists
from artextract.train.log import TrainingLog
from artextract.train.loop import Fitted, all_logits, fit
from artextract.train.new_network import fresh_network
from artextract.train.numbers import calibrated, fit_ridges
from artextract.train.options import TrainOptions
from artextract.train.outputs import read_maps
from artextract.train.prepared import Prepared, prepare
from artextract.train.processes import Processes, computes_bfloat16
from artextract.train.running import AT_LEAST, LabelOptions, Running
from artextract.train.save import Trained, write_model
from artextract.train.several import thresholds_of
from artextract.train.splitting import Splitting, split_table
from artextract.train.tune import FILE_NAME as TUNING
from artextract.train.tune import tune
from artextract.year_ranges import FIRST as YEAR

PROBE = "linear_probe"
NUMBERS_FROM = 200
"""Without being asked, the year is learned where so many training paintings carry one."""


def train_model(
    collection: str | Path,
    out: str | Path,
    *,
    backbone: str | BackboneOptions = DEFAULT_BACKBONE,
    labels: LabelOptions = LabelOptions(),
    splitting: Splitting = Splitting(),
    trials: int = 0,
    baselines: tuple[str, ...] = (PROBE, *saved.BASELINES),
    options: TrainOptions = TrainOptions(),
    running: Running = Running(),
) -> dict[str, Any]:
    """Train on the collection's training split, choose by its validation split, and write ``out``; gives a summary.

    Test rows are never read. ``backbone`` is a name, or options where more is chosen than that. The year is learned
    without being asked where ``NUMBERS_FROM`` training paintings carry one. With ``trials`` the options are first
    searched for (``tune.py``), beginning with those given. ``baselines`` are trained too, for comparison. A killed
    training goes on when called again. Raises ``InputError`` for an unknown attribute and ``NothingUsableError`` where
    nothing can be learned."""
    out = user_path(out)
    seen = BackboneOptions(backbone) if isinstance(backbone, str) else backbone
    _require(out, baselines, trials, options, seen.precision)
    table, split = split_table(read_paintings(collection), splitting)
    context, options = _context(out, options, running)
    processes = context.processes
    if seen.name == "custom":
        seen, options = replace(seen, multi_scale=False), replace(options, views=0)
    labelled = table.in_split("train", "val")
    learned = _label_map(labelled.in_split("train"), labels.attributes, labels.at_least)
    labelled = labelled.rows((learned.targets(labelled) != MISSING).any(1))
    fitted, weights = _trained_backbone(seen, collection, labelled, learned, options, out, context)
    chosen = seen.open(weights)
    views = options.views if baselines or not options.finetune else 0
    with nullcontext() if running.ray is None or not processes.first else RayCluster(running.ray) as cluster:
        changed = bool(options.views)
        prepared = prepare(collection, labelled, learned, chosen, seen.precision, views, context, changed, cluster)
    tuned: dict[str, Any] | None = None
    if trials:
        options, tuned = _tuned(prepared, options, trials, out, context)
    if fitted is None:
        fitted = _fit(prepared, options, out / UNFINISHED, context)
    compared = {
        name: _fit(
            prepared,
            baseline_options(name, options),
            out / f"{name}-{UNFINISHED}",
            context.of_baseline(name),
            name,
        )
        for name in baselines
        if name != PROBE
    }
    if not processes.first:
        processes.wait()
        return {}
    sure = _sure_from(prepared, fitted)
    probes = _fit_probes(prepared, context.say) if PROBE in baselines else {}
    numbers, several = calibrated(prepared, fitted), thresholds_of(prepared, fitted)
    ridges = fit_ridges(prepared, context.say) if PROBE in baselines else {}
    Deep(chosen, precision=seen.precision).prepare()
    described = _described(chosen, seen, weights is not None)
    trained = Trained(prepared, options, described, fitted, sure, compared, probes, numbers, ridges, several)
    summary = write_model(out, table, split, trained)
    _learn_from_all(out, prepared, learned, context.progress)
    processes.wait()
    return summary | ({"tuning": tuned} if tuned else {})


def _context(out: Path, options: TrainOptions, running: Running) -> tuple[Context, TrainOptions]:
    """What every step runs in, and the options without what this processor is not made for."""
    processes = Processes()
    progress, say = (running.progress, running.say) if processes.first else (no_progress, lambda text: None)
    if options.mixed_precision and not computes_bfloat16(processes.device):
        say("mixed precision is left out: this processor computes in bfloat16 several times as slowly as in float32")
        options = replace(options, mixed_precision=False)
    return Context(processes, TrainingLog(out, say, running.tensorboard), progress, say), options


def _trained_backbone(
    seen: BackboneOptions,
    collection: str | Path,
    labelled: Paintings,
    labels: LabelMap,
    options: TrainOptions,
    out: Path,
    context: Context,
) -> tuple[Fitted | None, Path | None]:
    """Where the backbone is trained too: the file of its weights, and the network where it was fine-tuned with it."""
    if seen.name == "custom":
        from artextract.train.scratch import train_custom

        out.mkdir(parents=True, exist_ok=True)
        file = out / saved.BACKBONE_WEIGHTS_FILE
        return None, train_custom(labelled, labels, file, seen.geometry, options.seed, context)
    if options.finetune:
        from artextract.train.finetune import finetune

        return finetune(seen.open(), collection, labelled, labels, options, seen.precision, out, context)
    return None, None


def _learn_from_all(out: Path, prepared: Prepared, labels: LabelMap, progress: Progress) -> None:
    """Learn the metric and the doubts of a model that was written, and complete its checksums."""
    training = prepared.sides["train"]
    nobody = np.full(len(training), None, dtype=object)
    groups = group_numbers(training.artists(), *(training.keys(name) for name in labels.classes), nobody)
    predictor = Predictor.open(out)
    maps = prepared.store.maps(training.column("sha256").tolist())
    read = read_maps(predictor, maps, len(training), progress, "learning a metric")
    fit_metric(read.pooled, read.attended, groups, predictor.backbone.dim).write(out)
    learn_doubt(prepared, predictor, read, progress)
    write_model_checksums(out)


def _require(out: Path, baselines: tuple[str, ...], trials: int, options: TrainOptions, precision: str) -> None:
    if (out / "paintings.parquet").exists():
        raise InputError(f"'{out}' is a collection", "give the model a folder of its own", code="collection-in-the-way")
    unknown = set(baselines) - {PROBE, *saved.BASELINES}
    if unknown:
        raise InputError(
            f"there is no baseline '{min(unknown)}'",
            f"choose from {', '.join((PROBE, *saved.BASELINES))}, or none",
            code="unknown-baseline",
        )
    if trials and options.finetune:
        raise InputError(
            "options are searched for on stored feature maps, not while the backbone is fine-tuned",
            "give --tune or --finetune, not both",
            code="tune-while-fine-tuning",
        )
    if options.finetune and precision == "int8":
        raise InputError(
            "a table of INT8 is for weights that stay as they are, and fine-tuning changes them",
            "give --finetune another --precision",
            code="int8-while-fine-tuning",
        )


def _described(backbone: Backbone, seen: BackboneOptions, trained: bool) -> dict[str, Any]:
    """The entry of the backbone in ``config.json``."""
    return {
        "name": seen.family if trained else backbone.name,
        "version": backbone.version,
        "licence": backbone.licence,
        "source": backbone.source if not trained else "trained here",
        "precision": seen.precision,
        "transform": backbone.transform.as_dict(),
        "multi_scale": seen.multi_scale,
        "trained": trained,
    }


def baseline_options(name: str, options: TrainOptions) -> TrainOptions:
    """How a baseline is trained: as the network itself, but for what it is there to do without."""
    without: dict[str, Any] = {"rnn": "none"} if name == "no_rnn" else {}
    return replace(options, finetune=False, **without)


def _fit(
    prepared: Prepared,
    options: TrainOptions,
    unfinished: Path | None,
    context: Context,
    name: str = saved.MAIN,
) -> Fitted:
    train, val = prepared.rows("train"), prepared.rows("val")
    network = fresh_network(options, prepared.backbone, prepared.labels, linear=name == "linear_head")
    network.set_normalisation(*prepared.normalisation)
    context.say(
        f"{'network' if name == saved.MAIN else 'baseline'}: {network.config.in_words()}, {len(train)} training and"
        f" {counted(len(prepared.sides['val']), 'validation painting')}"
    )
    return fit(
        network,
        train,
        val,
        prepared.labels.output_counts,
        options,
        kinds=prepared.labels.kinds,
        unfinished=unfinished,
        about=prepared.described(),
        processes=context.processes,
        watch=context.log,
        progress=context.progress,
    )


def _tuned(
    prepared: Prepared, options: TrainOptions, trials: int, out: Path, context: Context
) -> tuple[TrainOptions, dict[str, Any]]:
    def fit_trial(tried: TrainOptions) -> Fitted:
        return _fit(prepared, tried, None, context.silent())

    rows = {side: sorted(paintings.column("sha256")) for side, paintings in prepared.sides.items()}
    search = identity(options.as_dict(), prepared.backbone.version, prepared.labels.hash, rows)[:12]
    context.processes.wait()
    return tune(fit_trial, options, trials, out / TUNING, search, write=context.processes.first, say=context.say)


def _label_map(training: Paintings, attributes: tuple[str, ...] | None, at_least: int | Mapping[str, int]) -> LabelMap:
    least = {
        name: at_least if isinstance(at_least, int) else at_least.get(name, AT_LEAST)
        for name in attributes or (*training.labels, *_years(training))
    }
    for name in (*(attributes or ()), *(at_least if isinstance(at_least, Mapping) else ())):
        training.column(name)
    labels = build_label_map(training, least)
    if not labels.output_sizes:
        raise NothingUsableError(
            f"no attribute has two classes with {counted(min(least.values()), 'training painting')} each, or numbers"
            " enough",
            "label more paintings, or lower --at-least",
            code="too-few-classes",
        )
    return labels


def _years(training: Paintings) -> tuple[str, ...]:
    enough = is_number(training, YEAR) and np.isfinite(numbers_of(training, YEAR)).sum() >= NUMBERS_FROM
    return (YEAR,) if enough else ()


def _sure_from(prepared: Prepared, fitted: Fitted) -> dict[str, float | None]:
    """From which probability on an answer is sure, per attribute, by the validation rows.

    A painting whose label is none of the classes counts as answered wrongly. Where enough of them are by artists that
    the training never saw, and have a known label, the promise is kept for these apart as well, with
    room for other artists."""
    side, val = prepared.sides["val"], prepared.rows("val")
    if not len(side):
        return dict.fromkeys(prepared.labels.classes)
    found: dict[str, float | None] = {}
    network: Any = getattr(fitted.network, "head", fitted.network)
    logits = all_logits(network, val)
    copies = len(val) // len(side)
    strangers = np.tile(unseen_artists(side, prepared.sides["train"]), copies)
    own = side.artists()
    artists = np.tile(np.full(len(side), None, dtype=object) if own is None else own, copies)
    for i, name in enumerate(prepared.labels.classes):
        known = np.tile(is_labelled(side, name), copies)
        apart = strangers & known
        if np.count_nonzero(apart & (val.targets[:, i] != MISSING)) < ENOUGH_UNSEEN:
            apart = np.zeros_like(apart)
        probabilities = (logits[i] / network.temperature[i]).softmax(1).numpy()[known]
        right = probabilities.argmax(1) == val.targets[known, i]
        found[name] = sure_everywhere(probabilities.max(1), right, apart[known], artists[known])
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
        known = {side: targets[side][:, i] != MISSING for side in sides}
        probes[name] = fit_probe(
            vectors["train"][known["train"]],
            targets["train"][known["train"], i],
            vectors["val"][known["val"]] if len(vectors["val"]) else vectors["train"][:0],
            targets["val"][known["val"], i],
            count,
        )
        say(f"linear probe for {name}: {chosen_in_words(probes[name].chosen)}")
    return probes
