"""An index whose vectors are kept by a Milvus server; the collection's folder keeps what is small.

    index/store.json             where the vectors are and what they mean: address, collection there, features, spaces,
                                 scales, the last row and those that were removed
          spaces-XXXXXXXX.npz    as of the embedded index
          rows-XXXXXXXX.json     ids and content hashes, in row order
          columns-XXXXXXXX.npz   the number of each row at the server, the lengths and densities of its vectors, and the
                                 vectors of a sample, against which queries are judged

A row at the server is one vector that carries all features (``fused``). The server proposes the best by inner product,
filters applied, and ``ranking`` ranks them exactly by the vectors that come with them. A row is never changed there: an
update adds rows under new numbers, and who has the index open keeps asking for the old ones, of which the server is rid
when ``MOST_DEAD`` have gathered. An index that is written anew becomes a collection of its own, and the alias moves to
it when it is whole."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artextract.checksums import signed
from artextract.errors import InputError, MismatchError
from artextract.files import HEADERS, read_json, user_path, write_json
from artextract.index import BATCH, EXACT_ROWS, STORE, Columns, Found, Rows, Selection
from artextract.index.config import Block, Configured, IndexConfig
from artextract.index.embedded import EmbeddedIndex
from artextract.index.fused import LINEAR, Floats, Fused
from artextract.index.milvus_client import MOST_FOUND, Address, Server, batches
from artextract.index.milvus_filter import Filter, fields_of, filter_of, kept_of
from artextract.index.milvus_rows import Fetched, insert
from artextract.index.milvus_state import FORMAT, damaged, state_of, write_state
from artextract.index.ranking import SAMPLE, Query, rank, scale_from_elsewhere
from artextract.index.scales import Scale
from artextract.index.segments import densities_of, read_spaces, writing
from artextract.index.spaces import Space, Vectors
from artextract.index.units import unit_and_norm
from artextract.kept import Kept
from artextract.progress import Progress, no_progress

MARGIN = 20
"""So many more rows than asked for are ranked exactly: the server rounds otherwise than we do."""
CANDIDATES = 200
"""So many at least where the server may miss some, or where the metric is no sum."""
WITH_WORDS = 5_000
"""So many rows that have the words at most are ranked exactly beside those that the server proposes."""
MOST_DEAD = 1_000
INSERTED = 2_048
COUNTS_KEPT = 256
"""Filters of which it is remembered how many rows the server lets pass."""
MOST_KEPT = 1 << 25
"""Numbers of the rows that were fetched last, which stay at hand: 128 MB of them."""


class MilvusIndex(Configured):
    """``MilvusIndex.create`` writes one, ``update`` changes it, ``MilvusIndex.open`` reads it."""

    def __init__(self, folder: Path, state: Mapping[str, Any], server: Server | None = None):
        self.folder, self.state = folder, dict(state)
        self.config = IndexConfig.from_dict(state["config"])
        self.address = Address.read(state["store"])
        self.server = Server(self.address) if server is None else server
        self.fused = Fused({name: (part[0], part[1], part[2]) for name, part in state["parts"].items()})
        rows = read_json(folder / state["rows"])
        self.ids, self.hashes = rows["ids"], rows["hashes"]
        with HEADERS, np.load(folder / state["columns"], allow_pickle=False) as saved:
            self.serials: NDArray[np.int64] = saved["serials"]
            self._norms: dict[str, Floats] = {name: saved[f"{name}.norms"] for name in self.features}
            self._density: dict[str, Floats] = {name: saved[f"{name}.density"] for name in self.features}
            self._sampled: dict[str, Floats] = {name: saved[f"{name}.sampled"] for name in self.features}
            self.sample: NDArray[np.int64] = saved["sample"]
        self.spaces = read_spaces(folder / self.config.spaces, self.config.blocks)
        self._fetched = np.empty(0, dtype=np.int64), np.empty((0, self.fused.dim), dtype=np.float32)
        self._counts: Kept[str, int] = Kept(COUNTS_KEPT)
        self._place = {painting_id: position for position, painting_id in enumerate(self.ids)}
        if not len(self.ids) == len(self.hashes) == len(self.serials) == len(self._place):
            raise ValueError("the lists of rows do not fit together")

    @staticmethod
    def create(
        folder: str | Path,
        store: str,
        ids: Sequence[str],
        hashes: Sequence[str],
        vectors: Mapping[Block, Vectors],
        skipped: Mapping[str, str] | None = None,
        settings: Mapping[str, Any] | None = None,
        weights: Mapping[str, float] | None = None,
        columns: Columns | None = None,
    ) -> MilvusIndex:
        """As of ``EmbeddedIndex.build``, in which it is made first; ``weights`` is the mix whose scores the approximate
        index is built for, ``columns`` what filters may ask of each row (``milvus_filter``)."""
        folder = user_path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        address = Address.read(store)
        server = Server(address)
        server.check()
        with tempfile.TemporaryDirectory(dir=folder, prefix="aside-") as aside:
            made = EmbeddedIndex.build(Path(aside) / "index", ids, hashes, vectors, skipped, settings)
            fused = Fused.of(made.config.blocks, made.config.scales, weights or {})
            name = f"{address.name}_g{uuid.uuid4().hex[:8]}"
            server.create(name, fused.dim)
            fields = fields_of(columns or {})
            kind = "HNSW" if len(made) > EXACT_ROWS else "FLAT"
            scans = zip(*(made.scan(feature, INSERTED) for feature in made.features), strict=True)
            for start, parts in zip(range(0, len(made), INSERTED), scans, strict=True):
                by_feature = dict(zip(made.features, parts, strict=True))
                insert(
                    server,
                    name,
                    fused,
                    start,
                    hashes[start : start + INSERTED],
                    by_feature,
                    kept_of(columns, fields, start),
                )
            server.index(name, kind)
            if (there := server.count(name, written=True)) != len(made):
                raise InputError(
                    f"the store at {address.text} has {there} of {len(made)} rows", "index again", code="store-failed"
                )
            arrays: dict[str, NDArray[Any]] = {"serials": np.arange(len(made), dtype=np.int64), "sample": made.sample}
            for feature in made.features:
                arrays[f"{feature}.norms"], arrays[f"{feature}.density"] = made.norms(feature), made.density(feature)
                arrays[f"{feature}.sampled"] = made.sampled(feature)
            with writing(folder):
                shutil.copyfile(made.folder / made.config.spaces, folder / made.config.spaces)
                others = server.publish(address.name, name)
                state = {
                    "format": FORMAT,
                    "store": address.text,
                    "collection": name,
                    "config": replace(made.config, segments=(), files={}).as_dict(),
                    "last": len(made) - 1,
                    "dead": [],
                    "kind": kind,
                    "parts": fused.as_dict(),
                    "fields": fields,
                }
                write_state(folder, state, made.ids, made.hashes, arrays)
                index = MilvusIndex(folder, state_of(folder), server)
        for old in others:
            server.drop(old)
        return index

    @staticmethod
    @contextmanager
    def taken_away(folder: str | Path) -> Iterator[None]:
        """When what is done inside has put another index in the place of the one in a folder, its collection at the
        server goes too, where the server can still be told."""
        try:
            old = MilvusIndex.open(folder)
        except InputError:
            old = None
        yield
        if old is not None:
            with suppress(InputError):
                old.server.withdraw(old.address.name, old.state["collection"])

    @staticmethod
    def open(folder: str | Path, check: bool = False) -> MilvusIndex:
        """Read what the folder keeps; the server is asked when it is needed, or with ``check`` at once whether it has
        all rows. Raises ``MismatchError`` where the files do not fit together or are damaged."""
        folder = user_path(folder)
        for attempt in range(5):
            try:
                index = MilvusIndex(folder, state_of(folder))
                if check:
                    index.require_rows()
                return index
            except FileNotFoundError as error:  # an update has put others in their place
                if attempt == 4:
                    raise damaged(folder, error) from error
            except InputError:
                raise
            except Exception as error:  # NumPy and zipfile raise much
                raise damaged(folder, error) from error
        raise AssertionError("the last attempt returns or raises")

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def version(self) -> str:
        return f"{self.state['collection']}-{self.state['columns']}"

    @property
    def generation(self) -> str:
        return str(self.state["collection"])

    @property
    def approximate(self) -> dict[str, Any] | None:
        return None if self.state["kind"] == "FLAT" else {"kind": self.state["kind"], "store": self.address.text}

    def position(self, painting_id: str) -> int | None:
        return self._place.get(painting_id)

    def space(self, feature: str) -> Space:
        return self.spaces[feature]

    def scale(self, feature: str, metric: str) -> Scale:
        return self.config.scales[feature][metric]

    def has(self, feature: str) -> NDArray[np.bool_]:
        return np.asarray(self._norms[feature] > 0)

    def norms(self, feature: str) -> Floats:
        return self._norms[feature]

    def density(self, feature: str) -> Floats:
        return self._density[feature]

    def block(self, feature: str) -> Floats:
        raise NotImplementedError("the vectors are at the server")

    def sampled(self, feature: str) -> Floats:
        return self._sampled[feature]

    def referred(self, feature: str) -> Floats:
        return self._sampled[feature][self._norms[feature][self.sample] > 0]

    def rows(self, feature: str, ids: Sequence[str]) -> Rows:
        at = np.array([self._place[painting_id] for painting_id in ids], dtype=np.int64)
        return self._rows(feature, ids, at)

    def scan(self, feature: str, batch: int = BATCH) -> Iterator[Rows]:
        for part in batches(len(self), batch):
            yield self._rows(feature, self.ids[part], np.arange(len(self))[part])

    def _rows(self, feature: str, ids: Sequence[str], at: NDArray[np.int64]) -> Rows:
        kept, fetched = self._fetched
        if not np.array_equal(kept, at):  # features are asked for one after the other, and come together
            fetched = self.server.fetch(self.state["collection"], self.serials[at].tolist(), self.fused.dim)
            if fetched.size <= MOST_KEPT:
                self._fetched = at, fetched
        norms = self._norms[feature][at]
        units = np.where(norms[:, None] > 0, self.fused.units(fetched, feature), np.float32(0))
        return Rows(ids, units, norms, self._density[feature][at])

    def nearest(
        self,
        query: Query,
        weights: Mapping[str, float],
        k: int,
        allowed: Selection | None = None,
        metric: str = "cosine",
        further: Mapping[str, NDArray[np.float64]] | None = None,
        left_out: Collection[str] = (),
        approximate: bool | None = None,
    ) -> Found:
        """As of ``VectorIndex``. Where the server searches all rows the answer is that of the embedded index; by "l2",
        which is no sum, and with similarities from elsewhere that most rows have, a few hundred or thousand candidates
        are ranked."""
        if approximate and self.approximate is None:
            raise InputError(
                "the store searches all rows: it has no approximate index",
                "make one with: artextract index COLLECTION --approximate",
                code="no-approximate-index",
            )
        if approximate is False and self.approximate is not None:
            raise InputError(
                "the store has an approximate index and cannot look at all rows",
                "search without --no-approximate, or index with --no-approximate",
                code="no-exact-search",
            )
        if k > MOST_FOUND - MARGIN:
            raise InputError(
                f"{k} paintings were asked for, and the store gives {MOST_FOUND - MARGIN} at most",
                "ask for fewer",
                code="invalid-count",
            )
        further = dict(further or {})
        mask = np.ones(len(self), dtype=bool) if allowed is None else np.array(allowed.mask, dtype=bool)
        out = np.zeros(len(self), dtype=bool)
        out[[self._place[painting_id] for painting_id in left_out if painting_id in self._place]] = True
        counting = [
            name for name in self.features if weights.get(name, 0) > 0 and name in query and name not in further
        ]
        outside = [np.isfinite(values) for name, values in further.items() if weights.get(name, 0) > 0]
        there = np.zeros(len(self), dtype=bool)
        for name in counting:
            there |= self._norms[name] > 0
        usable = mask & ~out & np.logical_or.reduce([there, *outside])
        words, all_words = self._with_words(usable, weights, further, 0 if counting else k)
        found, vectors, complete = self._proposed(
            query, weights, counting, k, mask & ~out, there, metric, allowed, exact=self.approximate is None
        )
        candidates = np.union1d(found, words)
        rest = np.setdiff1d(words, found)
        if len(rest):
            more = self.server.fetch(self.state["collection"], self.serials[rest].tolist(), self.fused.dim)
            vectors = np.concatenate([vectors, more])[np.argsort(np.concatenate([found, rest]))]
        view = Fetched(self, self.fused, candidates, vectors)
        ranked = rank(view, query, weights, k, mask, metric, further, candidates, out)
        exact = (complete and all_words) or len(candidates) >= int(usable.sum())
        return replace(ranked, n_candidates=int(usable.sum()), exact=exact).found(self.ids)

    def _with_words(
        self,
        usable: NDArray[np.bool_],
        weights: Mapping[str, float],
        further: Mapping[str, NDArray[np.float64]],
        alone: int,
    ) -> tuple[NDArray[np.int64], bool]:
        """The rows to be looked at for similarities from elsewhere, and whether no other can be found by these: all
        that have any, or where nothing else counts the best ``alone``."""
        total, has = np.zeros(len(self)), np.zeros(len(self), dtype=bool)
        for name, values in further.items():
            if weights.get(name, 0) > 0:
                has |= np.isfinite(values)
                total += weights[name] * np.nan_to_num(scale_from_elsewhere(values).standard(values))
        rows = np.flatnonzero(has & usable)
        if 0 < alone < len(rows):
            least = np.partition(total[rows], len(rows) - alone)[len(rows) - alone]
            return np.union1d(rows[total[rows] > least], rows[total[rows] == least][:alone]), True
        if len(rows) <= WITH_WORDS:
            return rows, True
        return np.sort(rows[np.argpartition(-total[rows], WITH_WORDS)[:WITH_WORDS]]), False

    def _proposed(
        self,
        query: Query,
        weights: Mapping[str, float],
        counting: Sequence[str],
        k: int,
        passing: NDArray[np.bool_],
        there: NDArray[np.bool_],
        metric: str,
        allowed: Selection | None,
        exact: bool,
    ) -> tuple[NDArray[np.int64], Floats, bool]:
        """The positions that the server proposes, with their vectors, and whether the best ``k`` are surely among
        them."""
        nothing = np.empty(0, dtype=np.int64), np.empty((0, self.fused.dim), dtype=np.float32), True
        if not counting or not (passing & there).any():
            return nothing
        sums = exact and metric in LINEAR
        n = min(MOST_FOUND, k + MARGIN if sums else max(CANDIDATES, 10 * k))
        where = filter_of(self._filter(), passing, there, counting, allowed)
        mixes = [{name: weights[name] for name in counting}]
        if not exact and len(counting) > 1:  # its graph was built for one mix: each feature proposes as well
            mixes += [{name: 1.0} for name in counting]
        by_serial: dict[int, Floats] = {}
        for mix in mixes:
            asked = self.fused.query(self, query, mix, metric if metric in LINEAR else "cosine")
            serials, vectors = self._searched(asked, n, where, min(n, int((passing & there).sum())), exact)
            by_serial |= dict(zip(serials.tolist(), vectors, strict=True))
        serials = np.sort(np.array(list(by_serial), dtype=np.int64))
        at = np.searchsorted(self.serials, serials)
        known = (at < len(self)) & (self.serials[np.minimum(at, len(self) - 1)] == serials)
        if not known.all() or not passing[at[known]].all():
            raise MismatchError(
                f"the store at {self.address.text} answers by other labels than the table has",
                "write them anew with: artextract index COLLECTION --rebuild",
                code="store-outdated",
            )
        ordered = [by_serial[serial] for serial in serials.tolist()]
        return at, np.array(ordered, dtype=np.float32).reshape(len(ordered), self.fused.dim), sums

    def _searched(
        self, asked: Floats, n: int, where: str, expected: int, exact: bool
    ) -> tuple[NDArray[np.int64], Floats]:
        """The best ``n`` rows. Where these are fewer than must be there the server has not seen all yet, and is asked
        to wait; raises ``MismatchError`` where they are gone."""
        name, ef = self.state["collection"], 0 if exact else max(512, n)
        serials, vectors = self.server.search(name, asked, n, where, ef)
        if len(serials) < expected:
            serials, vectors = self.server.search(name, asked, n, where, ef, latest=True)
            if exact and len(serials) < expected:
                raise self.server.lacks(expected - len(serials))
        return serials, vectors

    def _filter(self) -> Filter:
        return Filter(self.serials, self.state["last"], self.state["dead"], self.state["fields"], self._count_of)

    def _count_of(self, where: str) -> int:
        return self._counts.get(where, lambda: self.server.count(self.state["collection"], where))

    def is_current(self) -> bool:
        try:
            return state_of(self.folder) == self.state
        except (InputError, OSError):
            return not (self.folder / "config.json").exists()

    def update(
        self,
        ids: Sequence[str],
        hashes: Sequence[str],
        vectors: Mapping[str, Vectors],
        removed: Sequence[str],
        skipped: Mapping[str, str] | None = None,
        columns: Columns | None = None,
    ) -> MilvusIndex:
        with writing(self.folder):
            self._require_in_force()
            gone = {*removed, *ids}
            kept = np.array([painting_id not in gone for painting_id in self.ids] + [False], dtype=bool)[:-1]
            dead = [*self.state["dead"], *self.serials[~kept].tolist()]
            serials = np.arange(len(ids), dtype=np.int64) + self.state["last"] + 1
            made = {name: self._described(name, vectors[name], ids) for name in self.features}
            for part in batches(len(ids), INSERTED):
                here = {
                    name: Rows(ids[part], rows.units[part], rows.norms[part], rows.densities[part])
                    for name, rows in made.items()
                }
                kept_there = kept_of(columns, self.state["fields"], part.start)
                first = int(serials[part][0])
                insert(self.server, self.state["collection"], self.fused, first, hashes[part], here, kept_there)
            if len(ids):
                self.server.count(self.state["collection"], written=True)
            stays = np.flatnonzero(kept)
            in_sample = np.isin(self.sample, stays)
            fresh = min(len(ids), SAMPLE - int(in_sample.sum()))
            new_at = np.arange(fresh, dtype=np.int64) + len(stays)
            arrays: dict[str, NDArray[Any]] = {
                "serials": np.concatenate([self.serials[kept], serials]),
                "sample": np.concatenate([np.searchsorted(stays, self.sample[in_sample]), new_at]),
            }
            for name, rows in made.items():
                arrays[f"{name}.norms"] = np.concatenate([self._norms[name][kept], rows.norms])
                arrays[f"{name}.density"] = np.concatenate([self._density[name][kept], rows.densities])
                arrays[f"{name}.sampled"] = np.concatenate([self._sampled[name][in_sample], rows.units[:fresh]])
            now = [*(name for name, stay in zip(self.ids, kept, strict=True) if stay), *ids]
            now_hashes = [*(key for key, stay in zip(self.hashes, kept, strict=True) if stay), *hashes]
            config = replace(self.config, skipped=dict(self.config.skipped if skipped is None else skipped))
            purged = dead if len(dead) > MOST_DEAD else []
            state = {
                **self.state,
                "config": config.as_dict(),
                "last": int(serials[-1]) if len(serials) else self.state["last"],
                "dead": [] if purged else dead,
            }
            write_state(self.folder, state, now, now_hashes, arrays)
            index = MilvusIndex(self.folder, state_of(self.folder), self.server)
        if purged:
            self.server.delete(self.state["collection"], purged)
            self.server.count(self.state["collection"], written=True)
        return index

    def _described(self, name: str, vectors: Vectors, ids: Sequence[str]) -> Rows:
        units, norms = (
            unit_and_norm(self.space(name)(vectors[:])) if len(ids) else (self._sampled[name][:0], np.zeros(0))
        )
        norms = np.asarray(norms, dtype=np.float32)
        return Rows(ids, units, norms, densities_of(units, norms, self.referred(name)))

    def with_approximate(
        self, weights: Mapping[str, float] | None, seed: int = 0, progress: Progress = no_progress
    ) -> MilvusIndex:
        """With a graph (HNSW) for the mix that the vectors were scaled for, or without; searches wait meanwhile."""
        kind = "FLAT" if weights is None else "HNSW"
        if kind == self.state["kind"]:
            return self
        with writing(self.folder):
            self._require_in_force()
            self.server.index(self.state["collection"], kind)
            self.server.count(self.state["collection"], written=True)
            state = {**self.state, "kind": kind}
            write_json(self.folder / STORE, signed(state))
        return MilvusIndex(self.folder, state_of(self.folder), self.server)

    def require_rows(self) -> None:
        """Raise ``MismatchError`` unless the server has all rows of the index."""
        self._require_published()
        all_rows = np.ones(len(self), dtype=bool)
        there = self.server.count(self.state["collection"], filter_of(self._filter(), all_rows, all_rows, (), None))
        if there != len(self):
            raise self.server.lacks(len(self) - there)

    def _require_in_force(self) -> None:
        if state_of(self.folder) != self.state:
            raise MismatchError(
                f"the index in '{self.folder}' has been changed since it was opened",
                "open it again, then change it",
                code="index-changed",
            )
        self._require_published()

    def _require_published(self) -> None:
        published = self.server.published(self.address.name)
        if published != self.state["collection"]:
            raise MismatchError(
                f"another collection has taken the name {self.address.name} at {self.address.text}"
                if published
                else f"the store at {self.address.text} no longer has the vectors of this collection",
                "write them anew with: artextract index COLLECTION --rebuild",
                code="store-gone",
            )
