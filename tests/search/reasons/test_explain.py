"""Why two paintings match: the words say what the figures say, lead with the largest, and name what is missing."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artextract.features import MapFeature
from artextract.features.palette import Palette
from artextract.features.pictures import PictureFeature
from artextract.search.reasons.explain import Explanation, explain_pair, place
from artextract.search.reasons.regions import Matching, RegionPair
from tests.conftest import paint

ABOUT = {"palette": "their colours", "lighting": "their light", "texture": "their brushwork"}
NEEDS = {"pose": "figure", "face": "face"}


class Spoken(PictureFeature):
    """A feature that says which vectors it was given."""

    dim = 2

    def __init__(self, name: str):
        self.name = name
        self.description = f"about {name}"
        self.about, self.needs = ABOUT.get(name, ""), NEEDS.get(name, "")

    def vector(self, image):
        raise NotImplementedError

    def explain(self, a, b) -> str:
        return f"{self.name} compares {a.sum():.0f} with {b.sum():.0f}."


class Mapped(Spoken, MapFeature):
    """One that has maps, which are not asked for."""

    extract_with_maps = map_and_vector = drawing_of = Spoken.vector


GONE = np.full(2, np.nan, np.float32)
ONE, TWO = np.array([1, 0], np.float32), np.array([1, 1], np.float32)


def explained(
    contributions: dict, percentiles: dict | None = None, a: dict | None = None, b: dict | None = None, **more
) -> Explanation:
    features = {name: (Mapped if name == "deep" else Spoken)(name) for name in contributions}
    vectors_a, vectors_b = dict.fromkeys(features, ONE) | (a or {}), dict.fromkeys(features, TWO) | (b or {})
    return explain_pair(
        paint("red", "discs", 0),
        paint("red", "bands", 1),
        features,
        vectors_a,
        vectors_b,
        contributions,
        percentiles=percentiles,
        **more,
    )


def test_the_largest_contribution_leads_and_parts_add_up():
    found = explained(
        {"texture": 0.1, "palette": 0.5, "lighting": 0.2},
        {"texture": 0.5, "palette": 0.992, "lighting": 0.95},
        bands={"texture": "weak", "palette": "very close", "lighting": "related"},
    )
    assert [reason.name for reason in found.features] == ["palette", "lighting", "texture"]
    assert found.score == pytest.approx(0.8) and [reason.percentile for reason in found.features] == [0.992, 0.95, 0.5]
    assert found.summary.startswith("Alike above all in their colours (62% of the score, very close).")
    assert "Also near in their light (related)." in found.summary
    assert "palette compares 1 with 2." in found.summary and "brushwork" not in found.summary


def test_what_one_lacks_is_said_and_counts_nothing():
    mix = {"palette": 0.5, "pose": None, "face": None, "halo": None, "style": 0.0}
    found = explained(mix, a={"face": GONE, "halo": None}, b={"pose": GONE, "face": GONE})
    assert "The second has no figure, so pose counted nothing." in found.summary
    assert "Neither has a face, so face counted nothing." in found.summary
    assert "The first painting could not be described by halo, so it counted nothing." in found.summary
    reasons = {reason.name: reason for reason in found.features}
    assert {name: reason.missing for name, reason in reasons.items()} == {
        "palette": "",
        "style": "",
        "pose": "second",
        "face": "both",
        "halo": "first",
    }
    assert reasons["pose"].contribution is None and reasons["pose"].percentile is None
    assert [reason.missing for reason in found.features][:2] == ["", ""]


def test_a_likeness_that_is_nothing_unusual_is_not_praised():
    weak = {"palette": "weak", "texture": "weak"}
    found = explained({"palette": 0.3, "texture": -0.1}, {"palette": 0.6, "texture": 0.12}, bands=weak)
    assert found.summary.startswith(
        "Not unusually alike: the largest part of the score comes from their colours (weak)."
    )
    assert "They differ in their brushwork." in found.summary
    found = explained({"palette": 0.6, "texture": 0.2}, bands=weak | {"texture": "close"})
    assert found.summary.startswith(
        "The largest part of the score comes from their colours (75%, weak). They are near in their brushwork (close)."
    )
    assert explained({"palette": 0.6}).summary.startswith("The largest part of the score comes from their colours.")
    assert explained({"palette": -0.2}).summary.startswith("Nothing speaks for a likeness")
    assert explained({"palette": None}).summary == "No feature was compared."


def test_figures_that_are_not_numbers_are_unknown_and_json_is_plain():
    found = explained(
        {"palette": 0.3, "halo": math.nan}, {"palette": math.nan}, similarities={"palette": np.float32(0.5)}
    )
    values = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert values["features"][0] == {
        "name": "palette",
        "description": "about palette",
        "contribution": 0.3,
        "similarity": 0.5,
        "percentile": None,
        "missing": "",
        "sentence": "palette compares 1 with 2.",
        "band": None,
    }
    assert values["features"][1]["contribution"] is None and values["matching"] is None
    assert values["swatches"] and set(values["swatches"][0]) == {"hex", "share_a", "share_b", "name"}


def test_regions_are_reported_with_the_deep_feature_and_with_no_other():
    pairs = (
        RegionPair(1, (0, 0, 0.3, 0.3), (0.7, 0.7, 1, 1), 0.8),
        RegionPair(2, (0.4, 0.4, 0.6, 0.6), (0, 0.4, 0.2, 0.6), 0.5),
    )
    matching = Matching(0.5, np.full((1, 2), 0.25), np.full((1, 2), 0.25), pairs, True, True, "squash")
    found = explained({"deep": 0.5, "palette": 0.4}, matching=matching)
    expected = (
        "What answers best (1) is the upper left of the first and the lower right of the second, then (2) the centre of"
        " the first and the left side of the second."
    )
    assert (
        found.features[0].sentence == f"deep compares 1 with 2. {expected}"
        and "answers" not in found.features[1].sentence
    )
    assert expected in found.summary and explained({"palette": 0.4}, matching=matching).summary.endswith(expected)
    values = json.loads(json.dumps(found.as_dict()))["matching"]
    assert values["pairs"][0] == {
        "number": 1,
        "a": [0, 0, 0.3, 0.3],
        "b": [0.7, 0.7, 1, 1],
        "similarity": 0.8,
    } and values["parts"]["a"] == [[0.25, 0.25]]


def test_the_palette_explains_itself_in_a_real_pair():
    image, other, feature = paint("blue", "discs", 0), paint("blue", "bands", 1), Palette()
    vectors = [{"palette": feature.vector(picture)} for picture in (image, other)]
    found = explain_pair(image, other, {"palette": feature}, *vectors, {"palette": 0.9})
    assert found.swatches and all(min(swatch.share_a, swatch.share_b) > 0.02 for swatch in found.swatches)
    assert "Both have" in found.summary and found.swatches[0].name in found.summary


def test_with_many_features_related_is_not_enough_to_be_called_alike():
    names = ["palette", "lighting", "texture", "a", "b", "c"]
    six = explained(dict.fromkeys(names, 0.2), bands=dict.fromkeys(names, "related"))
    five = explained(dict.fromkeys(names[:5], 0.2), bands=dict.fromkeys(names[:5], "related"))
    assert five.summary.startswith("Alike above all") and six.summary.startswith("Not unusually alike")


@given(st.floats(0, 0.8), st.floats(0, 0.8), st.floats(0.05, 0.2), st.floats(0.05, 0.2))
def test_places_are_where_the_middle_of_the_region_is(left, top, width, height):
    words, x, y = place((left, top, left + width, top + height)), left + width / 2, top + height / 2
    assert ("left" in words) == (int(3 * x) == 0) and ("right" in words) == (int(3 * x) == 2)
    assert any(word in words for word in ("upper", "top")) == (int(3 * y) == 0) and any(
        word in words for word in ("lower", "foot")
    ) == (int(3 * y) == 2)


def test_a_region_of_nearly_the_whole_is_called_so():
    assert place((0, 0.1, 1, 1)) == "nearly the whole"
