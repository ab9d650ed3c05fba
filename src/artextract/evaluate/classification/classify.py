"""Judges a model: which rows, its probabilities on them, and the same rows under its baselines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from artextract.errors import InputError, NothingUsableError
from artextract.evaluate.classification.by_column import by_column, require_column
from artextract.evaluate.classification.card import write_card
from artextract.evaluate.classification.caveats import LOW_COVERAGE, protocol
from artextract.evaluate.classification.document import EvaluationDocument, TrainingImages
from artextract.evaluate.classification.doubt import Doubted, Noticed
from artextract.evaluate.classification.figures import SEEN, UNKNOWN, UNSEEN, Judged, attribute_figures
from artextract.evaluate.classification.numbers import JudgedNumber, judge_numbers, number_figures
from artextract.evaluate.classification.several import JudgedSeveral, judge_several, several_figures
from artextract.features import get_feature, store_folder
from artextract.features.compute import compute
from artextract.features.store import FeatureMaps, FeatureStore
from artextract.files import write_json
from artextract.labels import canonical_key
from artextract.model.answer_sets import COVERAGE
from artextract.model.checking import written_anew
from artextract.model.label_map import is_labelled
from artextract.model.missing import MISSING
from artextract.model.novelty import is_new
from artextract.model.numbers import numbers_of
from artextract.model.predictor import Predictor
from artextract.model.probe import load_probes, majority_probabilities
from artextract.model.saved import METRICS_FILE, PROBES_FILE, SavedModel
from artextract.model.several import labels_of
from artextract.printable import counted
from artextract.progress import Progress, no_progress
from artextract.splits import near_duplicate_pairs
from artextract.table import SPLITS, Paintings, fingerprint, read_paintings
from artextract.train.splitting import Splitting, split_table

CHUNK = 256
ARTIST, NETWORK = "artist", ""


@dataclass
class Evaluation:
    """``figures`` is the document that ``evaluate --json`` prints; what is behind it serves the pictures.

    ``rows`` are the paintings judged, ``judged`` the arrays per attribute, ``numbers`` those of numbers,
    ``several`` those of attributes with several labels; ``maps`` and ``vectors`` are the stored features of ``rows``,
    in their order."""

    figures: EvaluationDocument
    judged: dict[str, Judged]
    warnings: list[str]
    rows: Paintings
    maps: FeatureMaps
    vectors: np.ndarray
    predictor: Predictor
    numbers: dict[str, JudgedNumber]
    several: dict[str, JudgedSeveral]


def evaluate_model(
    model_folder: str | Path,
    collection: str | Path | None = None,
    split: str | None = None,
    progress: Progress = no_progress,
    by: str | None = None,
) -> Evaluation:
    """Judge a model and keep the figures in its folder where the collection is that of its training.

    On the training's collection the test rows are judged, on any other all labelled rows; ``split`` overrides ("all", a
    split's name, or "published" for the test rows that the data set was published with). Rows whose content or
    near-duplicate the model was trained on are left out and counted. ``by`` names a column, for each of whose values
    the figures stand under "by". Raises ``InputError`` where there is no such column, ``NothingUsableError`` when no
    row is left."""
    predictor = Predictor.open(model_folder)
    model = predictor.model
    home = model.config["collection"]
    table = read_paintings(collection or home["path"])
    if by is not None:
        require_column(table, by)
    at_home = Path(table.root).resolve() == Path(home["path"]) or fingerprint(table) == home["fingerprint"]
    if at_home:
        table = _with_training_split(table, model)
    rows, split = _choose_rows(table, split, at_home)
    rows, excluded = _without_seen(rows, model, keep_seen=at_home and split in ("train", "val"))
    attributes = [name for name in predictor.attributes if name in table.frame]
    rows = rows.rows(_labelled(rows, predictor, attributes))
    if not len(rows):
        raise NothingUsableError(
            f"no labelled painting of '{table.root}' is left to judge ({excluded['total']} were trained on)",
            "give a collection that the model has not seen, or --split",
            code="nothing-to-judge",
        )
    rows, unreadable, store = _computed(table, rows, predictor, progress)
    hashes = rows.column("sha256")
    maps, vectors = store.maps(hashes), store.vectors(hashes)
    artists = _artists_seen(model, rows)
    found, novelty = _answers(predictor, maps, progress)
    judged = _judge(predictor, rows, attributes, found, novelty, vectors, artists)
    numbers = judge_numbers(predictor, rows, found, vectors, artists, NETWORK)
    several = judge_several(predictor, rows, found, artists, NETWORK)
    figures: EvaluationDocument = {
        "model": str(model.folder.resolve()),
        "collection": str(Path(table.root).resolve()),
        "split": split,
        "protocol": protocol(model.config),
        "at_home": at_home,
        "excluded": excluded | {"unreadable": unreadable},
        "attributes": {name: attribute_figures(result) for name, result in judged.items()},
        "numbers": {name: number_figures(result) for name, result in numbers.items()},
        "several": {name: several_figures(result) for name, result in several.items()},
        "training_images": _training_images(model, table),
        "warnings": [],
    }
    warnings = figures["warnings"] = _coverage_warnings(figures)
    if by is not None:
        figures["by"] = by_column(rows, judged, by)
    if at_home and split == "test":
        write_json(model.folder / METRICS_FILE, figures)
        written_anew(model.folder, METRICS_FILE)
        write_card(model.folder)
    return Evaluation(figures, judged, warnings, rows, maps, vectors, predictor, numbers, several)


def _labelled(rows: Paintings, predictor: Predictor, attributes: list[str]) -> np.ndarray:
    """The rows that have a label or a number that the model knows of: bool (N,)."""
    labelled = np.zeros(len(rows), dtype=bool)
    for name in attributes:
        labelled |= rows.keys(name) != None  # noqa: E711 - elementwise
    for name in predictor.numbers:
        labelled |= ~np.isnan(numbers_of(rows, name))
    for name in predictor.several:
        labelled |= (predictor.model.labels.several[name].targets(labels_of(rows, name)) != MISSING).any(1)
    return labelled


def _computed(
    table: Paintings, rows: Paintings, predictor: Predictor, progress: Progress
) -> tuple[Paintings, int, FeatureStore]:
    """The rows that can be read, how many cannot, and the store that has the feature maps of these."""
    feature = get_feature("deep", predictor.backbone, predictor.precision)
    bad = compute(table.root, rows, feature, progress, maps=True)
    rows = rows.rows(~np.isin(rows.column("sha256").astype(str), list(bad)))
    if not len(rows):
        raise NothingUsableError(
            f"none of {counted(len(bad), 'painting')} of '{table.root}' to judge could be read",
            "check the image files",
            code="no-readable-image",
        )
    return rows, len(bad), FeatureStore(store_folder(table.root, feature))


def _coverage_warnings(figures: EvaluationDocument) -> list[str]:
    """Where the model knows few of the labels; in an artist-disjoint test no artist can be known."""
    apart = figures["at_home"] and figures["protocol"] == "artist-disjoint"
    return [
        f"{name}: the model knows only {result['coverage']:.0%} of the {result['labelled']} labels; the rest is not"
        " judged"
        for name, result in figures["attributes"].items()
        if result["coverage"] is not None and result["coverage"] < LOW_COVERAGE and not (name == ARTIST and apart)
    ]


def _with_training_split(table: Paintings, model: SavedModel) -> Paintings:
    """The table with the splits of the training, which may be others than its own.

    A painting that came later belongs to none."""
    stored = model.splits()
    split = dict(zip(zip(stored["id"], stored["sha256"], strict=False), stored["split"], strict=False))
    return replace(
        table,
        frame=table.frame.assign(
            split=[split.get(key) for key in zip(table.column("id"), table.column("sha256"), strict=False)]
        ),
    )


def _choose_rows(table: Paintings, split: str | None, at_home: bool) -> tuple[Paintings, str]:
    if split is None:
        split = "test" if at_home else "all"
    if split == "all":
        return table, split
    if split == "published":
        return split_table(table, Splitting("published"))[0].in_split("test"), split
    if split not in SPLITS:
        raise InputError(
            f"there is no split '{split}'",
            f"choose one of {', '.join(SPLITS)}, published, or all",
            code="unknown-split",
        )
    return table.in_split(split), split


def _without_seen(rows: Paintings, model: SavedModel, keep_seen: bool) -> tuple[Paintings, dict[str, int]]:
    """Rows that the model was not trained on.

    With ``keep_seen`` (someone asks for the training rows of its own collection by name) all of them."""
    if keep_seen:
        return rows, {"total": 0, "same_content": 0, "near_duplicate": 0}
    seen = model.trained_on()
    same = np.isin(rows.column("sha256").astype(str), seen["sha256"].to_numpy(dtype=str))
    near = np.zeros(len(rows), dtype=bool)
    hashes = [value if isinstance(value, str) else None for value in seen["phash"].to_numpy(dtype=object)]
    near[near_duplicate_pairs(list(rows.column("phash")), hashes)[:, 0]] = True
    near &= ~same
    counts = {"total": int((same | near).sum()), "same_content": int(same.sum()), "near_duplicate": int(near.sum())}
    return rows.rows(~(same | near)), counts


def _artists_seen(model: SavedModel, rows: Paintings) -> np.ndarray | None:
    """Per row whether its artist was among the training paintings, ``int (N,)``: UNSEEN is one of whom neither training
    nor validation had a painting, UNKNOWN one of validation alone, and no name. None where the model or the table names
    no artists."""
    trained, artists = model.trained_on(), rows.artists()
    known = trained[trained[ARTIST].notna()] if ARTIST in trained else trained[:0]
    if artists is None or not len(known):
        return None
    seen = set(known[ARTIST][known["split"] == "train"])
    neither = set(known[ARTIST]) - seen
    return np.array(
        [SEEN if key in seen else UNKNOWN if key is None or key in neither else UNSEEN for key in artists],
        dtype=np.int64,
    )


def _training_images(model: SavedModel, table: Paintings) -> TrainingImages | None:
    """Sizes in pixels of the images of the training, as far as the table holds them; None where it holds none."""
    own = table.rows(np.isin(table.column("sha256").astype(str), model.trained_on()["sha256"].to_numpy(dtype=str)))
    if not len(own):
        return None
    width, height = (own.frame[name].to_numpy() for name in ("width", "height"))
    return {
        "n": len(own),
        "median_width": float(np.median(width)),
        "median_height": float(np.median(height)),
        "square": float(np.mean(width == height)),
    }


def _judge(
    predictor: Predictor,
    rows: Paintings,
    attributes: list[str],
    found: dict[str, dict[str, np.ndarray]],
    novelty: dict[str, np.ndarray],
    vectors: np.ndarray,
    artists: np.ndarray | None,
) -> dict[str, Judged]:
    model, labels = predictor.model, predictor.model.labels
    targets = labels.encode(rows)
    probes = load_probes(model.folder / PROBES_FILE, model.config["probes"])
    judged = {}
    for i, name in enumerate(labels.classes):
        if name not in attributes:
            continue
        known = targets[:, i] != MISSING
        baselines = {
            "majority": majority_probabilities(np.array(labels.counts[name]), int(known.sum())),
            **({"linear_probe": probes[name].probabilities(vectors[known])} if name in probes else {}),
        }
        judged[name] = Judged(
            classes=labels.classes[name],
            positions=np.flatnonzero(known),
            truth=targets[known, i],
            probabilities=found[NETWORK][name][known],
            baselines=baselines | {kind: values[name][known] for kind, values in found.items() if kind != NETWORK},
            labelled=int(np.sum([canonical_key(value) is not None for value in rows.column(name)])),
            trained=labels.counts[name],
            temperature=model.config["temperatures"][name],
            artists=artists[known] if artists is not None and name != ARTIST else None,
            doubted=_doubted(
                predictor, name, found[NETWORK][name], known, is_labelled(rows, name) & ~known, novelty.get(name)
            ),
        )
    return judged


def _doubted(
    predictor: Predictor,
    name: str,
    probabilities: np.ndarray,
    known: np.ndarray,
    unknown: np.ndarray,
    novelty: np.ndarray | None,
) -> Doubted:
    """What the model says of its doubt about one attribute: of ``probabilities`` (N, K) of all rows, of which those
    ``known`` carry a label that it knows, and those ``unknown`` another, bool (N,)."""
    confidence = probabilities.max(1)

    def noticed(rows: np.ndarray) -> Noticed | None:
        if novelty is None or predictor.novelty is None:
            return None
        new = is_new(predictor.novelty.scores({name: novelty[rows]})[name])
        return Noticed(novelty[rows], new, confidence[rows])

    return Doubted(
        np.array([predictor.is_sure(name, value) for value in confidence[known].tolist()], dtype=bool),
        COVERAGE,
        predictor.answer_sets.members(name, probabilities[known], COVERAGE),
        np.array([predictor.is_sure(name, value) for value in confidence[unknown].tolist()], dtype=bool),
        noticed(known),
        noticed(unknown),
    )


def _answers(
    predictor: Predictor, maps: FeatureMaps, progress: Progress
) -> tuple[dict[str, dict[str, np.ndarray]], dict[str, np.ndarray]]:
    """Of the network, under ``NETWORK``, and of each baseline network in its folder: ``(N, K)`` per attribute, over its
    classes or over the bins of a number; and the raw novelty ``(N,)`` per attribute of classes."""
    novelty: dict[str, list[np.ndarray]] = {}
    parts: dict[str, dict[str, list[np.ndarray]]] = {}
    starts = range(0, len(maps), CHUNK)
    for start in progress(starts, len(starts), "judging"):
        chunk = maps[range(start, min(start + CHUNK, len(maps)))]
        answer = predictor.answer(chunk)
        for name, raw in predictor.raw_novelty(answer, chunk).items():
            novelty.setdefault(name, []).append(raw)
        answers = {NETWORK: answer, **predictor.baseline_answers(chunk)}
        for kind, each in answers.items():
            for name, values in (each.probabilities | each.distributions | each.several).items():
                parts.setdefault(kind, {}).setdefault(name, []).append(values)
    found = {kind: {name: np.concatenate(values) for name, values in each.items()} for kind, each in parts.items()}
    return found, {name: np.concatenate(values) for name, values in novelty.items()}
