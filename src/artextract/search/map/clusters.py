"""Clusters of paintings: found in the vectors, named by what stands out in them, and measured against the labels.

Arrays in, plain values out."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from artextract.errors import InputError
from artextract.printable import counted
from artextract.progress import Progress, no_progress

METHODS = ("kmeans", "agglomerative")
TRIED = (5, 6, 7, 8, 10, 12, 14, 17, 20)
"""Numbers of clusters among which the silhouette chooses; below five it is mostly largest, and says no more than dark
and light."""
SAMPLE = 3000
"""Rows on which silhouettes and the agglomerative tree are computed; the tree's clusters take the other rows by the
nearest mean."""
LEAST = 6
PRIOR = 20.0
"""Weight of the collection's own shares in the odds of a term, in paintings."""
STANDS_OUT = 1.96
"""Standard deviations from which a term names a cluster."""
COMMON = 0.2
"""A term that names a cluster holds for this share of its labelled paintings at least, and for a quarter of it of all
its paintings; a word of titles for that only."""
WORD = re.compile(r"[^\W\d_]{4,}")
STOP = frozenset(
    [
        "with",
        "from",
        "that",
        "this",
        "their",
        "after",
        "over",
        "near",
        "into",
        "untitled",
        "title",
        "unknown",
        "series",
        "detail",
        "study",
        "studies",
        "version",
        "left",
        "right",
        "wing",
        "panel",
        "number",
        "part",
    ]
)
REPRESENTATIVES = 3


@dataclass(frozen=True)
class Term:
    """A label or a word of titles that is more frequent in a cluster than outside.

    ``share``: of the cluster's paintings that have a value there, 0..1; ``elsewhere``: of the others; ``z``: the
    log-odds in standard deviations."""

    column: str
    value: str
    share: float
    elsewhere: float
    z: float


def find_clusters(
    points: np.ndarray,
    count: int | None = None,
    method: str = "kmeans",
    seed: int = 0,
    progress: Progress = no_progress,
) -> tuple[np.ndarray, dict[int, float]]:
    """Cluster numbers from 0, the largest first, ``int (N,)``, and the silhouettes (-1..1) of the numbers of clusters
    that were tried.

    ``points``: float (N, D). Without ``count`` the number of clusters is that of ``TRIED`` with the largest silhouette
    (P. Rousseeuw, 1987), measured on a sample. "agglomerative" joins by Ward's criterion. Raises ``InputError`` for an
    unknown method, fewer than ``LEAST`` rows and a count that cannot be."""
    if method not in METHODS:
        raise InputError(
            f"there is no clustering '{method}'", f"choose one of {', '.join(METHODS)}", code="unknown-clustering"
        )
    if len(points) < LEAST:
        raise InputError(
            f"{counted(len(points), 'painting is', 'paintings are')} too few for clusters",
            f"map at least {LEAST}",
            code="too-few-paintings",
        )
    if count is not None and not 2 <= count < len(points):
        raise InputError(
            f"{counted(len(points), 'painting')} cannot form {counted(count, 'cluster')}",
            "ask for at least 2, and for fewer than there are paintings",
            code="invalid-count",
        )
    from sklearn.metrics import silhouette_score

    sample = np.sort(np.random.default_rng(seed).permutation(len(points))[:SAMPLE])
    tried = (count,) if count else [k for k in TRIED if k <= max(2, len(points) // 3)] or [2]
    found, silhouettes = {}, {}
    for k in progress(tried, len(tried), "clusters"):
        found[k] = _clustered(points, k, method, sample, seed)
        if 1 < len(np.unique(found[k][sample])) < len(sample):
            silhouettes[k] = float(silhouette_score(points[sample], found[k][sample]))
    best = max(found, key=lambda k: silhouettes.get(k, -1.0))
    order = np.argsort(-np.bincount(found[best], minlength=best), kind="stable")
    return np.argsort(order)[found[best]], silhouettes


def _clustered(points: np.ndarray, count: int, method: str, sample: np.ndarray, seed: int) -> np.ndarray:
    from sklearn.cluster import AgglomerativeClustering, KMeans

    if method == "kmeans":
        numbers: np.ndarray = KMeans(count, n_init=4, random_state=seed).fit_predict(points)
        return numbers
    own = AgglomerativeClustering(min(count, len(sample))).fit_predict(points[sample])
    means = np.stack([points[sample][own == number].mean(0) for number in range(own.max() + 1)])
    nearest: np.ndarray = ((means**2).sum(1) - 2 * points @ means.T).argmin(1)
    nearest[sample] = own
    return nearest


def representatives(points: np.ndarray, clusters: np.ndarray, count: int = REPRESENTATIVES) -> list[list[int]]:
    """Per cluster the rows nearest to its medoid, the row with the least mean distance to the others, it first."""
    chosen = []
    for number in range(clusters.max(initial=-1) + 1):
        rows = np.flatnonzero(clusters == number)
        own = points[rows]
        seen = own[np.linspace(0, len(own) - 1, min(len(own), SAMPLE)).astype(int)]
        total = np.zeros(len(own))
        for start in range(0, len(seen), 256):
            part = seen[start : start + 256]
            total += np.sqrt(np.maximum((own**2).sum(1)[:, None] - 2 * own @ part.T + (part**2).sum(1), 0)).sum(1)
        medoid = own[total.argmin()]
        chosen.append(rows[np.argsort(((own - medoid) ** 2).sum(1), kind="stable")[:count]].tolist())
    return chosen


def log_odds(
    inside: Mapping[Any, int], everywhere: Mapping[Any, int], n_inside: int, n_everywhere: int, prior: float = PRIOR
) -> dict[Any, float]:
    """How much more frequent each value is inside than outside, in standard deviations.

    The log-odds ratio with an informative Dirichlet prior of B. Monroe, M. Colaresi and K. Quinn, "Fightin' Words"
    (Political Analysis, 2008), equations 16, 19 and 20, per value against all others: ``prior`` paintings of the
    collection's own shares are added to both sides, so that rare values do not stand out."""
    found = {}
    for value, count in inside.items():
        added = prior * everywhere[value] / n_everywhere
        own, other = count + added, everywhere[value] - count + added
        rest_own, rest_other = n_inside + prior - own, n_everywhere - n_inside + prior - other
        if min(own, other, rest_own, rest_other) <= 0:
            continue  # all paintings have this value
        found[value] = (math.log(own / rest_own) - math.log(other / rest_other)) / math.sqrt(1 / own + 1 / other)
    return found


def terms(
    clusters: np.ndarray, labels: Mapping[str, Sequence[str | None]], titles: Sequence[str | None] | None = None
) -> list[list[Term]]:
    """What stands out in each cluster, the strongest first: values of the label columns, then words of the titles.

    Values and titles are per row, None where missing; a word counts once a painting, in lower case and of four letters
    at least."""
    columns = {name: [() if value is None else (value,) for value in values] for name, values in labels.items()}
    if titles is not None:
        columns["title"] = [
            () if title is None else tuple(sorted(set(WORD.findall(title.casefold())) - STOP)) for title in titles
        ]
    found: list[list[Term]] = [[] for _ in range(clusters.max(initial=-1) + 1)]
    for column, values in columns.items():
        everywhere = Counter(value for row in values for value in row)
        has = np.array([bool(row) for row in values])
        n_everywhere = int(has.sum())
        for number in range(len(found)):
            rows = np.flatnonzero((clusters == number) & has)
            if len(rows) in (0, n_everywhere):
                continue
            inside = Counter(value for row in rows for value in values[row])
            least = max(2, COMMON / 4 * np.sum(clusters == number), 0 if column == "title" else COMMON * len(rows))
            for value, z in log_odds(inside, everywhere, len(rows), n_everywhere).items():
                if z >= STANDS_OUT and inside[value] >= least:
                    elsewhere = (everywhere[value] - inside[value]) / (n_everywhere - len(rows))
                    found[number].append(Term(column, value, inside[value] / len(rows), elsewhere, z))
    return [sorted(own, key=lambda term: (term.column == "title", -term.z, term.value)) for own in found]


def names(found: Sequence[Sequence[Term]], central: Sequence[Sequence[str]]) -> list[str]:
    """A name for each cluster, all different: its strongest labels of two columns, or words of titles where no label
    stands out, or else its most central works. ``central`` is how these are named, the most central first, one at
    least for each cluster.

    Where a name is taken a further term or the most central work is added."""
    given: list[str] = []
    taken: set[frozenset[str]] = set()
    for own, works in zip(found, central, strict=True):
        own = [term for term in own if term.column != "title"] or own
        first_of_column = {term.column: term for term in reversed(own)}
        parts = [term.value for term in own if first_of_column[term.column] is term]
        further = [*parts[2:], *(term.value for term in own if term.value not in parts)]
        works = list(dict.fromkeys(works))
        tries = [parts[:2], *([*parts[:2], extra] for extra in further)] if parts else []
        tries += [[*parts[:2], work] for work in works]
        tries += [[*parts[:2], *works, f"({number})"] for number in range(2, len(found) + 2)]
        chosen = next(one for one in tries if frozenset(one) not in taken)
        given.append(" · ".join(chosen))
        taken.add(frozenset(chosen))
    return given


def agreement(
    clusters: np.ndarray, labels: Mapping[str, Sequence[str | None]]
) -> dict[str, dict[str, float | int | None]]:
    """How far clusters and each label column say the same: "n" and "classes" judged, "nmi" (0..1), and adjusted for
    chance "ami" and "ari" (0 at chance, 1 the same).

    Normalised mutual information grows with the number of clusters and classes even where both are random; the
    adjusted ones do not (N. Vinh, J. Epps and J. Bailey, JMLR 2010; L. Hubert and P. Arabie, 1985). None where fewer
    than two classes or clusters have labels."""
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score, normalized_mutual_info_score

    figures: dict[str, dict[str, float | int | None]] = {}
    for column, values in labels.items():
        rows = np.array([i for i, value in enumerate(values) if value is not None], dtype=int)
        truth = [str(values[i]) for i in rows]
        usable = len(set(truth)) > 1 and len(np.unique(clusters[rows])) > 1
        measures = {"nmi": normalized_mutual_info_score, "ami": adjusted_mutual_info_score, "ari": adjusted_rand_score}
        figures[column] = {"n": len(rows), "classes": len(set(truth))} | {
            name: float(measure(truth, clusters[rows])) if usable else None for name, measure in measures.items()
        }
    return figures
