"""One vector of all features: the units of each come back as they went in."""

import numpy as np
import pytest

from artextract.index.config import Block
from artextract.index.fused import Fused
from artextract.index.scales import Scale


@pytest.mark.parametrize("reach", [0.02, 0.3384, 1.0, 1.476, 77.0])
@pytest.mark.parametrize("weight", [0.05, 0.3, 1.0])
def test_units_come_back_to_the_bit(reach, weight):
    random = np.random.default_rng(3)
    units = random.normal(size=(2000, 40)).astype(np.float32) / 6
    fused = Fused.of(
        [Block("a", "1", 40), Block("b", "1", 3)],
        {name: {"cosine": Scale(0.0, reach, ())} for name in "ab"},
        {"a": weight},
    )
    ones = np.ones(2000, dtype=np.float32)
    rows = fused.rows({"a": units, "b": units[:, :3]}, {"a": ones, "b": 0 * ones}, {"a": ones / 3, "b": ones})
    assert np.array_equal(fused.units(rows, "a"), units) and np.array_equal(fused.units(rows, "b"), units[:, :3])
    assert (rows[:, 40] == 1).all() and (rows[:, 45] == 0).all() and rows.shape == (2000, fused.dim)
    _, _, root = fused.parts["a"]
    assert 0.5 <= root**2 / (weight / reach) <= 2, "a graph is built for the mix that is asked most"
