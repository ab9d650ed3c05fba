"""Places paintings in the plane: the vectors of a mix, reduced by PCA, t-SNE or UMAP."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from artextract.printable import counted
from artextract.progress import Progress, no_progress

NAMES = {"tsne": "t-SNE", "pca": "PCA", "umap": "UMAP", "time": "Time"}


METHODS = tuple(NAMES)


FITTED = 3000
"""t-SNE and UMAP place so many paintings, drawn at random; the others go to where their nearest among these lie."""


COMPONENTS, PERPLEXITY = 50, 30.0


NEAREST = 5


def mixed(blocks: Mapping[str, np.ndarray], weights: Mapping[str, float]) -> np.ndarray:
    """Blocks ``float32 (N, dim)`` of unit rows side by side, each scaled by the square root of its weight: inner
    products are then weighted sums of cosines."""
    return np.concatenate([np.sqrt(np.float32(weights[name])) * block for name, block in blocks.items()], axis=1)


def components(vectors: np.ndarray, seed: int = 0, most: int = COMPONENTS) -> np.ndarray:
    """The first principal components, float (N, at most ``most``): of many vectors float32, which takes a third of the
    time and moves no place by what could be seen."""
    from sklearn.decomposition import PCA

    count = min(most, len(vectors) - 1, vectors.shape[1])
    many = count < min(vectors.shape) // 2
    found: np.ndarray = PCA(count, svd_solver="randomized" if many else "full", random_state=seed).fit_transform(
        vectors.astype(np.float32 if many else np.float64)
    )
    return found


def coordinates(
    points: np.ndarray, method: str, seed: int = 0, fitted: int = FITTED, progress: Progress = no_progress
) -> tuple[np.ndarray, np.ndarray, float | None]:
    """Places ``float (N, 2)`` in 0..1, which rows were placed by their nearest ``bool (N,)``, and of PCA the share of
    the points' variance that is shown.

    ``points`` are principal components, float (N, D). t-SNE starts from the first two, so that the map is the same each
    time. Above ``fitted`` rows a random sample is mapped, and each other row goes to the weighted mean of the places of
    its ``NEAREST`` nearest in the sample."""
    plane = points[:, :2] if points.shape[1] > 1 else np.column_stack([points[:, 0], np.zeros(len(points))])
    placed = np.zeros(len(points), dtype=bool)
    if method == "pca":
        total = points.var(0).sum()
        return _within(plane, same_scale=True), placed, float(plane.var(0).sum() / total) if total > 0 else None
    sample = np.sort(np.random.default_rng(seed).permutation(len(points))[:fitted])
    for _ in progress(range(1), 1, f"{NAMES[method]} of {counted(len(sample), 'painting')}"):
        mapped = _fitted(points[sample], plane[sample], method, seed)
    places = np.empty((len(points), 2))
    places[sample] = mapped
    others = np.setdiff1d(np.arange(len(points)), sample)
    placed[others] = True
    parts = [others[start : start + 1000] for start in range(0, len(others), 1000)]
    for part in progress(parts, len(parts), "the others at their nearest"):
        places[part] = near_neighbours(points[part], points[sample], mapped)
    return _within(places), placed, None


def _fitted(points: np.ndarray, plane: np.ndarray, method: str, seed: int) -> np.ndarray:
    if method == "tsne":
        from sklearn.manifold import TSNE

        start = plane / max(float(plane[:, 0].std()), 1e-12) * 1e-4
        tsne = TSNE(2, perplexity=min(PERPLEXITY, (len(points) - 1) / 3), init=start, random_state=seed)
        places: np.ndarray = tsne.fit_transform(points)
        return places
    from umap import UMAP

    places = UMAP(n_components=2, n_neighbors=min(15, len(points) - 1), random_state=seed).fit_transform(points)
    return places


def near_neighbours(points: np.ndarray, known: np.ndarray, places: np.ndarray, count: int = NEAREST) -> np.ndarray:
    """Where points ``(M, D)`` go, given that ``known (N, D)`` lie at ``places (N, 2)``: the mean of their nearest,
    weighted by the inverse squared distance."""
    from sklearn.neighbors import NearestNeighbors

    distance, rows = NearestNeighbors(n_neighbors=min(count, len(known))).fit(known).kneighbors(points)
    weight = 1 / np.maximum(distance, 1e-9) ** 2
    means: np.ndarray = (places[rows] * (weight / weight.sum(1, keepdims=True))[..., None]).sum(1)
    return means


def _within(places: np.ndarray, same_scale: bool = False) -> np.ndarray:
    """Into 0..1, up to down; with ``same_scale`` both axes by one factor."""
    low, high = places.min(0), places.max(0)
    size = np.maximum(high - low, 1e-12)
    size = np.full(2, size.max()) if same_scale else size
    scaled = (places - (low + high) / 2) / size + 0.5
    return np.column_stack([scaled[:, 0], 1 - scaled[:, 1]])
