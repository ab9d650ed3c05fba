"""Made vectors for the tests of the index."""

import numpy as np

from artextract.index.config import Block
from artextract.index.embedded import EmbeddedIndex

COLOUR, FORM = Block("colour", "colour@1", 4), Block("form", "form@2", 7)
FILES = (
    "config.json",
    "spaces-*.npz",
    "segment-*/rows.json",
    "segment-*/colour.npy",
    "segment-*/form.norms.npy",
    "segment-*/form.density.npy",
)
"""One of each kind of file that an index has."""


def made_vectors(n, seed=0, missing=(), blocks=(COLOUR, FORM)):
    """Vectors per block; the rows ``missing`` lack the second one."""
    random = np.random.default_rng(seed)
    vectors = {block: random.normal(size=(n, block.dim)).astype(np.float32) for block in blocks}
    vectors[blocks[-1]][list(missing)] = np.nan
    return vectors


def build(folder, n=30, seed=0, missing=(), blocks=(COLOUR, FORM)):
    vectors = made_vectors(n, seed, missing, blocks)
    ids = [f"id{i}" for i in range(n)]
    return (
        EmbeddedIndex.build(
            folder, ids, [f"hash{i}" for i in range(n)], vectors, {"bad": "damaged"}, {"backbone": "x"}
        ),
        vectors,
    )


def named(vectors):
    return {block.name: rows for block, rows in vectors.items()}
