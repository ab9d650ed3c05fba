"""An index whose vectors are kept by a server (``remote_server``); the collection's folder keeps what is small.

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

from artextract.checksums import read_signed, signed
from artextract.errors import InputError, MismatchError
from artextract.files import user_path, write_json
from artextract.index import EXACT_ROWS, STORE, Columns, Found, Rows, Selection
from artextract.index.config import Block
from artextract.index.embedded import EmbeddedIndex
from artextract.index.fused import Fused
from artextract.index.ranking import SAMPLE, Query
from artextract.index.remote_filter import fields_of, filter_of, kept_of
from artextract.index.remote_opened import Opened
from artextract.index.remote_rows import insert
from artextract.index.remote_search import nearest
from artextract.index.remote_server import batches, failed, gone, lacks, server_at
from artextract.index.remote_state import FORMAT, damaged, state_of, write_state
from artextract.index.segments import densities_of, writing
from artextract.index.spaces import Vectors
from artextract.index.units import unit_and_norm
from artextract.progress import Progress, no_progress

MOST_DEAD = 1_000
"""So many rows that were removed may lie at the server before it is rid of them."""
INSERTED = 2_048
"""Rows that are sent at a time."""


class RemoteIndex(Opened):
    """``RemoteIndex.create`` writes one, ``update`` changes it, ``RemoteIndex.open`` reads it."""

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
    ) -> RemoteIndex:
        """As of ``EmbeddedIndex.build``, in which it is made first.

        ``weights`` is the mix whose scores the approximate index is built for, ``columns`` what filters may ask of each
        row (``remote_filter``)."""
        folder = user_path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        server = server_at(store)
        address = server.address
        server.check()
        with tempfile.TemporaryDirectory(dir=folder, prefix="aside-") as aside:
            made = EmbeddedIndex.build(Path(aside) / "index", ids, hashes, vectors, skipped, settings)
            fused = Fused.of(made.config.blocks, made.config.scales, weights or {})
            name = f"{address.name}_g{uuid.uuid4().hex[:8]}"
            fields = fields_of(columns or {})
            kind = "HNSW" if len(made) > EXACT_ROWS else "FLAT"
            dtype = made.config.blocks[0].dtype
            server.create(name, fused.dim, made.features, fields, dtype, graph=kind == "HNSW")
            scans = zip(*(made.scan(feature, INSERTED) for feature in made.features), strict=True)
            for part, parts in zip(batches(len(made), INSERTED), scans, strict=True):
                by_feature = dict(zip(made.features, parts, strict=True))
                insert(server, name, fused, part.start, hashes[part], by_feature, kept_of(columns, fields, part))
            server.index(name, kind, fused.dim)
            server.settle(name)
            if (there := server.count(name)) != len(made):
                raise failed(address.text, "the server", f"it has {there} of {len(made)} rows")
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
                index = RemoteIndex(folder, state_of(folder), server)
        for old in others:
            server.drop(old)
        return index

    @staticmethod
    @contextmanager
    def taken_away(folder: str | Path) -> Iterator[None]:
        """When what is done inside has put another index in the place of the one in a folder, its collection at the
        server goes too, where the server can still be told."""
        try:
            old = RemoteIndex.open(folder)
        except InputError:
            old = None
        yield
        if old is not None:
            with suppress(InputError):
                old.server.withdraw(old.address.name, old.state["collection"])

    @staticmethod
    def open(folder: str | Path, check: bool = False) -> RemoteIndex:
        """Read what the folder keeps.

        The server is asked when it is needed, or with ``check`` at once whether it has all rows. Raises
        ``MismatchError`` where the files do not fit together or are damaged."""
        folder = user_path(folder)
        for attempt in range(5):
            try:
                index = RemoteIndex(folder, state_of(folder))
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
        return nearest(self, query, weights, k, allowed, metric, further, left_out, approximate)

    def is_current(self) -> bool:
        """By the state alone: it has the checksums of the files beside it, which are large."""
        try:
            return bool(read_signed(self.folder / STORE) == self.state)
        except (ValueError, OSError):
            return not (self.folder / "config.json").exists()

    def update(
        self,
        ids: Sequence[str],
        hashes: Sequence[str],
        vectors: Mapping[str, Vectors],
        removed: Sequence[str],
        skipped: Mapping[str, str] | None = None,
        columns: Columns | None = None,
    ) -> RemoteIndex:
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
                kept_there = kept_of(columns, self.state["fields"], part)
                first = int(serials[part][0])
                insert(self.server, self.state["collection"], self.fused, first, hashes[part], here, kept_there)
            if len(ids):
                self.server.settle(self.state["collection"])
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
            index = RemoteIndex(self.folder, state_of(self.folder), self.server)
        if purged:
            self.server.delete(self.state["collection"], purged)
            self.server.settle(self.state["collection"])
        return index

    def _described(self, name: str, vectors: Vectors, ids: Sequence[str]) -> Rows:
        units, norms = (
            unit_and_norm(self.space(name)(vectors[:])) if len(ids) else (self._sampled[name][:0], np.zeros(0))
        )
        norms = np.asarray(norms, dtype=np.float32)
        return Rows(ids, units, norms, densities_of(units, norms, self.referred(name)))

    def with_approximate(
        self, weights: Mapping[str, float] | None, seed: int = 0, progress: Progress = no_progress
    ) -> RemoteIndex:
        """With a graph (HNSW) for the mix that the vectors were scaled for, or without; searches wait meanwhile."""
        kind = "FLAT" if weights is None else "HNSW"
        if kind == self.state["kind"]:
            return self
        with writing(self.folder):
            self._require_in_force()
            self.server.index(self.state["collection"], kind, self.fused.dim)
            self.server.settle(self.state["collection"])
            state = {**self.state, "kind": kind}
            write_json(self.folder / STORE, signed(state))
        return RemoteIndex(self.folder, state_of(self.folder), self.server)

    def require_rows(self) -> None:
        """Raise ``MismatchError`` unless the server has all rows of the index."""
        self._require_published()
        all_rows = np.ones(len(self), dtype=bool)
        there = self.server.count(self.state["collection"], filter_of(self.filter(), all_rows, all_rows, (), None))
        if there != len(self):
            raise lacks(self.address.text, len(self) - there)

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
            if not published:
                raise gone(self.address.text)
            raise MismatchError(
                f"another collection has taken the name {self.address.name} at {self.address.text}",
                "write them anew with: artextract index COLLECTION --rebuild",
                code="store-gone",
            )
