"""Weights: how they are written, what they become, and what is refused."""

import pytest

from artextract.errors import InputError
from artextract.features import get_feature
from artextract.search.asking.weights import DEFAULT, named_mix, parse_weights, resolve_weights
from tests.raising import raises


def test_weights_are_read():
    assert parse_weights("deep=0.7, palette = .3") == {"deep": 0.7, "palette": 0.3}


@pytest.mark.parametrize("text", ["", "deep", "deep=", "=1", "deep=much", "deep=1,,palette=1"])
def test_what_cannot_be_read_is_refused(text):
    with raises(InputError, "invalid-weight"):
        parse_weights(text)


def test_a_mix_is_had_by_its_name():
    features = [get_feature("palette"), get_feature("structure")]
    assert named_mix("overall", features) is None, "the default mix"
    for name in ("same colours", "colours", "Same-Colours"):
        assert named_mix(name, features) == {"palette": 100}
    assert named_mix("composition", features) == {"structure": features[1].presets["same composition"]}
    with raises(InputError, "unknown-mix", "same frame"):
        named_mix("same frame", features)
    with raises(InputError, "mix-not-indexed", "same light"):
        named_mix("light", features)


def test_weights_sum_to_one_over_those_named():
    assert resolve_weights({"deep": 2, "palette": 6}, ["deep", "palette", "pose"]) == {
        "deep": 0.25,
        "palette": 0.75,
        "pose": 0,
    }
    assert resolve_weights({"palette": 5}, ["deep", "palette"]) == {"deep": 0, "palette": 1}


def test_the_default_mix_is_of_what_is_indexed():
    mix = resolve_weights(None, ["deep", "style", "palette", "pose"])
    assert mix == pytest.approx({**DEFAULT, "pose": 0}) and sum(mix.values()) == pytest.approx(1)
    assert resolve_weights(None, ["deep", "palette"]) == pytest.approx(
        {name: DEFAULT[name] / (DEFAULT["deep"] + DEFAULT["palette"]) for name in ("deep", "palette")}
    )
    assert resolve_weights(None, ["palette"]) == {"palette": 1}
    assert resolve_weights(None, ["one", "two"]) == {"one": 0.5, "two": 0.5}


@pytest.mark.parametrize(
    "weights, code, named",
    [
        ({"aura": 1}, "feature-not-indexed", "'aura'"),
        ({"deep": -0.1}, "invalid-weight", "'deep' is -0.1"),
        ({"deep": float("nan")}, "invalid-weight", "'deep' is nan"),
        ({"deep": float("inf")}, "invalid-weight", "'deep' is inf"),
        ({"deep": 0}, "all-weights-zero", ""),
        ({}, "all-weights-zero", ""),
    ],
)
def test_weights_that_cannot_be_are_refused(weights, code, named):
    with raises(InputError, code, named):
        resolve_weights(weights, ["deep", "palette"])
