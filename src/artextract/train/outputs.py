"""What a trained network makes of stored feature maps, some at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from artextract.model.metric import pooled_and_attended
from artextract.progress import Progress, no_progress

if TYPE_CHECKING:
    from artextract.model.predictor import Predictor

_CHUNK = 64


class Maps(Protocol):
    """Feature maps on disk, gathered by position: a part of them is an array ``(n, C, H, W)``."""

    def __getitem__(self, positions: np.ndarray, /) -> np.ndarray: ...


@dataclass(frozen=True)
class Seen:
    """What a network made of N stored feature maps: ``pooled`` (N, C), ``attended`` (N, Q, W) and ``probabilities`` (N,
    K) per attribute."""

    pooled: np.ndarray
    attended: np.ndarray
    probabilities: dict[str, np.ndarray]


def read_maps(
    predictor: Predictor, maps: Maps, count: int, progress: Progress = no_progress, caption: str = ""
) -> Seen:
    """The first ``count`` of stored maps, some at a time; ``caption`` is said of the work."""
    starts = range(0, count, _CHUNK)
    found, answers = [], []
    for start in progress(starts, len(starts), caption):
        some = maps[np.arange(start, min(start + _CHUNK, count))]
        answer = predictor.answer(some)
        found.append(pooled_and_attended(answer, some))
        answers.append(answer.probabilities)
    pooled, attended = (np.concatenate(parts) for parts in zip(*found, strict=False))
    return Seen(pooled, attended, {name: np.concatenate([one[name] for one in answers]) for name in answers[0]})
