"""What the training loop reads: stored feature maps, or pictures that are decoded and changed anew each time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from artextract.augment import augmented
from artextract.images import Transform, open_image
from artextract.objects import ImageFile
from artextract.runtime import cpu_count

Batch = tuple[Tensor, Tensor]


class Rows(Protocol):
    """One side of a split. ``targets`` is ``int64 (N, Q)``, ``MISSING`` where a painting lacks the label."""

    targets: np.ndarray

    def __len__(self) -> int: ...

    def batch(self, positions: np.ndarray, seeds: np.ndarray | None) -> Tensor:
        """What the network takes for these rows: in training each changed as its seed ``int64 (n,)`` says, as they are
        where that is None.

        How a row is changed follows from its seed alone, whichever rows it is read with.
        """
        ...


class StoredRows:
    """Feature maps ``float16 (n, C, H, W)`` from the store.

    ``views`` hold further maps of the same paintings, of which training draws one each time.

    In training half of the maps are mirrored: a mirrored picture gives nearly the mirrored map.
    """

    def __init__(self, maps: Any, targets: np.ndarray, views: Sequence[Any] = ()):
        self.maps, self.targets, self.views = maps, targets, list(views)

    def __len__(self) -> int:
        return len(self.targets)

    def batch(self, positions: np.ndarray, seeds: np.ndarray | None) -> Tensor:
        if seeds is None:
            return torch.from_numpy(self.maps[positions])
        taken = self._drawn(positions, (seeds >> 1) % (1 + len(self.views)))
        turned = seeds % 2 == 1
        taken[turned] = taken[turned][..., ::-1]
        return torch.from_numpy(taken)

    def _drawn(self, positions: np.ndarray, choice: np.ndarray) -> np.ndarray:
        sources = [self.maps, *self.views]
        first = sources[choice[0]][positions[:1]]
        taken = np.empty((len(positions), *first.shape[1:]), dtype=first.dtype)
        for number, source in enumerate(sources):
            if (choice == number).any():
                taken[choice == number] = source[positions[choice == number]]
        return taken


class PictureRows:
    """Image files as ``uint8 (n, S, S, 3)``; in training each is changed as ``augment`` does."""

    def __init__(self, paths: Sequence[ImageFile], targets: np.ndarray, transform: Transform):
        self.paths, self.targets, self.transform = list(paths), targets, transform
        self._pool = ThreadPoolExecutor(cpu_count(), thread_name_prefix="pictures")

    def __len__(self) -> int:
        return len(self.targets)

    def batch(self, positions: np.ndarray, seeds: np.ndarray | None) -> Tensor:
        each = [None] * len(positions) if seeds is None else seeds.tolist()
        return torch.from_numpy(np.stack(list(self._pool.map(self._read, positions.tolist(), each))))

    def _read(self, position: int, seed: int | None) -> np.ndarray:
        if seed is None:
            return self.transform.read(self.paths[position])
        image = self.transform.as_small_file(open_image(self.paths[position], at_least=self.transform.size))
        return self.transform.resized(augmented(image, np.random.default_rng(seed)))


class Joined:
    """Several sides one behind the other, as the paintings themselves and changed views of them."""

    def __init__(self, parts: Sequence[Rows]):
        self.parts = list(parts)
        self.targets = np.concatenate([part.targets for part in parts])
        self._ends = np.cumsum([len(part) for part in parts])

    def __len__(self) -> int:
        return len(self.targets)

    def batch(self, positions: np.ndarray, seeds: np.ndarray | None) -> Tensor:
        owner = np.searchsorted(self._ends, positions, side="right")
        pieces = {}
        for k in np.unique(owner):
            own = owner == k
            pieces[k] = self.parts[k].batch(
                positions[own] - (self._ends[k] - len(self.parts[k])), None if seeds is None else seeds[own]
            )
        first = next(iter(pieces.values()))
        taken = torch.empty((len(positions), *first.shape[1:]), dtype=first.dtype)
        for k, piece in pieces.items():
            taken[torch.from_numpy(owner == k)] = piece
        return taken


def batches(rows: Rows, groups: Sequence[np.ndarray], seeds: Sequence[np.ndarray | None]) -> Iterator[Batch]:
    """(inputs, targets) of each group of positions, the next one read while the last is used."""
    with ThreadPoolExecutor(1, thread_name_prefix="next-batch") as reader:
        waiting = None
        for group, chosen in zip(groups, seeds, strict=True):
            following = reader.submit(rows.batch, group, chosen), torch.from_numpy(rows.targets[group])
            if waiting is not None:
                yield waiting[0].result(), waiting[1]
            waiting = following
        if waiting is not None:
            yield waiting[0].result(), waiting[1]
