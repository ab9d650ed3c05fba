"""What a search asks for: regions, colours, several with plus and minus; worked by hand and against NumPy."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image

from artextract.errors import ImageError, InputError
from artextract.search.asking.query import (
    MINUS,
    Query,
    checked_region,
    colour_picture,
    combined,
    cropped,
    parse_colours,
    parse_region,
)
from tests.conftest import paint
from tests.raising import raises


def query(name, **vectors):
    return Query(
        {key: np.array(value, np.float32) for key, value in vectors.items()},
        id=name,
        sha256=(f"hash-{name}",),
        ids=(name,),
        missing={"pose": f"{name} has none"},
    )


def test_one_alone_is_itself():
    one = query("a", deep=[3, 4])
    assert combined([one]) is one


def test_the_wanted_are_averaged_as_directions():
    both = combined([query("a", deep=[10, 0]), query("b", deep=[0, 2])])
    assert both.vectors["deep"] == pytest.approx(np.array([1, 1]) / np.sqrt(2) * 6), (
        "half way, however long they are; as long as they are on average"
    )
    assert (
        both.vectors["deep"].dtype == np.float32
        and [one.name for one in both.wanted] == ["a", "b"]
        and both.unwanted == ()
    )
    assert both.ids == ("a", "b") and both.sha256 == ("hash-a", "hash-b") and both.id is None


def test_the_unwanted_push_away_by_part():
    found = combined([query("a", deep=[2, 0])], [query("b", deep=[0, 5]), query("c", deep=[0, 1])])
    expected = np.array([1, -MINUS])
    assert found.vectors["deep"] == pytest.approx(2 * expected / np.linalg.norm(expected))
    assert (
        [one.name for one in found.parts] == ["a", "b", "c"] and len(found.wanted) == 1 and found.ids == ("a", "b", "c")
    ), "the unwanted are left out of the answer too"


def test_a_feature_is_that_of_those_that_have_it():
    found = combined([query("a", deep=[1, 0]), query("b", deep=[0, 1], face=[1, 1])], [query("c", palette=[1, 0])])
    assert set(found.vectors) == {"deep", "face"} and found.vectors["face"] == pytest.approx([1, 1]), (
        "what only the unwanted have is nothing to look for"
    )
    assert found.missing == {"pose": "b has none"}


def test_only_what_is_unwanted_is_no_query():
    with raises(InputError, "nothing-wanted"):
        combined([], [query("a", deep=[1, 0])])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=4), st.lists(st.integers(0, 9), max_size=3), st.integers(0, 99))
def test_plus_and_minus_are_rocchios_sum(plus, minus, seed):
    rows = np.random.default_rng(seed).normal(size=(10, 6)) * np.arange(1, 11)[:, None]
    units = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    direction = units[plus].mean(axis=0) - (MINUS * units[minus].mean(axis=0) if minus else 0)
    assume(np.linalg.norm(direction) > 1e-3)
    found = combined(
        [query(str(row), deep=rows[row]) for row in plus], [query(str(row), deep=rows[row]) for row in minus]
    ).vectors["deep"]
    assert found / np.linalg.norm(found) == pytest.approx(direction / np.linalg.norm(direction), abs=1e-4)
    assert np.linalg.norm(found) == pytest.approx(np.linalg.norm(rows[plus], axis=1).mean(), rel=1e-4)


def test_opposites_leave_no_direction_and_no_error():
    found = combined([query("a", deep=[1, 0]), query("b", deep=[-1, 0])]).vectors["deep"]
    assert np.isfinite(found).all() and not found.any()


def test_a_region_is_read_as_fractions():
    assert parse_region("0.1, 0.2,0.5,1") == (0.1, 0.2, 0.5, 1.0)
    assert checked_region([0, 0, 1, 1]) == (0.0, 0.0, 1.0, 1.0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0.1,0.2,0.5",
        "0,0,1,1,1",
        "a,b,c,d",
        "0.5,0,0.5,1",
        "0.6,0,0.5,1",
        "-0.1,0,1,1",
        "0,0,1,1.1",
        "nan,0,1,1",
        "0,0,inf,1",
        "10,20,50,60",
    ],
)
def test_what_is_no_region_is_refused_with_the_mend(text):
    with raises(InputError, "invalid-region") as caught:
        parse_region(text)
    assert caught.value.hint


def test_a_region_cuts_its_pixels():
    image = Image.fromarray(np.arange(100 * 200 * 3, dtype=np.uint32).reshape(100, 200, 3).astype(np.uint8))
    part = cropped(image, (0.25, 0.1, 0.75, 0.5))
    assert np.array_equal(np.asarray(part), np.asarray(image)[10:50, 50:150])
    with raises(ImageError, "region-too-small"):
        cropped(image, (0.5, 0.5, 0.55, 0.9))


def test_colours_and_their_shares():
    assert parse_colours("#1b3a5c=60%,#d9a441=40%") == (
        ("#1b3a5c", pytest.approx(0.6)),
        ("#d9a441", pytest.approx(0.4)),
    )
    assert parse_colours("1B3A5C: 3, d9a441 :1") == (
        ("#1b3a5c", 0.75),
        ("#d9a441", 0.25),
    ), "shares count beside each other"
    assert parse_colours("#ff0000,#00ff00") == (("#ff0000", 0.5), ("#00ff00", 0.5))
    assert parse_colours("#ff0000=50%,#00ff00,#0000ff") == (("#ff0000", 0.5), ("#00ff00", 0.25), ("#0000ff", 0.25))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "red",
        "#12345",
        "#1234567",
        "#ff0000=-1",
        "#ff0000=x",
        "#ff0000=1.2.3",
        "#ff0000=0",
        "#ff0000=100%,#00ff00",
        "#ff0000,,#00ff00",
    ],
)
def test_what_is_no_palette_is_refused_with_the_mend(text):
    with pytest.raises(InputError) as caught:
        parse_colours(text)
    assert caught.value.hint


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 0xFFFFFF), st.floats(0.01, 100)),
        min_size=1,
        max_size=8,
        unique_by=lambda pair: pair[0],
    )
)
def test_the_picture_of_a_palette_has_its_proportions(colours):
    pairs = parse_colours(",".join(f"#{code:06x}={share:.4f}" for code, share in colours))
    assert sum(share for _, share in pairs) == pytest.approx(1)
    pixels = np.asarray(colour_picture(pairs)).reshape(-1, 3).astype(int)
    codes = pixels @ [65536, 256, 1]
    assert len(pixels) == 128 * 128 and set(codes.tolist()) <= {int(code[1:], 16) for code, _ in pairs}
    for code, share in pairs:
        assert (codes == int(code[1:], 16)).mean() == pytest.approx(share, abs=1.5 / 128**2)


def test_a_query_has_a_name_for_messages():
    assert (
        query("a", deep=[1]).name == "a"
        and Query({}, path="/b.png").name == "/b.png"
        and Query({}).name == "the picture"
    )
    assert cropped(paint("red", "bands", 0), (0, 0, 1, 1)).size == (160, 120)
