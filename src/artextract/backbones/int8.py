"""Tables of INT8: for a backbone's weights the ranges in which its layers are rounded to 8 bits.

Nothing here imports torch; ``int8_network.py`` makes the network.

A table is a small file, ``int8_tables/NAME.safetensors``, and holds for its weights alone:

    POINT         float32 (1,) or (C,)   the largest magnitude of what reaches a layer, or one for each of its channels
    LAYER.shift   float32 (C,)           what is added to a layer's output, since rounding moves its mean

with the SHA-256 of the weights among its metadata. ``scripts/int8_table.py`` makes one from a collection.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np

from artextract.backbones import Backbone, weights
from artextract.errors import InputError

FOLDER = Path(__file__).parent / "int8_tables"
WEIGHTS = "weights_sha256"


def int8_table(backbone: Backbone) -> dict[str, np.ndarray]:
    """The table of a backbone's weights. Raises ``InputError`` where there is none."""
    from safetensors.numpy import load_file

    return load_file(_file(backbone))


def int8_version(backbone: Backbone) -> str:
    """What tells INT8 from float in the names of folders: "int8." and six hex digits that change with the table.

    Raises ``InputError`` where there is none."""
    return f"int8.{weights.file_hash(_file(backbone))[:6]}"


def _file(backbone: Backbone) -> Path:
    path = FOLDER / f"{backbone.name}.safetensors"
    if not path.is_file() or _weights_of(path) != weights.file_hash(Path(backbone.path)):
        having = ", ".join(sorted(file.stem for file in FOLDER.glob("*.safetensors")))
        raise InputError(
            f"the weights of '{backbone.name}' have no table of INT8",
            f"use the precision 'fast'; there is a table for the published weights of {having}",
            code="no-int8",
        )
    return path


@cache
def _weights_of(path: Path) -> str:
    with path.open("rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    return str(header["__metadata__"][WEIGHTS])
