"""A map of a collection: every painting a place in the plane, like ones near each other, with named clusters.

L. van der Maaten and G. Hinton, "Visualizing Data using t-SNE" (JMLR 2008); L. McInnes, J. Healy and J. Melville,
"UMAP" (2018). Distances between far groups of a map by t-SNE or UMAP mean little; clusters are therefore found in the
vectors, not on the map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from artextract.errors import InputError, NothingUsableError
from artextract.labels import unify
from artextract.naming import title_from_file
from artextract.printable import counted, one_line
from artextract.progress import Progress, no_progress
from artextract.search.asking.engine import SearchEngine
from artextract.search.map.clusters import LEAST, Term, agreement, find_clusters, names, representatives, terms
from artextract.search.map.projection import METHODS, components, coordinates, mixed
from artextract.table import Paintings, artist_column
from artextract.year_ranges import year_ranges


@dataclass(frozen=True)
class Cluster:
    """``representatives`` are ids, the medoid first."""

    number: int
    name: str
    size: int
    terms: list[Term]
    representatives: list[str]


@dataclass(frozen=True)
class Map:
    """``paintings``: the N mapped rows.

    ``places``: float (N, 2), 0..1, the second axis down. ``placed``: bool (N,), those that were not fitted but placed
    at their nearest. ``clusters``: int (N,), numbers of ``named``. ``explained``: share of the variance that a map by
    PCA shows, else None. ``silhouettes``: by number of clusters tried. ``agreement``: as of ``clusters.agreement``.
    ``skipped``: paintings that lack all features of the mix. ``years``: of a map by time the first and last, at x of 0
    and 1."""

    paintings: Paintings
    method: str
    weights: dict[str, float]
    seed: int
    places: np.ndarray
    placed: np.ndarray
    explained: float | None
    clusters: np.ndarray
    named: list[Cluster]
    clustering: str
    silhouettes: dict[int, float]
    agreement: dict[str, dict[str, float | int | None]]
    skipped: list[dict[str, str]]
    years: tuple[float, float] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        points = [
            {
                "id": name,
                "x": round(float(x), 5),
                "y": round(float(y), 5),
                "cluster": int(cluster),
                "placed": bool(placed),
            }
            for name, (x, y), cluster, placed in zip(
                self.paintings.ids, self.places, self.clusters, self.placed, strict=False
            )
        ]
        return {
            "paintings": len(points),
            "method": self.method,
            "weights": self.weights,
            "seed": self.seed,
            "placed": int(self.placed.sum()),
            "explained": self.explained,
            "clustering": self.clustering,
            "silhouettes": {str(k): value for k, value in self.silhouettes.items()},
            "clusters": [asdict(c) for c in self.named],
            "agreement": self.agreement,
            "points": points,
            "skipped": self.skipped,
        }


@dataclass(frozen=True)
class Basis:
    """What all maps of one mix of features share.

    ``points``: principal components, float (N, D); the rest as of ``Map``."""

    paintings: Paintings
    weights: dict[str, float]
    seed: int
    points: np.ndarray
    clusters: np.ndarray
    named: list[Cluster]
    clustering: str
    silhouettes: dict[int, float]
    agreement: dict[str, dict[str, float | int | None]]
    skipped: list[dict[str, str]]


def make_map(
    collection: str | Path | SearchEngine,
    method: str = "tsne",
    weights: Mapping[str, float] | None = None,
    clusters: int | None = None,
    clustering: str = "kmeans",
    seed: int = 0,
    where: Sequence[str] = (),
    progress: Progress = no_progress,
) -> Map:
    """Map an indexed collection by any mix of its features.

    ``weights`` as in a search, None for its default mix. ``clusters``: how many, None for the number with the best
    silhouette. ``where``: filters as in a search. Raises ``InputError`` for an unknown method, feature or clustering
    and where UMAP is not installed, ``NothingUsableError`` where fewer than ``clusters.LEAST`` paintings have the
    features."""
    require_method(method)
    engine = SearchEngine.open(collection) if isinstance(collection, (str, Path)) else collection
    return map_on(make_basis(engine, weights, clusters, clustering, seed, where, progress), method, progress)


def make_basis(
    engine: SearchEngine,
    weights: Mapping[str, float] | None = None,
    clusters: int | None = None,
    clustering: str = "kmeans",
    seed: int = 0,
    where: Sequence[str] = (),
    progress: Progress = no_progress,
) -> Basis:
    """The principal components of the mix and the clusters in them; takes and raises what ``make_map`` does."""
    from artextract.search.asking import filters

    mix = engine.weights_of(weights)
    rows = np.flatnonzero(filters.mask(engine.paintings, list(where)))
    ids = [engine.index.ids[row] for row in rows.tolist()]
    for _ in progress(range(1), 1, "principal components"):
        blocks = {name: engine.index.rows(name, ids).units for name, weight in mix.items() if weight}
        vectors = mixed(
            blocks, {name: mix[name] / engine.index.scale(name, "cosine").reach for name in blocks}
        )  # as the search weighs them
        missing = ~np.any(vectors, axis=1)
        paintings = engine.paintings.rows(rows[~missing])
        if len(paintings) < LEAST:
            raise NothingUsableError(
                f"{counted(len(paintings), 'painting is', 'paintings are')} too few for a map",
                f"map at least {LEAST} that have the features of the mix",
                code="too-few-paintings",
            )
        points = components(vectors[~missing], seed)
    numbers, silhouettes = find_clusters(points, clusters, clustering, seed, progress)
    labels = {name: unify(paintings.column(name)) for name in paintings.labels}
    found = terms(numbers, labels, paintings.column("title").tolist())
    medoids, mapped = representatives(points, numbers), np.array(paintings.ids, dtype=object)
    titles = paintings.column("title")
    central = [
        [_called(paintings.record(row)) for row in sorted(chosen, key=lambda row: titles[row] is None)]
        for chosen in medoids
    ]
    named = [
        Cluster(number, name, int((numbers == number).sum()), own, mapped[chosen].tolist())
        for number, (name, own, chosen) in enumerate(zip(names(found, central), found, medoids, strict=False))
    ]
    skipped = [{"id": engine.paintings.ids[row], "reason": "lacks all features of the mix"} for row in rows[missing]]
    used = {name: weight for name, weight in mix.items() if weight}
    return Basis(
        paintings, used, seed, points, numbers, named, clustering, silhouettes, agreement(numbers, labels), skipped
    )


def _called(record: dict[str, Any]) -> str:
    """How a cluster is named after a painting, in any language: by its title in quotation marks, also one that the
    name of its file tells, else by who painted it, else by its id."""
    column = artist_column(record)
    artist = record[column] if column else None
    title = record["title"] or title_from_file(record["path"], artist)
    return f"“{one_line(title, 40)}”" if title else artist or record["id"]


def map_on(basis: Basis, method: str, progress: Progress = no_progress) -> Map:
    """The map by ``method`` of what ``make_basis`` gave.

    Raises ``InputError`` for an unknown method and where UMAP is not installed."""
    require_method(method)
    if method == "time":
        return _over_time(basis)
    places, placed, explained = coordinates(basis.points, method, basis.seed, progress=progress)
    return Map(
        basis.paintings,
        method,
        basis.weights,
        basis.seed,
        places,
        placed,
        explained,
        basis.clusters,
        basis.named,
        basis.clustering,
        basis.silhouettes,
        basis.agreement,
        basis.skipped,
    )


def offered_methods(dated: bool = False) -> list[str]:
    """The ways to map that can be used here: UMAP only where it is installed, time only where paintings are
    ``dated``."""
    from importlib.util import find_spec

    unavailable = ({"umap"} if find_spec("umap") is None else set()) | (set() if dated else {"time"})
    return [method for method in METHODS if method not in unavailable]


def middle_years(paintings: Paintings) -> np.ndarray:
    """The middle of the years of every row, float64 (N,): of a range with an open end the other end, NaN where none is
    known."""
    ranges = year_ranges(paintings)
    if ranges is None:
        return np.full(len(paintings), np.nan)
    low, high = (np.where(np.isinf(end), np.nan, end) for end in ranges)
    return (np.where(np.isnan(low), high, low) + np.where(np.isnan(high), low, high)) / 2


def require_method(method: str) -> None:
    """Raise ``InputError`` for an unknown way to map, and for UMAP where it is not installed."""
    if method not in METHODS:
        raise InputError(
            f"there is no way to map called '{method}'",
            f"choose one of {', '.join(METHODS)}",
            code="unknown-map-method",
        )
    if method not in offered_methods(dated=True):
        raise InputError(
            "the package umap-learn, which maps by UMAP, is not installed",
            "install it with: pip install umap-learn, or map by tsne",
            code="umap-missing",
        )


def _over_time(basis: Basis) -> Map:
    """Each dated painting at its year from left to right.

    From top to bottom they stand in the order of that direction of the mix that differs most among them once what goes
    with the years is taken off, evenly apart, so that like ones of a time are neighbours."""
    years = middle_years(basis.paintings)
    dated = np.isfinite(years)
    if dated.sum() < LEAST:
        raise NothingUsableError(
            f"{counted(int(dated.sum()), 'painting has a year, which is', 'paintings have a year, which are')} too"
            " few for a map by time",
            f"map at least {LEAST}, or by another method",
            code="no-years",
        )
    at, points = years[dated], basis.points[dated]
    span = max(float(np.ptp(at)), 1e-12)
    x = (at - at.min()) / span
    centred, trend = points - points.mean(0), x - x.mean()
    rest = centred - np.outer(trend, trend @ centred / max(float(trend @ trend), 1e-12))
    direction = np.linalg.svd(rest.T @ rest)[0][:, 0]
    direction = direction * (1 if direction[np.abs(direction).argmax()] > 0 else -1)
    y = np.argsort(np.argsort(rest @ direction, kind="stable"), kind="stable") / max(1, len(at) - 1)
    there, clusters = np.unique(basis.clusters[dated], return_inverse=True)
    named = [
        _dated_cluster(basis.named[old], number, basis.paintings.rows(dated & (basis.clusters == old)).ids)
        for number, old in enumerate(there.tolist())
    ]
    undated = [{"id": basis.paintings.ids[row], "reason": "has no year"} for row in np.flatnonzero(~dated).tolist()]
    return Map(
        basis.paintings.rows(dated),
        "time",
        basis.weights,
        basis.seed,
        np.column_stack([x, y]),
        np.zeros(len(at), dtype=bool),
        None,
        clusters,
        named,
        basis.clustering,
        basis.silhouettes,
        basis.agreement,
        [*basis.skipped, *undated],
        (float(at.min()), float(at.max())),
    )


def _dated_cluster(cluster: Cluster, number: int, ids: list[str]) -> Cluster:
    """A cluster of which these paintings alone are left."""
    own = set(ids)
    left = [name for name in cluster.representatives if name in own]
    return replace(cluster, number=number, size=len(ids), representatives=left or ids[:1])
