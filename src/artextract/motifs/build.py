"""Describes the paintings of a collection cell by cell, and brings what is there up to date."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from artextract.errors import NothingUsableError
from artextract.features.compute import Describe, one_by_one
from artextract.features.on_ray import RayCluster, Task
from artextract.file_states import look_again
from artextract.files import read_array, user_path, write_array
from artextract.motifs import DIMENSIONS
from artextract.motifs.candidates import Candidates
from artextract.motifs.describing import Describer, pixels_of, version_of
from artextract.motifs.network import LocalNetwork
from artextract.motifs.projection import Projection
from artextract.motifs.store import MotifStore
from artextract.objects import ImageFile
from artextract.progress import Progress, no_progress
from artextract.runtime import read_ahead
from artextract.table import read_paintings

PROJECTION = "projection.npy"
CONFIG_HINT = "prepare it with: artextract index COLLECTION --motifs"
SHARD_ROWS = 512
FITTED_ON = 300
"""Paintings that the projection is fitted on."""
MOST_CHANGE = 2
"""The neighbour index is fitted anew when the collection has become so many times larger or smaller."""


@dataclass(frozen=True)
class MotifReport:
    """``n_described`` paintings can be searched for details; ``skipped`` are (id, reason).

    ``bytes_each`` is what a painting takes on the disk on the average, the index of neighbours included."""

    n_described: int
    added: int
    removed: int
    skipped: list[tuple[str, str]]
    folder: Path
    bytes_each: float
    damaged: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "paintings": self.n_described,
            "added": self.added,
            "removed": self.removed,
            "skipped": [{"id": painting, "reason": reason} for painting, reason in self.skipped],
            "folder": str(self.folder),
            "bytes_each": round(self.bytes_each),
            "damaged": list(self.damaged),
        }


def motif_folder(collection: str | Path) -> Path:
    return user_path(collection) / "motifs"


def has_motifs(collection: str | Path) -> bool:
    """Whether a collection was ever prepared for the search for details."""
    return (motif_folder(collection) / PROJECTION).is_file()


def store_folder(folder: Path, network: LocalNetwork, projection: Projection) -> Path:
    """Where the cells of this network and projection are kept."""
    return folder / version_of(network, projection)


def read_projection(folder: Path, channels: int | None = None) -> Projection:
    """Raises ``OSError`` or ``ValueError`` where there is none, or it is damaged."""
    return Projection.of_array(read_array(folder / PROJECTION, np.float32, (channels, DIMENSIONS)))


def build_motifs(
    collection: str | Path,
    rebuild: bool = False,
    progress: Progress = no_progress,
    network: LocalNetwork | None = None,
    ray: str | None = None,
) -> MotifReport:
    """Describe what is new or changed, forget what is gone, and write ``COLLECTION/motifs``.

    With ``rebuild`` all of it anew. A killed run resumes, what is damaged is made again. ``ray`` is the address of a
    Ray cluster whose machines describe the pictures; those to which the descriptors are fitted are read here.

    Raises ``NothingUsableError`` where no image can be used."""
    network = network or LocalNetwork()
    folder = motif_folder(collection)
    if rebuild:
        shutil.rmtree(folder, ignore_errors=True)
    changes = look_again(read_paintings(collection), progress)
    paintings = changes.paintings
    hashes = paintings.column("sha256").tolist()
    path_of = dict(zip(hashes, paintings.image_paths(), strict=True))
    lost = {key for painting, key in zip(paintings.ids, hashes, strict=True) if painting in changes.lost}
    wanted = [key for key in dict.fromkeys(hashes) if key not in lost]
    bad: dict[str, str] = {}
    projection = _projection(folder, network, [path_of[key] for key in wanted], progress)
    version = version_of(network, projection)
    store = MotifStore(store_folder(folder, network, projection), check=True)
    damaged = list(store.set_aside)
    missing = [wanted[position] for position in store.missing(wanted)]
    describer = Describer(network, projection)
    paths = [path_of[key] for key in missing]
    with nullcontext() if ray is None or not paths else RayCluster(ray) as cluster:
        describe: Describe = describer.extract
        if cluster is not None:
            make = partial(Describer.of, projection.array)
            describe = partial(cluster.describe, Task(make, describer.version, str(paintings.root)))
        _describe(store, describe, missing, paths, bad, progress)
    usable = [key for key in wanted if key in store]
    if not usable:
        raise NothingUsableError(
            f"no image of '{collection}' could be used ({next(iter(bad.values()), 'the collection is empty')})",
            "check that the image files are still where they were imported from",
            code="no-usable-image",
        )
    candidates, added, removed = _candidates(folder, version, store, usable, damaged, progress)
    for old in folder.iterdir():  # of another network or projection
        if old.is_dir() and old.name != version and "@" in old.name:
            shutil.rmtree(old, ignore_errors=True)
    skipped = [
        (painting, changes.lost.get(painting) or bad.get(key, "it could not be described"))
        for painting, key in zip(paintings.ids, hashes, strict=True)
        if key not in candidates.serials
    ]
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and ".damaged" not in str(path))
    return MotifReport(len(usable), added, removed, skipped, folder, size / max(1, len(store)), tuple(damaged))


def _projection(folder: Path, network: LocalNetwork, paths: Sequence[ImageFile], progress: Progress) -> Projection:
    with suppress(OSError, ValueError):
        return read_projection(folder)
    chosen = (
        [paths[place] for place in np.unique(np.linspace(0, len(paths) - 1, FITTED_ON).astype(int))] if paths else []
    )
    pictures = read_ahead(chosen, pixels_of, lambda place, reason: None)
    cells = [
        network.run(pixels).reshape(-1, network.channels)
        for _, pixels in progress(pictures, len(chosen), "fitting the descriptors of motifs")
    ]
    if not cells:
        raise NothingUsableError(
            "no image of the collection could be used",
            "check that the image files are still where they were imported from",
            code="no-usable-image",
        )
    projection = Projection.fitted(np.concatenate(cells))
    write_array(folder / PROJECTION, projection.array)
    return projection


def _describe(
    store: MotifStore,
    describe: Describe,
    hashes: Sequence[str],
    paths: Sequence[ImageFile],
    bad: dict[str, str],
    progress: Progress,
) -> None:
    def on_error(place: int, reason: str) -> None:
        bad[hashes[place]] = reason

    keys: list[str] = []
    grids: list[np.ndarray] = []
    for place, cells in progress(one_by_one(describe(paths, on_error)), len(paths), "describing motifs"):
        keys.append(hashes[place])
        grids.append(cells)
        if len(keys) == SHARD_ROWS:
            store.add(keys, grids)
            keys, grids = [], []
    if keys:
        store.add(keys, grids)


def _candidates(
    folder: Path, version: str, store: MotifStore, usable: list[str], damaged: list[str], progress: Progress
) -> tuple[Candidates, int, int]:
    try:
        there = Candidates.open(folder, version, check=True)
    except FileNotFoundError:
        there = None
    except (OSError, ValueError, KeyError) as error:
        damaged.append(f"the index of neighbours ({error})")
        there = None
    if there is None or not there.fitted / MOST_CHANGE <= len(usable) <= there.fitted * MOST_CHANGE:
        made = Candidates.fitted_to(store, usable, progress)
        made.write(folder, version)
        return made, len(usable), 0
    wanted = set(usable)
    gone = [key for key in there.serials if key not in wanted]
    new = [key for key in usable if key not in there.serials]
    if gone or new:
        there.remove(store, gone)
        there.add(store, new, progress)
        there.write(folder, version)
    return there, len(new), len(gone)
