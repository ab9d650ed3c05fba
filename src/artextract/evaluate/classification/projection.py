"""Maps of the paintings by their features: principal components and t-SNE of the backbone's pooled features and of the
network's own embedding.

L. van der Maaten and G. Hinton, "Visualizing Data using t-SNE" (2008).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE

from artextract.evaluate.page.canvas import PALE, plt, save, shortened, style

MOST, LEAST = 1200, 12
"""Rows in a map: above ``MOST`` a sample is drawn, below ``LEAST`` there is no map."""
NAMED = 12
COMPONENTS, PERPLEXITY = 50, 30.0
COLOURS = (
    "#a8482f",
    "#2f6f8f",
    "#5a7d3a",
    "#8a5fa0",
    "#d9a02b",
    "#22252b",
    "#d98a9b",
    "#57b0b8",
    "#9c6b3f",
    "#a9c25d",
    "#3d4fb0",
    "#c04fa0",
)


@dataclass(frozen=True)
class Maps:
    """Places in the plane, ``float (N, 2)`` each, and the share of the variance that the two components hold."""

    components: np.ndarray
    explained: float
    neighbours: np.ndarray

    def rows(self, chosen: np.ndarray) -> Maps:
        return Maps(self.components[chosen], self.explained, self.neighbours[chosen])


def sample(rows: int, most: int = MOST, seed: int = 0) -> np.ndarray:
    """Positions of at most ``most`` of ``rows`` rows, drawn without replacement, in their order."""
    return np.sort(np.random.default_rng(seed).permutation(rows)[:most])


def project(vectors: np.ndarray, seed: int = 0) -> Maps:
    """Vectors ``(N, D)``, N at least ``LEAST``, to their two maps.

    T-SNE sees the first ``COMPONENTS`` principal components."""
    pca = PCA(min(COMPONENTS, *vectors.shape), random_state=seed).fit(vectors)
    reduced = pca.transform(vectors)
    perplexity = min(PERPLEXITY, (len(vectors) - 1) / 3)
    neighbours = TSNE(2, perplexity=perplexity, init="pca", random_state=seed, max_iter=750, n_jobs=1).fit_transform(
        reduced
    )
    return Maps(reduced[:, :2], float(pca.explained_variance_ratio_[:2].sum()), neighbours)


def plot_maps(path: Path, maps: dict[str, Maps], truth: np.ndarray, classes: list[str], title: str) -> None:
    """Draw the maps by caption, a row each.

    ``truth``: ``int (N,)`` colours the dots, the ``NAMED`` commonest classes each and the rest grey."""
    count = np.bincount(truth, minlength=len(classes))
    named = [k for k in np.argsort(-count, kind="stable")[:NAMED] if count[k]]
    others = ~np.isin(truth, named)
    with plt.rc_context(style()):
        figure, panels = plt.subplots(len(maps), 2, figsize=(9.6, 4.4 * len(maps)), squeeze=False)
        for row, (caption, found) in zip(panels, maps.items(), strict=False):
            ways = (
                (f"principal components ({found.explained:.0%} of the variance)", found.components),
                ("t-SNE", found.neighbours),
            )
            for axes, (way, places) in zip(row, ways, strict=False):
                axes.scatter(*places[others].T, s=6, color=PALE, lw=0)
                dots = np.flatnonzero(
                    ~others
                )  # all classes in one call and in row order, so that none is painted over the others
                axes.scatter(*places[dots].T, s=10, c=[COLOURS[named.index(k)] for k in truth[dots]], lw=0, alpha=0.8)
                axes.set_xticks([])
                axes.set_yticks([])
                axes.spines[:].set_visible(True)
                axes.spines[:].set_color(PALE)
                axes.set_title(f"{caption}\n{way}", loc="left", fontsize=9)
        handles = [
            plt.Line2D([], [], lw=0, marker="o", ms=5, color=colour, label=shortened(classes[k]))
            for k, colour in zip(named, COLOURS, strict=False)
        ]
        if others.any():
            handles.append(
                plt.Line2D(
                    [], [], lw=0, marker="o", ms=5, color=PALE, label=f"{len(np.unique(truth[others]))} other classes"
                )
            )
        figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=10)
        figure.tight_layout(rect=(0, 0, 0.81, 1))
        figure.legend(handles=handles, frameon=False, loc="center left", bbox_to_anchor=(0.815, 0.5))
        save(figure, path)
