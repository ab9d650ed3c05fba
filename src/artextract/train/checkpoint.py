"""The state of an unfinished training on disk, so that a killed one goes on where it was."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import torch

from artextract.files import write_aside

FILE_NAME = "unfinished.pt"


def identity(*parts: Any) -> str:
    """What makes two trainings the same one: a hash of plain values."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


class Checkpoint:
    """One file, replaced in one step; ``path`` None keeps nothing.

    Only tensors and plain values are read back, never code."""

    def __init__(self, path: Path | None, identity: str):
        self.path, self.identity = path, identity

    def save(self, state: dict[str, Any]) -> None:
        if self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with write_aside(self.path) as aside:
                torch.save({"identity": self.identity, **state}, aside)

    def load(self) -> dict[str, Any] | None:
        """The state that was saved for this very training, else None."""
        if self.path is None or not self.path.is_file():
            return None
        try:
            state = torch.load(self.path, map_location="cpu", weights_only=True)
        except Exception:  # a file that is no checkpoint any more: the training begins anew
            return None
        return state if state.get("identity") == self.identity else None
