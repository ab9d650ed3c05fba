"""A second implementation of ``VectorIndex``: lists, loops and Python floats, slow and plain. What any other gives is
held against it."""

from __future__ import annotations

import math

import numpy as np

from artextract.errors import InputError
from artextract.index import BATCH, CROWDED, METRICS, Found, Rows
from artextract.index.scales import NEIGHBOURS, Scale, fit_scales
from artextract.index.spaces import fit_space


class SlowIndex:
    """``rows``: (id, hash, {feature: vector in its space or None}, {feature: density})."""

    def __init__(self, rows, spaces, scales, versions, skipped, settings, fitted, number=0):
        self._rows, self._spaces, self._scales = rows, spaces, scales
        self.versions, self.skipped, self.settings, self.rows_fitted = versions, skipped, settings, fitted
        self.ids, self.hashes = [row[0] for row in rows], [row[1] for row in rows]
        self.features, self.approximate = tuple(versions), None
        self._number, self._latest = number, [number]

    @staticmethod
    def create(ids, hashes, features, skipped=None, settings=None):
        spaces = {name: fit_space(given.space, given.vectors) for name, given in features.items()}
        versions = {name: given.version for name, given in features.items()}
        index = SlowIndex([], spaces, {}, versions, dict(skipped or {}), dict(settings or {}), len(ids))
        index = index._with(ids, hashes, {name: given.vectors for name, given in features.items()}, [])
        for name in index.features:
            units, norms, dense = (np.array(part) for part in zip(*map(index._stored(name), index._rows), strict=True))
            index._scales[name] = fit_scales(units.astype(np.float32), norms, dense, METRICS)
        return index

    def _stored(self, name):
        width = max((len(row[2][name]) for row in self._rows if row[2][name] is not None), default=1)

        def of(row):
            vector = row[2][name]
            if vector is None:
                return np.zeros(width), 0.0, 0.0
            length = math.sqrt(sum(x * x for x in vector))
            return np.array(vector) / length, length, row[3][name]

        return of

    def _with(self, ids, hashes, vectors, gone):
        added = []
        for at, (painting_id, key) in enumerate(zip(ids, hashes, strict=True)):
            moved = {name: _moved(self._spaces[name], vectors[name][at]) for name in self.features}
            added.append([painting_id, key, moved, {}])
        known = self._rows or added
        for row in added:
            row[3] = {name: self._density(name, row[2][name], known) for name in self.features}
        rows = [row for row in self._rows if row[0] not in {*gone, *ids}] + added
        made = SlowIndex(rows, self._spaces, self._scales, self.versions, self.skipped, self.settings, self.rows_fitted)
        made._number, made._latest = self._number + 1, self._latest
        self._latest[0] = made._number
        return made

    def _density(self, name, vector, rows):
        """The mean cosine with the ten nearest, itself left out; a row is the same if it is as near as can be."""
        if vector is None:
            return 0.0
        near = sorted((_cosine(vector, row[2][name]) for row in rows if row[2][name] is not None), reverse=True)
        k = min(NEIGHBOURS, len(near) - 1)
        if k < 1:
            return 0.0
        near = near[: k + 1]
        near = near[1:] if near[0] > 1 - 1e-5 else near[:-1]
        return sum(near) / k

    @property
    def version(self):
        return f"slow-{self._number}"

    @property
    def generation(self):
        return "slow"

    def __len__(self):
        return len(self.ids)

    def position(self, painting_id):
        return self.ids.index(painting_id) if painting_id in self.ids else None

    def space(self, feature):
        return self._spaces[feature]

    def scale(self, feature, metric):
        return self._scales[feature][metric]

    def has(self, feature):
        return np.array([row[2][feature] is not None for row in self._rows], dtype=bool)

    def rows(self, feature, ids):
        chosen = [dict(zip(self.ids, self._rows, strict=True))[painting_id] for painting_id in ids]
        stored = [self._stored(feature)(row) for row in chosen]
        units, norms, dense = zip(*stored, strict=True) if stored else ([], [], [])
        return Rows(list(ids), *(np.array(part, dtype=np.float32) for part in (units, norms, dense)))

    def scan(self, feature, batch=BATCH):
        for start in range(0, len(self), batch):
            yield self.rows(feature, self.ids[start : start + batch])

    def nearest(self, query, weights, k, allowed=None, metric="cosine", further=None, left_out=(), approximate=None):
        if approximate:
            raise InputError("there is no approximate index", code="no-approximate-index")
        further = further or {}
        names = list(dict.fromkeys([*self.features, *further]))
        raw = {name: self._similarities(name, query, metric, further) for name in names}
        standard = {name: self._standard(name, raw[name], metric, further) for name in names}
        counting = [n for n in names if weights.get(n, 0) > 0 and (n in query or n in further)]
        totals = []
        for at in range(len(self)):
            parts = [weights[n] * standard[n][at] for n in counting if standard[n][at] is not None]
            totals.append(sum(parts) if parts else None)
        others = [at for at in range(len(self)) if self.ids[at] not in left_out]
        may = [at for at in others if totals[at] is not None and (allowed is None or allowed.mask[at])]
        best = sorted(may, key=lambda at: (-totals[at], at))[:k]

        def array(values):
            return np.array([math.nan if value is None else value for value in values])

        def less(values, missing_counts=False):
            there = [values[at] for at in others if values[at] is not None]
            missing = len(others) - len(there) if missing_counts else 0
            n = max(1, missing + len(there) - 1)
            return array(
                [
                    None
                    if values[at] is None or not there
                    else min(1, (missing + sum(v < values[at] for v in there)) / n)
                    for at in best
                ]
            )

        return Found(
            [self.ids[at] for at in best],
            array([totals[at] for at in best]),
            {n: array([raw[n][at] for at in best]) for n in names},
            {
                n: array([None if standard[n][at] is None else weights.get(n, 0) * standard[n][at] for at in best])
                for n in names
            },
            {n: less(raw[n], n in further) for n in names},
            less(totals, set(counting) <= further.keys()),
            len(may),
        )

    def _similarities(self, name, query, metric, further):
        if name in further:
            return [float(v) if np.isfinite(v) else None for v in further[name]]
        if name not in query:
            return [None] * len(self)
        asked = [float(x) for x in query[name]]
        length = math.sqrt(sum(x * x for x in asked))
        crowd = self._density(name, asked, self._rows) if metric in CROWDED else 0.0
        found = []
        for row in self._rows:
            vector = row[2][name]
            if vector is None:
                found.append(None)
                continue
            cosine = _cosine(asked, vector) if length else 0.0
            far = math.dist(asked, vector)
            crowded = crowd + row[3][name]
            by_metric = {"cosine": cosine, "l2": -far, "csls": 2 * cosine - crowded}
            found.append((by_metric | {"csls-half": 2 * cosine - crowded / 2})[metric])
        return found

    def _standard(self, name, raw, metric, further):
        if name in further:
            there = [value for value in raw if value is not None]
            scale = Scale(0.0, float(np.quantile(there, 0.99)) or 1.0 if there else 1.0, ())
        else:
            scale = self._scales[name][metric]
        return [None if value is None else (value - scale.mean) / scale.reach for value in raw]

    def is_current(self):
        return self._latest[0] == self._number

    def update(self, ids, hashes, vectors, removed, skipped=None):
        made = self._with(ids, hashes, vectors, removed)
        made.skipped = dict(self.skipped if skipped is None else skipped)
        return made

    def with_approximate(self, weights, seed=0, progress=None):
        if weights is not None:
            raise InputError("there is no approximate index", code="no-approximate-index")
        return self


def _moved(space, vector):
    if not np.isfinite(vector).all():
        return None
    moved = [float(x) for x in space(vector)]
    return moved if any(moved) else None


def _cosine(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True)) / math.sqrt(sum(x * x for x in a) * sum(y * y for y in b))
