"""The mix that the raters of a study prefer: weights of the features that explain their judgements, with intervals, and
a check on judgements that the weights have not seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from artextract.errors import NothingUsableError
from artextract.index import VectorIndex
from artextract.metrics.learned_mix import fit_weights, held_out, log_losses
from artextract.printable import counted
from artextract.search.asking.weights import resolve_weights
from artextract.study.store import Judgement, StudyData

LEAST_JUDGEMENTS, LEAST_QUERIES = 60, 12
"""With fewer, weights are not fitted. In 60 simulations of raters with three features, the weight that was furthest off
was off by 0.19 on the average of 60 judgements, 0.10 of 300 and 0.05 of 1,000; in one of ten by 0.37, 0.18 and 0.08."""
ROUNDS = 200
FOLDS = 5


@dataclass(frozen=True)
class Compared:
    """One row for each judgement of two paintings: ``differences`` (J, F), by how much more like the query the first is
    by each feature, on the common scale; ``preferred`` (J,) 1, 0.5 or 0; ``counts`` (J,) how much each row counts;
    ``query`` and ``rater`` (J,) tell which rows hang together."""

    features: tuple[str, ...]
    differences: np.ndarray
    preferred: np.ndarray
    counts: np.ndarray
    query: np.ndarray
    rater: np.ndarray


def preferred_mix(index: VectorIndex, data: StudyData) -> dict[str, Any]:
    """Plain values for JSON: "weights" by feature, which sum to 1; "features" with the interval of each; "held_out",
    how well these and the default mix foretell judgements about queries that they have not seen; "better" than the
    default for sure, "worse", or neither.

    Weights are those of a logistic regression (``metrics.learned_mix``). Intervals are percentiles of a bootstrap that
    draws queries and raters anew (A. Owen, "The pigeonhole bootstrap", Annals of Applied Statistics 2007), which is
    rather too wide than too narrow. Of grades, any two by one rater about one query are a judgement, together worth as
    many as half the grades. Raises ``NothingUsableError`` where too little was judged to say."""
    rows = compared(index, data)
    decided = float(rows.counts[rows.preferred != 0.5].sum())
    queries = np.unique(rows.query)
    if decided < LEAST_JUDGEMENTS or len(queries) < LEAST_QUERIES:
        raise NothingUsableError(
            f"{decided:.0f} judgements with a preference, about {counted(len(queries), 'query', 'queries')}, are too"
            " few to say which mix"
            " the raters prefer",
            f"at least {LEAST_JUDGEMENTS} about {LEAST_QUERIES} queries are needed",
            code="too-few-judgements",
        )
    fitted = fit_weights(rows.differences, rows.preferred, rows.counts)
    if not fitted.sum() > 0:
        raise NothingUsableError(
            "the judgements go with none of the indexed features",
            "index further features, or ask for more judgements",
            code="no-preferred-mix",
        )
    drawn = _drawn_anew(rows, data.settings["seed"])
    shares = fitted / fitted.sum()
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    default = resolve_weights(None, index.features)
    check = _check(rows, np.array([default[name] for name in rows.features]), data.settings["seed"])
    return {
        "weights": {name: round(float(share), 4) for name, share in zip(rows.features, shares, strict=True)},
        "option": ",".join(f"{n}={s:.3f}" for n, s in zip(rows.features, shares, strict=True) if s >= 0.0005),
        "features": [
            {"name": name, "weight": float(share), "ci": [float(a), float(b)], "default": default[name]}
            for name, share, a, b in zip(rows.features, shares, low, high, strict=True)
        ],
        "judgements": decided,
        "queries": len(queries),
        "raters": len(np.unique(rows.rater)),
        "held_out": check,
        "verdict": "better" if check["gain_ci"][0] > 0 else "worse" if check["gain_ci"][1] < 0 else "not sure",
    }


def offered_mix(index: VectorIndex, data: StudyData) -> dict[str, Any]:
    """As ``preferred_mix``; where there is none, "weights" is None and "why" says so."""
    try:
        return preferred_mix(index, data) | {"why": ""}
    except NothingUsableError as error:
        return {"weights": None, "why": f"{error.message}; {error.hint}", "code": error.code}


def compared(index: VectorIndex, data: StudyData) -> Compared:
    """The judgements of a study whose paintings are still in the index; repeated questions count once."""
    names = tuple(index.features)
    pairs: list[tuple[str, str, str, float, float, str]] = []
    graded: dict[tuple[str, str], list[Judgement]] = defaultdict(list)
    for judgement in data.judgements:
        task = data.tasks[judgement.task]
        there = [index.position(task[side]) is not None for side in ("query", "first", "second") if task[side]]
        if judgement.repeat or not all(there):
            continue
        if task["kind"] == "graded":
            graded[task["query"], judgement.rater].append(judgement)
        else:
            answer = (judgement.answer + 1) / 2
            pairs.append((task["query"], task["first"], task["second"], answer, 1.0, judgement.rater))
    for (query, rater), own in graded.items():
        for place, one in enumerate(own):
            for other in own[place + 1 :]:
                if one.answer != other.answer:
                    first, second = data.tasks[one.task]["first"], data.tasks[other.task]["first"]
                    answer = float(one.answer > other.answer)
                    pairs.append((query, first, second, answer, 1 / (len(own) - 1), rater))
    differences = np.zeros((len(pairs), len(names)))
    if pairs:
        asked, first, second, *_ = (list(column) for column in zip(*pairs, strict=True))
        for place, name in enumerate(names):
            differences[:, place] = _likeness(index, name, asked, first) - _likeness(index, name, asked, second)
    columns = list(zip(*pairs, strict=True)) or [()] * 6
    numbers = [np.unique(np.array(columns[place], dtype=str), return_inverse=True)[1].ravel() for place in (0, 5)]
    preferred, counts = (np.array(columns[place], dtype=float) for place in (3, 4))
    return Compared(names, differences, preferred, counts, *numbers)


def _likeness(index: VectorIndex, name: str, asked: Sequence[str], ids: Sequence[str]) -> np.ndarray:
    """How like pairs of paintings are by a feature, on the common scale, (n,); 0 where either lacks it, as a search
    has it."""
    one, other = index.rows(name, asked), index.rows(name, ids)
    cosine = np.einsum("nd,nd->n", one.units, other.units).astype(float)
    both = (one.norms > 0) & (other.norms > 0)
    return np.where(both, index.scale(name, "cosine").standard(cosine), 0.0)


def _drawn_anew(rows: Compared, seed: int) -> np.ndarray:
    """Weights (R, F) that sum to 1, of ``ROUNDS`` draws of queries and of raters; with one rater of queries alone."""
    random = np.random.default_rng(seed)
    n_queries, n_raters = rows.query.max() + 1, rows.rater.max() + 1
    found = []
    for _ in range(ROUNDS):
        times = np.bincount(random.integers(0, n_queries, n_queries), minlength=n_queries)[rows.query]
        if n_raters > 1:
            times = times * np.bincount(random.integers(0, n_raters, n_raters), minlength=n_raters)[rows.rater]
        weights = fit_weights(rows.differences, rows.preferred, rows.counts * times)
        if weights.sum() > 0:
            found.append(weights / weights.sum())
    return np.array(found) if found else np.full((1, len(rows.features)), np.nan)


def _check(rows: Compared, default: np.ndarray, seed: int) -> dict[str, Any]:
    """Judgements about queries left out of the fit, foretold by the learned mix and by the default one, of which only
    the steepness is fitted: "accuracy" (ties left out) and "log_loss" of both, "guess" that of a coin, and by how much
    the learned mix is better, with the interval of a bootstrap over queries."""
    by_default = (rows.differences @ default)[:, None]
    learned, fixed = (
        held_out(x, rows.preferred, rows.query, rows.counts, FOLDS, seed) for x in (rows.differences, by_default)
    )
    losses = np.stack([log_losses(p, rows.preferred) for p in (learned, fixed)])
    decided = rows.preferred != 0.5
    n = rows.counts
    right = np.stack([(p > 0.5) == (rows.preferred == 1) for p in (learned, fixed)])
    mean = (losses * n).sum(1) / n.sum()
    accuracy = (right * n)[:, decided].sum(1) / n[decided].sum()
    random = np.random.default_rng(seed + 1)
    queries = rows.query.max() + 1
    gains = []
    for _ in range(1000):
        times = np.bincount(random.integers(0, queries, queries), minlength=queries)[rows.query] * n
        gains.append(((losses[1] - losses[0]) * times).sum() / max(times.sum(), 1e-12))
    return {
        "folds": FOLDS,
        "learned": {"accuracy": float(accuracy[0]), "log_loss": float(mean[0])},
        "default": {"accuracy": float(accuracy[1]), "log_loss": float(mean[1])},
        "guess": float(np.log(2)),
        "gain": float(mean[1] - mean[0]),
        "gain_ci": np.quantile(gains, [0.025, 0.975]).tolist(),
    }
