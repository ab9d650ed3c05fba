"""A small collection whose labels the starter model knows, a few of them wrong."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.conftest import SCHEMES, copy_of, paint, write_collection

STYLES = ("Minimalism", "Impressionism", "Cubism")
"""Grey bands, green discs, a red mosaic of squares."""
COLOURS = {"Minimalism": "grey", "Impressionism": "green", "Cubism": "red"}
WRONG = {"p03": "Cubism", "p20": "Minimalism", "p40": "Impressionism"}
"""Ids and the styles that they carry."""
TRUE = {"p03": "Minimalism", "p20": "Impressionism", "p40": "Cubism"}


def doubtful_museum(factory: pytest.TempPathFactory, folder: str) -> Path:
    """A copy, in a folder of that name, of the museum, which is made once a run."""
    return copy_of(factory, "doubtful", write_museum, folder)


def write_museum(folder: Path) -> None:
    """48 pictures p00..p47, indexed."""
    from artextract.search.build import build_index

    write_collection(
        folder,
        [_picture(STYLES[i // 16], i) for i in range(48)],
        style=[WRONG.get(f"p{i:02d}", STYLES[i // 16]) for i in range(48)],
        genre=["landscape" if i % 4 < 2 else "still life" for i in range(48)],
        artist=[None if i else "Claude Monet" for i in range(48)],
        split=[("train", "train", "val", "test")[i // 2 % 4] for i in range(48)],
    )
    build_index(folder, features=("deep", "style"))


def _picture(style: str, seed: int) -> Image.Image:
    if style == "Cubism":
        colours = np.array(SCHEMES[COLOURS[style]], dtype=np.uint8)[np.random.default_rng(seed).integers(0, 3, (9, 12))]
        return Image.fromarray(colours).resize((160, 120), Image.Resampling.NEAREST)
    return paint(COLOURS[style], "discs" if style == "Impressionism" else "bands", seed)
