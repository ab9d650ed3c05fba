"""Can the source of an image be told from what the network made of it, more than its style tells anyway?

    python -m scripts.source_probe MODEL COLLECTION [--split test] [--attribute style] [--json FILE]

Where files of one source are mostly of one style, a network may learn the source for the style. Logistic regression
predicts the column "source" in artist-disjoint folds from four things: the style alone (one-hot, the label), the
trained embedding, both together, and the pooled features of the backbone. If the embedding tells more than the style
does, it carries the source; the pooled features say how much there was to carry. The second table asks the same within
each style that several sources have: there the style tells nothing, and chance is 0.5.

Only rows that the model was not trained on count. Figures are balanced accuracies with 95 % bootstrap intervals over
paintings."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from artextract.app.commands.common import progress
from artextract.app.tables import grid
from artextract.evaluate.classification.classify import CHUNK, Evaluation, evaluate_model
from artextract.evaluate.outliers.out_of_fold import assign_folds, logistic, out_of_fold
from artextract.metrics import bootstrap
from artextract.splits import duplicate_groups

SOURCE = "source"
FOLDS = 5
LEAST = 20
"""Rows of a source that it needs to be one of those to be told apart; within a style, rows of each of two sources."""
STRENGTHS = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1)
"""Of the inverse regularisation; each probe has the best of them, so all are flattered alike."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", metavar="MODEL")
    parser.add_argument("collection", metavar="COLLECTION")
    parser.add_argument("--split", default="test", help="which rows (default: %(default)s)")
    parser.add_argument("--attribute", default="style", help="whose embedding and labels (default: %(default)s)")
    parser.add_argument("--json", metavar="FILE", type=Path, help="also write the figures there")
    args = parser.parse_args()
    evaluation = evaluate_model(args.model, args.collection, args.split, progress, by=SOURCE)
    document = source_probe(evaluation, args.attribute)
    print(markdown(document))
    if args.json:
        args.json.write_text(json.dumps(document, indent=2), encoding="utf-8")


def source_probe(evaluation: Evaluation, attribute: str = "style") -> dict:
    """The figures of the probes, plain values."""
    rows = evaluation.rows
    embeddings = embeddings_of(evaluation, attribute)
    artists = rows.artists()
    groups = duplicate_groups(list(rows.column("sha256")), list(rows.column("phash")))
    return probe(
        rows.column(SOURCE),
        rows.keys(attribute),
        {"embedding": embeddings, "pooled features": evaluation.vectors},
        groups,
        artists,
    )


def embeddings_of(evaluation: Evaluation, attribute: str) -> np.ndarray:
    """What the network classifies, ``float32 (N, D)``, of the rows judged."""
    maps, predictor = evaluation.maps, evaluation.predictor
    starts = range(0, len(maps), CHUNK)
    return np.concatenate(
        [predictor.embeddings(maps[range(at, min(at + CHUNK, len(maps)))])[attribute] for at in starts]
    )


def probe(
    sources: np.ndarray,
    styles: np.ndarray,
    vectors: Mapping[str, np.ndarray],
    groups: np.ndarray,
    artists: np.ndarray | None,
) -> dict:
    """Balanced accuracies of predicting ``sources`` (N,) from ``styles`` (N,) and from each of ``vectors`` (N, D);
    ``groups`` and ``artists`` (N,) say which rows are in one fold."""
    labelled = np.array([style is not None for style in styles], dtype=bool)
    names, counts = np.unique(sources[labelled].astype(str), return_counts=True)
    usable = labelled & np.isin(sources.astype(str), names[counts >= LEAST])
    where = np.flatnonzero(usable)
    names, truth = np.unique(sources[where].astype(str), return_inverse=True)
    _, number = np.unique(styles[where].astype(str), return_inverse=True)
    one_hot = np.eye(number.max(initial=0) + 1, dtype=np.float32)[number]
    first = next(iter(vectors))
    inputs = {
        "style": one_hot,
        first: vectors[first][where],
        f"style and {first}": np.concatenate([one_hot, vectors[first][where]], axis=1),
        **{name: values[where] for name, values in vectors.items() if name != first},
    }
    folds = assign_folds(truth, groups[where], FOLDS, None if artists is None else artists[where])
    return {
        "rows": len(where),
        "sources": {str(name): int(n) for name, n in zip(names, np.bincount(truth), strict=True)},
        "chance": 1 / max(1, len(names)),
        "probes": {name: _accuracy(values, truth, folds, len(names)) for name, values in inputs.items()},
        "within": _within(sources, styles, vectors, groups, artists),
    }


def _within(
    sources: np.ndarray,
    styles: np.ndarray,
    vectors: Mapping[str, np.ndarray],
    groups: np.ndarray,
    artists: np.ndarray | None,
) -> list[dict]:
    """Within each style its commonest source against all others, where both have enough rows and artists."""
    found = []
    for style in sorted({style for style in styles if style is not None}):
        where = np.flatnonzero(styles == style)
        names, counts = np.unique(sources[where].astype(str), return_counts=True)
        most = names[np.argmax(counts)]
        truth = (sources[where].astype(str) != most).astype(np.int64)
        of = None if artists is None else artists[where]
        n_artists = [len(set(of[truth == side])) if of is not None else FOLDS for side in (0, 1)]
        if min(np.bincount(truth, minlength=2)) < LEAST or min(n_artists) < FOLDS:
            continue
        folds = assign_folds(truth, groups[where], FOLDS, of)
        entry = {"style": style, "most": str(most), "n": len(where), "others": int(truth.sum())}
        found.append(entry | {name: _accuracy(values[where], truth, folds, 2) for name, values in vectors.items()})
    return found


def _accuracy(vectors: np.ndarray, truth: np.ndarray, folds: np.ndarray, classes: int) -> dict:
    """The best balanced accuracy of ``STRENGTHS`` and its interval."""
    best: dict = {"balanced_accuracy": -1.0}
    for strength in STRENGTHS:
        logits = out_of_fold(logistic(vectors, truth, classes, strength, "balanced"), len(truth), folds)
        finite = np.where(np.isfinite(logits), logits, -1e9)
        powers = np.exp(finite - finite.max(1, keepdims=True))
        probabilities = powers / powers.sum(1, keepdims=True)
        right = probabilities.argmax(1) == truth
        value = float(np.mean([right[truth == one].mean() for one in np.unique(truth)]))
        if value > best["balanced_accuracy"]:
            ends = bootstrap.interval(bootstrap.resampled(truth, probabilities, auc_rounds=0)["balanced_accuracy"])
            best = {"balanced_accuracy": value, "ci": ends, "C": strength}
    return best


def markdown(document: dict) -> str:
    sources = ", ".join(f"{name} {n}" for name, n in document["sources"].items())
    lines = [
        f"The source of {document['rows']} paintings ({sources}), in {FOLDS} artist-disjoint folds; chance is"
        f" {document['chance']:.3f}.",
        "",
        grid(["told from", "balanced accuracy"], [[n, _text(one)] for n, one in document["probes"].items()]),
    ]
    if document["within"]:
        names = [name for name, one in document["within"][0].items() if isinstance(one, dict)]
        rows = [
            [
                one["style"],
                str(one["n"]),
                f"{one['most']} ({one['n'] - one['others']})",
                *(_text(one[n]) for n in names),
            ]
            for one in document["within"]
        ]
        lines += ["", "Within one style, its commonest source against the others; chance is 0.500:", ""]
        lines += [grid(["style", "n", "commonest", *names], rows)]
    return "\n".join(lines)


def _text(found: dict) -> str:
    return f"{found['balanced_accuracy']:.3f} [{found['ci'][0]:.3f}, {found['ci'][1]:.3f}]"


if __name__ == "__main__":
    main()
