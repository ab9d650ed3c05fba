"""Recipes of a training side by side: several seeds of each, the backbone frozen, and what they differ by.

    python -m benchmarks.recipe COLLECTION OUT --recipe gru --recipe none:rnn=none [--seeds 5] [--train N] [--val N]
        [--judged N] [--also GALLERY] [--base KEY=VALUE,...] [--at-least style=10,artist=40]
        [--only-report] [--json FILE]

A recipe is NAME:KEY=VALUE,... with fields of ``TrainOptions`` and ``BackboneOptions``, or one of

    residual=yes       the states of the RNN are added to what it reads
    for=style+genre    only these attributes read the states; the others read the tokens as they are

``--base`` holds what all recipes share. All see the same paintings: ``--train``, ``--val`` and ``--judged`` draw so
many training, validation and test rows, always the same (a larger number draws the same and more). The epoch is chosen
and the temperature fitted on validation rows; test rows and those of GALLERY, a collection, are only judged. "Unseen"
artists have no painting among the training rows drawn.

OUT keeps the probabilities of each recipe and seed, so a run that is stopped goes on: seed by seed, all recipes of a
seed before the next. Then a table: the mean over the seeds of the first recipe, and the difference of each
other, with 95 % intervals over seeds and paintings (both are drawn anew in each of 1,000 rounds, and the same ones for
both recipes). "mean of the seeds" averages the probabilities of the first recipe's networks."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from artextract.app.commands.common import progress, say
from artextract.app.commands.train import _at_least
from artextract.features import store_folder
from artextract.features.compute import compute
from artextract.features.deep import Deep
from artextract.features.store import FeatureStore
from artextract.files import write_aside, write_json
from artextract.metrics.bootstrap import ROUNDS, _indicator, interval, resample
from artextract.metrics.classification import Tally
from artextract.model.label_map import LabelMap
from artextract.model.missing import MISSING
from artextract.model.network import AttributeNetwork, CNNRNNHead, NetworkConfig
from artextract.model.sequence import attention_pool
from artextract.table import Paintings, read_paintings
from artextract.train.backbone_options import BackboneOptions
from artextract.train.context import Context
from artextract.train.loop import all_logits, fit
from artextract.train.new_network import fresh_network, network_config
from artextract.train.options import TrainOptions
from artextract.train.prepared import Prepared, prepare
from artextract.train.processes import Processes
from artextract.train.rows import StoredRows
from artextract.train.run import _label_map

STARTER = "detail=112,jpeg_side=168,average=0.995,patience=99"
MEASURES = ("macro_f1", "accuracy", "balanced_accuracy")
MEAN = "mean of the seeds"


@dataclass(frozen=True)
class Recipe:
    """``residual`` and ``read_by`` (the attributes that read the RNN, all if empty) are variants of the network."""

    name: str
    backbone: BackboneOptions
    options: dict[str, Any]
    residual: bool
    read_by: tuple[str, ...]

    @staticmethod
    def parse(text: str, base: str) -> Recipe:
        name, _, own = text.partition(":")
        values = dict(pair.split("=", 1) for pair in [*base.split(","), *own.split(",")] if pair)
        residual, read_by = values.pop("residual", "no") == "yes", values.pop("for", "")
        seen, options = ({f.name: f.default for f in fields(kind)} for kind in (BackboneOptions, TrainOptions))
        unknown = values.keys() - seen.keys() - options.keys()
        if unknown:
            raise SystemExit(f"there is no option '{min(unknown)}'")
        given = {key: _typed(value, seen.get(key, options.get(key))) for key, value in values.items()}
        return Recipe(
            name,
            BackboneOptions(**{key: value for key, value in given.items() if key in seen}),
            {key: value for key, value in given.items() if key in options},
            residual,
            tuple(filter(None, read_by.split("+"))),
        )


def _typed(text: str, like: Any) -> Any:
    if isinstance(like, bool):
        return text == "yes"
    if like is None or isinstance(like, int):
        return int(text)
    return type(like)(text)


class Variant(CNNRNNHead):
    """The network with the states of its RNN added to the tokens, or read by some attributes only."""

    def __init__(self, config: NetworkConfig, residual: bool, read_by: Sequence[str]):
        super().__init__(config)
        if self.encoder.width_out != config.width:
            raise SystemExit("these variants want states as wide as the tokens")
        self.residual = residual
        self.plain = attention_pool(config.attention, config.width, len(config.classes)) if read_by else None
        reads = [not read_by or name in read_by for name in config.classes]
        self.register_buffer("reads", torch.tensor(reads)[None, :, None], persistent=False)

    def attend(self, maps: Tensor) -> tuple[Tensor, Tensor]:
        tokens = self.tokens(maps)
        projected = self.encoder.project(tokens)
        states = self.encoder.read(projected)
        pooled, attention = self.pool(states + projected if self.residual else states)
        if self.plain is not None:
            other, attended = self.plain(projected)
            pooled, attention = torch.where(self.reads, pooled, other), torch.where(self.reads, attention, attended)
        mean = tokens.mean(1, keepdim=True).expand(-1, pooled.shape[1], -1)
        return torch.cat([pooled, mean], 2), attention


def network_of(recipe: Recipe, options: TrainOptions, prepared: Prepared) -> AttributeNetwork:
    if recipe.residual or recipe.read_by:
        torch.manual_seed(options.seed)
        config = network_config(options, prepared.backbone.map_shape, prepared.labels.output_sizes)
        network: AttributeNetwork = Variant(config, recipe.residual, recipe.read_by)
    else:
        network = fresh_network(options, prepared.backbone, prepared.labels)
    network.set_normalisation(*prepared.normalisation)
    return network


def drawn(rows: Paintings, count: int | None) -> Paintings:
    """So many rows, the first of an order that is the same for every count."""
    order = np.random.default_rng(0).permutation(len(rows))
    return rows.rows(np.sort(order[:count]))


def run(recipe: Recipe, seed: int, prepared: Prepared, judged: dict[str, StoredRows], out: Path) -> None:
    """Train one network and keep its probabilities on all rows judged."""
    started = time.process_time()
    options = TrainOptions(**recipe.options | {"seed": seed})
    network = network_of(recipe, options, prepared)
    fitted = fit(
        network,
        prepared.rows("train"),
        prepared.rows("val"),
        prepared.labels.output_counts,
        options,
        kinds=prepared.labels.kinds,
        unfinished=out.with_suffix(".unfinished"),
        about=prepared.described(),
        progress=progress,
    )
    trained = time.process_time() - started
    network = fitted.network  # type: ignore[assignment]
    arrays = {}
    for side, rows in judged.items():
        logits = all_logits(network, rows)
        for i, name in enumerate(prepared.labels.classes):
            arrays[f"{side}.{name}"] = (logits[i] / network.temperature[i]).softmax(1).numpy().astype(np.float16)
    with write_aside(out) as aside, aside.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]
    write_json(out.with_suffix(".json"), {"cpu_seconds": trained, "best": fitted.best_epoch, "epochs": fitted.history})
    out.with_suffix(".unfinished").unlink(missing_ok=True)
    say(f"{out.stem}: best epoch {fitted.best_epoch}, {trained:.0f} s of the processor")


@dataclass(frozen=True)
class Side:
    """``truth``: class numbers per attribute ``int (N,)``; ``seen``: whether the artist is in the training, 1, 0, or
    -1 where no artist is named."""

    truth: dict[str, np.ndarray]
    seen: np.ndarray

    @staticmethod
    def of(rows: Paintings, labels: LabelMap, training: Paintings) -> Side:
        known, artists = set(training.artists()), rows.artists()  # type: ignore[arg-type]
        assert artists is not None
        encoded = labels.encode(rows)
        seen = np.array([-1 if one is None else int(one in known) for one in artists])
        return Side({name: encoded[:, i] for i, name in enumerate(labels.classes)}, seen)

    def groups(self, attribute: str) -> dict[str, np.ndarray]:
        labelled = self.truth[attribute] != MISSING
        if attribute == "artist":
            return {"all": labelled}
        return {"all": labelled, "seen": labelled & (self.seen == 1), "unseen": labelled & (self.seen == 0)}


def measures(truth: np.ndarray, answers: np.ndarray, classes: int, counts: np.ndarray) -> dict[str, np.ndarray]:
    """Per measure ``(R, S)``, for R resamples ``counts (R, N)`` of the rows and answers ``int (S, N)`` of S seeds."""
    by_true, found = counts @ _indicator(truth, classes), []
    for one in answers:
        right = counts @ _indicator(truth, classes, one == truth)
        found.append(Tally(right, by_true, counts @ _indicator(one, classes)))
    return {
        "macro_f1": np.stack([tally.macro("f1") for tally in found], 1),
        "accuracy": np.stack([tally.accuracy() for tally in found], 1),
        "balanced_accuracy": np.stack([tally.balanced_accuracy() for tally in found], 1),
    }


def compared(truth: np.ndarray, answers: dict[str, np.ndarray], classes: int) -> dict[str, dict[str, Any]]:
    """Mean over the seeds of the first recipe's measures, and the differences of the others from it, with intervals;
    ``answers``: ``int (S, N)`` per recipe."""
    first = next(iter(answers))
    random = np.random.default_rng(1)
    seeds = random.integers(0, len(answers[first]), (ROUNDS, len(answers[first])))
    whole = {
        name: measures(truth, some, classes, np.ones((1, len(truth)), dtype=int)) for name, some in answers.items()
    }
    parts: dict[str, dict[str, list[np.ndarray]]] = {name: {m: [] for m in MEASURES} for name in answers}
    for counts in resample(len(truth), ROUNDS):
        for name, some in answers.items():
            for measure, values in measures(truth, some, classes, counts).items():
                parts[name][measure].append(values)
    every = {n: {m: np.concatenate(values) for m, values in each.items()} for n, each in parts.items()}
    # a recipe with one answer alone has no seeds to draw
    averaged = {
        n: {m: (np.take_along_axis(v, seeds, 1) if v.shape[1] > 1 else v).mean(1) for m, v in each.items()}
        for n, each in every.items()
    }
    found: dict[str, dict[str, Any]] = {}
    for name in answers:
        found[name] = {"n": len(truth), "seeds": len(answers[name])}
        for measure in MEASURES:
            mean = float(whole[name][measure].mean())
            entry: dict[str, Any] = {"mean": mean, "each": whole[name][measure][0].tolist()}
            if name == first:
                entry["ci"] = interval(averaged[name][measure])
            else:
                entry["less_first"] = mean - float(whole[first][measure].mean())
                entry["ci"] = interval(averaged[name][measure] - averaged[first][measure])
            found[name][measure] = entry
    return found


def report(recipes: Sequence[Recipe], seeds: int, sides: dict[str, Side], out: Path, labels: LabelMap) -> dict:
    names = [recipe.name for recipe in recipes]
    complete = [s for s in range(seeds) if all(file_of(out, name, s).exists() for name in names)]
    if not complete:
        raise SystemExit("no seed of all recipes is trained yet")
    kept = {(name, s): np.load(file_of(out, name, s)) for name in names for s in complete}
    cpu = {
        name: [json.loads(file_of(out, name, s).with_suffix(".json").read_text()) for s in complete] for name in names
    }
    document: dict[str, Any] = {"seeds": complete, "cpu_seconds": {}, "sides": {}}
    for name, runs in cpu.items():
        document["cpu_seconds"][name] = [one["cpu_seconds"] for one in runs]
    print(
        f"{len(complete)} seeds; seconds of the processor for a training: "
        + ", ".join(f"{name} {np.median(values):.0f}" for name, values in document["cpu_seconds"].items())
    )
    print(
        "| rows | attribute | artists | n | recipe | macro-F1 | accuracy | balanced accuracy |\n"
        "|---|---|---|---|---|---|---|---|"
    )
    for side, rows in sides.items():
        for attribute in labels.classes:
            for group, mask in rows.groups(attribute).items():
                if not mask.any():
                    continue
                probabilities = {
                    name: np.stack([kept[name, s][f"{side}.{attribute}"][mask].astype(np.float32) for s in complete])
                    for name in names
                }
                answers = {name: some.argmax(2) for name, some in probabilities.items()}
                answers[MEAN] = probabilities[names[0]].mean(0).argmax(1)[None]
                found = compared(rows.truth[attribute][mask], answers, len(labels.classes[attribute]))
                document["sides"].setdefault(side, {}).setdefault(attribute, {})[group] = found
                for name, entry in found.items():
                    cells = [_cell(entry[measure]) for measure in MEASURES]
                    print(f"| {side} | {attribute} | {group} | {entry['n']} | {name} | {' | '.join(cells)} |")
    return document


def _cell(entry: dict[str, Any]) -> str:
    value = f"{entry['less_first']:+.3f}" if "less_first" in entry else f"{entry['mean']:.3f}"
    sign = "+" if "less_first" in entry else ""
    return f"{value} [{entry['ci'][0]:{sign}.3f}, {entry['ci'][1]:{sign}.3f}]"


def file_of(out: Path, name: str, seed: int) -> Path:
    return out / f"{name}-{seed}.npz"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collection", metavar="COLLECTION")
    parser.add_argument("out", type=Path, metavar="OUT")
    parser.add_argument("--recipe", action="append", required=True, metavar="NAME:KEY=VALUE,...")
    parser.add_argument("--base", default=STARTER, metavar="KEY=VALUE,...", help="(default: %(default)s)")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--train", type=int, metavar="N", help="so many training rows (default: all)")
    parser.add_argument("--val", type=int, metavar="N", help="so many validation rows (default: all)")
    parser.add_argument("--judged", type=int, metavar="N", help="so many test rows (default: all)")
    parser.add_argument("--also", metavar="GALLERY", help="a collection of which all rows are judged")
    parser.add_argument("--at-least", default="style=10,artist=40,genre=50")
    parser.add_argument("--only-report", action="store_true", help="of the seeds that all recipes are trained with")
    parser.add_argument("--json", type=Path, metavar="FILE")
    args = parser.parse_args()
    recipes = [Recipe.parse(text, args.base) for text in args.recipe]
    args.out.mkdir(parents=True, exist_ok=True)
    table = read_paintings(args.collection)
    training = drawn(table.in_split("train"), args.train)
    labels = _label_map(training, None, _at_least(args.at_least))
    others = {"val": drawn(table.in_split("val"), args.val), "test": drawn(table.in_split("test"), args.judged)}
    if args.also:
        others["gallery"] = read_paintings(args.also)
    taken = np.isin(table.ids, [*training.ids, *others["val"].ids])
    labelled = table.rows(taken & (labels.targets(table) != MISSING).any(1))
    if not args.only_report:
        for seed in range(args.seeds):
            for recipe in recipes:
                if not file_of(args.out, recipe.name, seed).exists():
                    prepared, judged = read(args.collection, recipe, labelled, labels, others)
                    run(recipe, seed, prepared, judged, file_of(args.out, recipe.name, seed))
    sides = {name: Side.of(rows, labels, training) for name, rows in others.items()}
    document = report(recipes, args.seeds, sides, args.out, labels)
    if args.json:
        write_json(args.json, document)


def read(
    collection: str, recipe: Recipe, labelled: Paintings, labels: LabelMap, others: dict[str, Paintings]
) -> tuple[Prepared, dict[str, StoredRows]]:
    """What a recipe's network reads, computed where it is not stored yet."""
    backbone, precision = recipe.backbone.open(), recipe.backbone.precision
    views = recipe.options.get("views", 0)
    prepared = prepare(
        collection, labelled, labels, backbone, precision, views, Context(Processes(), progress=progress)
    )
    judged = {}
    for name, rows in others.items():
        feature = Deep(backbone, precision=precision)
        compute(rows.root, rows, feature, progress, maps=True)
        store = FeatureStore(store_folder(rows.root, feature))
        judged[name] = StoredRows(store.maps(rows.column("sha256")), labels.targets(rows))
    return prepared, judged


if __name__ == "__main__":
    main()
