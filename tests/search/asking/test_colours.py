"""Colours that are asked for: a painting that has them all in about these shares comes before one that has one of
them."""

import numpy as np
import pytest

from artextract.features.palette import Palette
from artextract.index import FeatureVectors, create_index
from artextract.search.asking.colours import colour_ways, likeness
from artextract.search.asking.query import colour_picture, parse_colours

NAVY, GOLD = "#1b3a5c", "#d9a441"
WANTED = parse_colours(f"{NAVY}=60%,{GOLD}=40%")
PAINTINGS = {
    "exactly": f"{NAVY}=60%,{GOLD}=40%",
    "nearly": "#20406a=50%,#d09a38=40%,#777777=10%",
    "other shares": f"{NAVY}=30%,{GOLD}=70%",
    "all yellow": f"{GOLD}",
    "all navy": f"{NAVY}",
    "black and gold": f"#000000=60%,{GOLD}=40%",
    "grey": "#888888",
}


@pytest.mark.parametrize("space", ["raw", "centred"])
def test_all_colours_in_their_shares_come_first(tmp_path, space):
    vectors = np.stack([Palette().vector(colour_picture(parse_colours(text))) for text in PAINTINGS.values()])
    vectors = np.vstack([vectors, np.full((1, vectors.shape[1]), np.nan, np.float32)])
    ids = [*PAINTINGS, "without"]
    index = create_index(tmp_path / "index", ids, ids, {"palette": FeatureVectors("1", vectors, space)})
    ways = colour_ways(index, WANTED)
    order = [ids[row] for row in np.argsort(ways)]
    assert order[:3] == ["exactly", "nearly", "other shares"] and np.isnan(ways[-1])
    assert order.index("all navy") < order.index("all yellow") < order.index("grey")
    assert order.index("other shares") < order.index("black and gold")
    assert np.nanmean(likeness(ways)) == pytest.approx(0, abs=1e-9)
    three = colour_ways(index, parse_colours(f"{NAVY}=60%,{GOLD}=30%,#8b1a1a=10%"))
    assert [ids[row] for row in np.argsort(three)][0] in ("exactly", "nearly") and np.nanargmax(three) == 6


def test_without_amounts_of_colours_there_are_none(tmp_path):
    vectors = np.random.default_rng(0).normal(size=(30, 8)).astype(np.float32)
    ids = [f"p{row}" for row in range(30)]
    turned = create_index(tmp_path / "a", ids, ids, {"palette": FeatureVectors("1", vectors, "whitened")})
    other = create_index(tmp_path / "b", ids, ids, {"deep": FeatureVectors("1", vectors)})
    assert colour_ways(turned, WANTED) is None and colour_ways(other, WANTED) is None
    assert colour_ways(other, ()) is None
