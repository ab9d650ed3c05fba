"""Do other poolings of the stored cells (``index --motifs``) find subjects better than the pooled backbone does?

    python -m benchmarks.pooling COLLECTION [--side val|test]

Means, generalised means (GeM: F. Radenovic et al., 2018), maxima, regional maxima (R-MAC: G. Tolias et al., 2016) and
the second moments of the cells of a middle stage, each by itself and beside "deep", by cosine on the common scale.
Judged among paintings by other artists (``benchmarks/mixes.py``), with intervals over artists of the difference from
"deep" alone."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from artextract.index.scales import fit_scale
from artextract.index.spaces import fit_space
from artextract.index.units import unit_and_norm
from artextract.motifs.find import MotifIndex
from artextract.search.asking.engine import SearchEngine
from benchmarks.mixes import Judge, _best, _drawn, _interval

SECOND_WEIGHT = 0.4
"""Weight of what is added to "deep"."""


def pooled(cells: np.ndarray) -> dict[str, np.ndarray]:
    """Vectors of one painting's cells ``float32 (rows, columns, 64)``."""
    flat = cells.reshape(-1, cells.shape[-1])
    both = np.concatenate([np.maximum(flat, 0), np.maximum(-flat, 0)], 1)  # whitened cells have signs
    regions = []
    for parts in (1, 2, 3):
        for rows in np.array_split(cells, parts, 0):
            for part in np.array_split(rows, parts, 1):
                highest = np.abs(part).max((0, 1)) * np.sign(part.sum((0, 1)))
                regions.append(highest / max(float(np.linalg.norm(highest)), 1e-9))
    second = (flat.T @ flat / len(flat))[np.triu_indices(flat.shape[1])]
    return {
        "mean": flat.mean(0),
        "GeM, p = 3": (both**3).mean(0) ** (1 / 3),
        "max": both.max(0),
        "R-MAC": np.sum(regions, 0),
        "second moments": np.sign(second) * np.sqrt(np.abs(second)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collection", type=Path)
    parser.add_argument("--side", choices=("val", "test"), default="val")
    args = parser.parse_args()
    engine = SearchEngine.open(args.collection)
    judge, motifs = Judge(engine, "artist"), MotifIndex.open(args.collection)
    rows = np.flatnonzero(judge.sides[args.side] & (judge.artist >= 0))
    found: dict[str, list[np.ndarray]] = {}
    for key in engine.index.hashes:
        for name, vector in pooled(motifs.store.cells(key)).items():
            found.setdefault(name, []).append(vector)
    standard = {"deep": standard_of(engine.index.rows("deep", engine.index.ids).units, rows)}
    for name, vectors in found.items():
        stacked = np.stack(vectors).astype(np.float32)
        units, _ = unit_and_norm(fit_space("centred", stacked)(stacked))
        standard[name] = standard_of(units, rows)
    hidden = judge.left_out.mask(rows) | judge.same(judge.artist, rows)
    subject = (judge.subjects[rows] @ judge.subjects.T > 0) & ~hidden
    known = {"genre P@5": judge.genre[rows] >= 0, "subject P@5": subject.any(1)}
    drawn = _drawn(judge.artist[rows])
    mixes = {name: {name: 1.0} for name in standard}
    mixes |= {f"deep and {name}": {"deep": 1 - SECOND_WEIGHT, name: SECOND_WEIGHT} for name in found}
    first: dict[str, np.ndarray] = {}
    for mix, weights in mixes.items():
        best = _best(np.sum([weight * standard[name] for name, weight in weights.items()], 0), hidden)[:, :5]
        shown = np.einsum("nk,nmk->nm", judge.subjects[rows], judge.subjects[best]) > 0
        figures = []
        for measure, hits in (("genre P@5", judge.same(judge.genre, rows, best)), ("subject P@5", shown)):
            values = np.where(known[measure], hits.mean(1), np.nan)
            less = values - first.setdefault(measure, values)
            figures.append(f"{measure} {np.nanmean(values):.3f} {_interval(less, drawn)} (n {known[measure].sum()})")
        print(f"{mix:24} {'; '.join(figures)}", flush=True)


def standard_of(units: np.ndarray, rows: np.ndarray) -> np.ndarray:
    n = len(units)
    scale = fit_scale(units, np.ones(n, np.float32), np.zeros(n, np.float32), "cosine")
    return np.asarray(scale.standard(units[rows] @ units.T), dtype=np.float32)


if __name__ == "__main__":
    main()
