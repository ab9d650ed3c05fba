"""The models that find heads and figures, loaded once."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from functools import cache
from threading import RLock
from typing import Any, Protocol

import numpy as np

models_lock = RLock()


class _Model(Protocol):
    def process(self, image: np.ndarray) -> Any: ...


@cache
def _model(name: str) -> _Model:
    from mediapipe.python.solutions.face_detection import FaceDetection
    from mediapipe.python.solutions.face_mesh import FaceMesh
    from mediapipe.python.solutions.pose import Pose

    model: _Model
    if name in ("near", "far"):
        model = FaceDetection(model_selection=int(name == "far"), min_detection_confidence=0.4)
    elif name == "mesh":
        model = FaceMesh(static_image_mode=True, max_num_faces=1, min_detection_confidence=0.05)
    else:
        model = Pose(static_image_mode=True, model_complexity=1, min_detection_confidence=0.1)
    return model


_has_spoken: set[str] = set()


def run_model(name: str, view: np.ndarray) -> Any:
    """A model's answer for a view.

    What MediaPipe writes to standard error, until each model has once found something, is nothing that users could act
    on."""
    with contextlib.nullcontext() if name in _has_spoken else _silence():
        answer = _model(name).process(np.ascontiguousarray(view))
    if any(getattr(answer, field, None) for field in answer._fields):
        _has_spoken.add(name)
    return answer


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
