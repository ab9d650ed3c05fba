"""How well the search of a collection finds what shares a label: each feature, each metric and each mix, compared with
chance and the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from artextract.errors import InputError, NothingUsableError
from artextract.evaluate.retrieval import hubness, latency, self_retrieval
from artextract.evaluate.retrieval.benchmark_options import ALL, BenchmarkOptions
from artextract.evaluate.retrieval.relevance import LeftOut, Relevance, by_column, catalogues, graded
from artextract.evaluate.retrieval.result import BenchmarkResult, Figures, RelevanceFigures, TunedMix
from artextract.evaluate.retrieval.significance import compared_pairs, intervals
from artextract.evaluate.retrieval.variants import (
    DEFAULT,
    Variant,
    chunk_rows,
    mixed,
    raw_vectors,
    standard_of_rows,
    variants_of,
    weights_text,
)
from artextract.evaluate.retrieval.weight_search import random_halves, tuned_weights
from artextract.metrics.retrieval import MEASURES, measures_of, ranks_of
from artextract.progress import Progress, no_progress
from artextract.search.asking.engine import SearchEngine
from artextract.search.asking.model_labels import model_feature
from artextract.search.asking.weights import resolve_weights
from artextract.splits import near_duplicate_pairs
from artextract.table import SPLITS

RANDOM, TUNED = "random", "tuned"
COMPARED = ("p@1", "p@10", "map")
"""The measures that are tested."""
_ARTIST = "artist"


@dataclass(frozen=True)
class Seen:
    """What the model of ``feature`` was trained on: ``rows`` bool (N,) of the collection, near-duplicates included, and
    ``artists`` bool (N,), None where model or collection name none; ``known`` bool (N,) tells of which rows the artist
    is known."""

    feature: str
    rows: np.ndarray
    artists: np.ndarray | None = None
    known: np.ndarray | None = None

    def summary(self, left_out: bool) -> dict[str, Any]:
        return {"feature": self.feature, "in_collection": int(self.rows.sum()), "left_out": left_out}


@dataclass
class Judged:
    """Of one relevance: the rows asked (n,) and, per variant, ``float64 (n, len(MEASURES))``."""

    relevance: Relevance
    queries: np.ndarray
    catalogues: dict[str, tuple[csr_array, ...]]
    values: dict[str, np.ndarray] = field(default_factory=dict)


def benchmark(
    collection: str | Path,
    relevance: str | Sequence[str] = "artist",
    options: BenchmarkOptions = BenchmarkOptions(),
    progress: Progress = no_progress,
) -> BenchmarkResult:
    """Rank all other paintings for every query; those are relevant that share a label of the query.

    ``relevance``: one column, several ("artist,style" or a list), each judged on its own; a column of lists counts any
    shared value. Queries are the paintings of which at least one candidate is relevant. Candidates are all paintings of
    the index, those without a label and those that a model was trained on too, but for the query itself, its exact and
    near duplicates, and other views of its object. Queries are also judged apart for artists that the training saw and
    those that it never saw.

    Beside what ``options`` compare there are "deep:raw", the pooled map of the backbone, neither centred nor scaled;
    "random", a random order for each query; and "catalogue:style", what a search of the catalogue gives: first the
    paintings that share the query's other labels, those with equally many in random order. A query without what a
    variant compares finds nothing and counts as 0.

    Precision@k and recall@k, MAP (divided by all that is relevant), nDCG@10 (its ideal from all that is relevant), MRR;
    a painting with few relevant ones cannot reach 1 in p@10. Means are over queries ("results", with 95 % bootstrap
    intervals in "ci") and over classes ("macro", the mean of class means; None for graded relevance). "comparisons" are
    paired randomisation tests on the features, the raw backbone and the mixes, Holm-corrected.

    Raises ``InputError`` for an unknown column, metric or feature, and ``NothingUsableError`` where no label is shared
    or no query is left."""
    columns = [part.strip() for part in relevance.split(",")] if isinstance(relevance, str) else list(relevance)
    if not columns or not all(columns):
        raise InputError("no column is named", "as in: --relevance artist,style", code="no-column-named")
    engine = SearchEngine.open(collection)
    index, table, seed = engine.index, engine.paintings, options.seed
    relevances = [by_column(table, name) for name in dict.fromkeys(columns)]
    if options.gains:
        relevances.append(graded(table, options.gains))
    variants, raw, notes = _compared(collection, engine, options)
    seen = _seen(engine)
    notes += _training_notes(engine, seen, options.queries)
    left_out, random = LeftOut.of(table), np.random.default_rng(seed)
    tie_order = random.permutation(len(index))
    allowed = _allowed(engine, seen, options.queries)
    groups = []
    for one in relevances:
        rows = _queries(one, left_out, allowed, tie_order, options.limit, progress)
        groups.append(Judged(one, rows, catalogues(table, one)))
    for group in groups:
        if not len(group.queries):
            raise _no_queries(group.relevance, left_out, seen, options.queries, tie_order, progress)
    mix = resolve_weights(None, index.features)
    tuned: tuple[dict[str, Any], np.ndarray] | None = None  # and the half of the queries that did not choose it
    shown = list(variants)
    if options.tune is not None:
        chosen_on, judged_on = _halves(groups[0].queries, left_out, seed)
        found = tuned_weights(index, chosen_on, groups[0].relevance, left_out, mix, options.tune, seed, progress)
        variants.append(Variant(TUNED, found["weights"]))
        tuned = found, judged_on
    _judge(engine, variants, raw, groups, left_out, tie_order, random, progress)
    changed = options.limit or self_retrieval.PAINTINGS
    return BenchmarkResult(
        relevances={group.relevance.name: _of_relevance(group, variants, seen, seed) for group in groups},
        n_candidates=len(index),
        seed=seed,
        weights=mix,
        mixes={
            variant.name: variant.weights
            for variant in shown
            if variant.metric == "cosine" and not variant.raw and variant.name not in index.features
        },
        queries=options.queries,
        seen=None if seen is None else seen.summary(left_out=options.queries != ALL),
        notes=notes,
        tuned=None if tuned is None else _tuned_mix(tuned[0], groups[0], tuned[1], seed),
        self_retrieval=(
            self_retrieval.self_retrieval(engine, shown, left_out, changed, seed, progress, allowed)
            if options.self_retrieval
            else None
        ),
        hubness=hubness.hubness(index, shown, left_out, seed=seed, progress=progress) if options.hubness else None,
        latency=latency.latency(engine, seed=seed) if options.latency else None,
    )


def _compared(
    collection: str | Path, engine: SearchEngine, options: BenchmarkOptions
) -> tuple[list[Variant], dict[str, np.ndarray], list[str]]:
    """The variants, the vectors of those that are compared as the backbone gave them, and notes on what is missing."""
    index = engine.index
    variants = variants_of(index, options.mixes, options.metrics, engine.features.values())
    raw: dict[str, np.ndarray] = {}
    notes = []
    for variant in [v for v in variants if v.raw]:
        name = variant.counting[0]
        vectors = raw_vectors(collection, index, name)
        if vectors is None:
            variants.remove(variant)
            notes.append(f"the stored vectors of '{name}' are gone, so that the raw backbone could not be measured")
        else:
            raw[variant.name] = vectors
    return variants, raw, notes


def _halves(queries: np.ndarray, left_out: LeftOut, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The queries on which weights are chosen, and those on which they are judged."""
    first, second = random_halves(queries, left_out.groups, seed)
    if not len(first) or not len(second):
        raise NothingUsableError(
            f"{len(queries)} queries cannot be split into two halves",
            "leave --tune-weights out, or take more queries",
            code="too-few-queries",
        )
    return first, second


def _seen(engine: SearchEngine) -> Seen | None:
    """None where the index has no feature with a model, or the model cannot be opened here."""
    feature = model_feature(engine.features.values())
    if feature is None or feature.predictor is None:
        return None
    trained, table = feature.predictor.model.trained_on(), engine.paintings
    rows = np.isin(table.column("sha256").astype(str), trained["sha256"].to_numpy(dtype=str))
    hashes = [value if isinstance(value, str) else None for value in trained["phash"].to_numpy(dtype=object)]
    rows[near_duplicate_pairs(table.column("phash").tolist(), hashes)[:, 0]] = True
    names, artists = set(trained[_ARTIST].dropna()) if _ARTIST in trained else set(), table.artists()
    if artists is None or not names:
        return Seen(feature.name, rows)
    return Seen(
        feature.name,
        rows,
        np.array([key in names for key in artists], dtype=bool),
        np.array([key is not None for key in artists], dtype=bool),
    )


def _training_notes(engine: SearchEngine, seen: Seen | None, queries: str) -> list[str]:
    if seen is None and "style" in engine.index.features:  # it is not open here, and so cannot say that it has a model
        return [
            "what the model of 'style' was trained on could not be read, so that its training paintings are among the"
            " queries"
        ]
    count = 0 if seen is None else int(seen.rows.sum())
    if seen is None or queries != ALL or not count:
        return []
    return [
        f"the model of '{seen.feature}' was trained on {count} of the paintings, which are among the queries: this"
        f" flatters every figure that '{seen.feature}' has a part in"
    ]


def _allowed(engine: SearchEngine, seen: Seen | None, queries: str) -> np.ndarray:
    """Which rows may be queries; bool (N,)."""
    allowed = np.ones(len(engine.index), dtype=bool)
    if seen is not None and queries != ALL:
        allowed &= ~seen.rows
    if queries in SPLITS:
        allowed &= engine.paintings.column("split") == queries
    return allowed


def _queries(
    relevance: Relevance,
    left_out: LeftOut,
    allowed: np.ndarray,
    tie_order: np.ndarray,
    limit: int | None,
    progress: Progress,
) -> np.ndarray:
    """Allowed rows for which something is relevant, a random ``limit`` of them; ascending.

    Several relevances so share as many queries as they can."""
    found: list[int] = []
    rows = np.flatnonzero(allowed)
    rows, wanted = rows[np.argsort(tie_order[rows])], len(rows) if limit is None else limit
    step = chunk_rows(len(tie_order))
    starts = range(0, len(rows), step)
    for start in progress(starts, len(starts), f"queries by {relevance.name}"):
        if len(found) < wanted:
            chunk = rows[start : start + step]
            found += chunk[((relevance.gains(chunk) > 0) & ~left_out.mask(chunk)).any(axis=1)].tolist()
    return np.sort(np.array(found[:wanted], dtype=int))


def _no_queries(
    relevance: Relevance, left_out: LeftOut, seen: Seen | None, queries: str, tie_order: np.ndarray, progress: Progress
) -> NothingUsableError:
    if queries != ALL and len(
        _queries(relevance, left_out, np.ones(len(tie_order), dtype=bool), tie_order, 1, progress)
    ):
        of_split = f"of the split '{queries}' " if queries in SPLITS else ""
        return NothingUsableError(
            f"no painting {of_split}with the {relevance.name} of another is left to ask with"
            + (f"; those that the model of '{seen.feature}' was trained on are left out" if seen is not None else ""),
            "take other paintings, or keep these, which flatters, with: --queries all",
            code="no-query-left",
        )
    return NothingUsableError(
        f"no two paintings have the same {relevance.name}",
        "choose another --relevance, or label the collection",
        code="no-shared-label",
    )


def _judge(
    engine: SearchEngine,
    variants: Sequence[Variant],
    raw: Mapping[str, np.ndarray],
    groups: Sequence[Judged],
    left_out: LeftOut,
    tie_order: np.ndarray,
    random: np.random.Generator,
    progress: Progress,
) -> None:
    """Fill the values of ``groups``, in one pass over the queries of all."""
    n, everyone = len(tie_order), np.unique(np.concatenate([group.queries for group in groups]))
    for group in groups:
        names = [*(variant.name for variant in variants), *group.catalogues, RANDOM]
        group.values = {name: np.zeros((len(group.queries), len(MEASURES))) for name in names}
    step = chunk_rows(n)
    starts = range(0, len(everyone), step)
    for start in progress(starts, len(starts), "ranking"):
        chunk = everyone[start : start + step]
        out, tasks = left_out.mask(chunk), []
        for group in groups:
            inside = np.flatnonzero(np.isin(chunk, group.queries))
            gains = np.where(out[inside], 0, group.relevance.gains(chunk[inside]))
            tasks.append(
                (inside, np.searchsorted(group.queries, chunk[inside]), gains, [np.flatnonzero(row) for row in gains])
            )
        for name, scores in _all_scores(engine, variants, raw, chunk, random):
            scores[out] = -np.inf
            ordered = np.sort(scores, axis=1)
            for group, task in zip(groups, tasks, strict=False):
                _fill(group.values[name], task, scores, ordered, tie_order)
        for group, (inside, places, gains, wanted) in zip(groups, tasks, strict=False):
            for name, labels in group.catalogues.items():
                drawn = 0.99 * random.random(
                    (len(inside), n), dtype=np.float32
                )  # a random order of its own for each query: else all would start with the same paintings
                shared = sum(((one[chunk[inside]] @ one.T).toarray() > 0 for one in labels), drawn)
                shared[out[inside]] = -np.inf
                _fill(
                    group.values[name],
                    (np.arange(len(inside)), places, gains, wanted),
                    shared,
                    np.sort(shared, axis=1),
                    tie_order,
                )


def _all_scores(
    engine: SearchEngine,
    variants: Sequence[Variant],
    raw: Mapping[str, np.ndarray],
    chunk: np.ndarray,
    random: np.random.Generator,
) -> Iterator[tuple[str, np.ndarray]]:
    """Each variant, and chance, with its scores for the queries of a chunk, ``float32 (n, N)``."""
    index = engine.index
    standard = standard_of_rows(index, chunk, index.features, sorted({variant.metric for variant in variants}))
    for variant in variants:
        if variant.raw:
            vectors = raw[variant.name]
            scores, missing = vectors[chunk] @ vectors.T, ~np.asarray(vectors.any(axis=1))
            scores[:, missing] = -np.inf
            scores[missing[chunk]] = -np.inf
            yield variant.name, scores
        else:
            yield variant.name, mixed(standard, variant, len(index))
    yield RANDOM, random.random((len(chunk), len(index)), dtype=np.float32)


def _fill(values: np.ndarray, task: tuple, scores: np.ndarray, ordered: np.ndarray, tie_order: np.ndarray) -> None:
    for row, place, gains, wanted in zip(*task, strict=False):
        values[place] = measures_of(ranks_of(scores[row], wanted, tie_order, ordered[row]), gains[wanted])


def _of_relevance(group: Judged, variants: Sequence[Variant], seen: Seen | None, seed: int) -> RelevanceFigures:
    """One relevance, without the tuned mix, which half of its queries have chosen."""
    values = {name: rows for name, rows in group.values.items() if name != TUNED}
    tested = [
        variant.name
        for variant in variants
        if variant.name in values and (variant.metric == "cosine" or variant.name.partition(":")[0] == DEFAULT)
    ]
    everyone = np.ones(len(group.queries), dtype=bool)
    artists: dict[str, int] | None = None
    parts: dict[str, Figures] = {}
    if seen is not None and seen.artists is not None and seen.known is not None:
        saw, known = seen.artists[group.queries], seen.known[group.queries]
        rows = {"seen": saw & known, "unseen": ~saw & known}
        artists = {name: int(which.sum()) for name, which in (*rows.items(), ("unknown", ~known))}
        if all(which.any() for which in rows.values()):
            parts = {name: _figures(group, values, which, tested, seed) for name, which in rows.items()}
    return RelevanceFigures(
        **vars(_figures(group, values, everyone, tested, seed)),
        n_labelled=group.relevance.labelled,
        artists=artists,
        seen_artists=parts.get("seen"),
        unseen_artists=parts.get("unseen"),
    )


def _figures(
    group: Judged, values: Mapping[str, np.ndarray], which: np.ndarray, tested: Sequence[str], seed: int
) -> Figures:
    chosen = {name: rows[which] for name, rows in values.items()}
    classes = group.relevance.classes(group.queries[which])
    columns = [MEASURES.index(measure) for measure in COMPARED]
    return Figures(
        n_queries=int(which.sum()),
        results={name: dict(zip(MEASURES, rows.mean(axis=0).tolist(), strict=False)) for name, rows in chosen.items()},
        ci=_intervals(chosen, seed),
        macro=(
            None
            if classes is None
            else {
                name: dict(zip(MEASURES, _class_means(rows, classes).tolist(), strict=False))
                for name, rows in chosen.items()
            }
        ),
        n_classes=None if classes is None else int((classes.sum(axis=0) > 0).sum()),
        unanswered={
            name: count for name, rows in chosen.items() if (count := int((rows[:, MEASURES.index("mrr")] == 0).sum()))
        },
        comparisons=compared_pairs({name: chosen[name][:, columns] for name in tested}, COMPARED, seed),
    )


def _intervals(values: Mapping[str, np.ndarray], seed: int) -> dict[str, dict[str, list[float]]]:
    ends = intervals(np.concatenate(list(values.values()), axis=1), seed).reshape(len(values), len(MEASURES), 2)
    return {name: dict(zip(MEASURES, own.tolist(), strict=False)) for name, own in zip(values, ends, strict=False)}


def _class_means(values: np.ndarray, classes: csr_array) -> np.ndarray:
    """The mean over classes of the means of their queries.

    A query with several values of the column counts for each."""
    counts = classes.sum(axis=0)
    sums = classes.T @ values
    return (sums[counts > 0] / counts[counts > 0, None]).mean(axis=0)


def _tuned_mix(tuned: dict[str, Any], group: Judged, half: np.ndarray, seed: int) -> TunedMix:
    """The tuned mix and the default one on the half that did not choose it."""
    which = np.isin(group.queries, half)
    values = {name: group.values[name][which] for name in (TUNED, DEFAULT)}
    columns = [MEASURES.index(measure) for measure in dict.fromkeys((tuned["measure"], *COMPARED))]
    measures = [MEASURES[column] for column in columns]
    return TunedMix(
        relevance=group.relevance.name,
        measure=tuned["measure"],
        weights=tuned["weights"],
        as_option=weights_text(tuned["weights"]),
        chosen_on=tuned["n_queries"],
        value_there=tuned["value"],
        tried=tuned["tried"],
        judged_on=len(half),
        results={name: dict(zip(MEASURES, rows.mean(axis=0).tolist(), strict=False)) for name, rows in values.items()},
        ci=_intervals(values, seed),
        comparisons=compared_pairs({name: rows[:, columns] for name, rows in values.items()}, measures, seed),
    )
