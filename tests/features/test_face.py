"""Face: planted angles on a turned head come back, vectors are smooth and blind to what they should be, words say what
was planted."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artextract.errors import InputError
from artextract.features import face as module
from artextract.features.face import SHARES, Face, angles, face_vector, in_words, read
from artextract.features.figures import MIDLINE, PAIRS, Head, mirrored_head
from tests.raising import raises

FACE = Face()
SIZE = (800, 1000)


def head_model() -> np.ndarray:
    """A head of height 1 that looks at us, float64 (49, 3): an egg of points, its two sides alike."""
    random = np.random.default_rng(0)
    y = np.linspace(-0.5, 0.5, len(MIDLINE))
    middle = np.stack([np.zeros_like(y), y, 4 * 0.2 * (y**2 - 0.25)], axis=1)
    right = np.stack(
        [
            random.uniform(0.1, 0.4, len(PAIRS)),
            random.uniform(-0.4, 0.4, len(PAIRS)),
            random.uniform(-0.2, 0.1, len(PAIRS)),
        ],
        axis=1,
    )
    return np.concatenate([middle, right * (-1, 1, 1), right])


def turned(yaw: float, pitch: float, roll: float, height: float = 0.2, centre=(0.4, 0.5)) -> Head:
    """The model rolled, then raised, then turned, by plain rotation matrices about the axes of the picture."""
    a, b, c = np.radians([yaw, pitch, roll])
    turn = np.array([[np.cos(a), 0, -np.sin(a)], [0, 1, 0], [np.sin(a), 0, np.cos(a)]])
    lift = np.array([[1, 0, 0], [0, np.cos(b), np.sin(b)], [0, -np.sin(b), np.cos(b)]])
    tilt = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    points = head_model() @ (turn @ lift @ tilt).T * height
    return Head(points + (*centre, 0))


def vector(*heads: Head) -> np.ndarray:
    return face_vector(list(heads), SIZE)


def similarity(a: np.ndarray, b: np.ndarray) -> float:
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


TURNS = st.tuples(st.floats(-85, 85), st.floats(-60, 60), st.floats(-80, 80))


@settings(max_examples=60, deadline=None)
@given(TURNS, st.floats(0.02, 0.9))
def test_planted_angles_come_back(planted, height):
    assert angles(turned(*planted, height).points) == pytest.approx(planted, abs=1e-6)


def test_signs_are_those_of_the_viewer():
    """Worked by hand: the nose of a head turned to the viewer's right lies right of its middle; of a raised one,
    higher; a tilted one's chin moves to the left."""
    nose, chin, forehead = MIDLINE.index(4), len(MIDLINE) - 1, 0
    straight = turned(0, 0, 0).points
    assert turned(30, 0, 0).points[nose, 0] > straight[nose, 0] and angles(turned(30, 0, 0).points)[0] > 0
    assert turned(0, 30, 0).points[nose, 1] < straight[nose, 1] and angles(turned(0, 30, 0).points)[1] > 0
    tilted = turned(0, 0, 30).points
    assert tilted[forehead, 0] > tilted[chin, 0] and angles(tilted)[2] > 0


@settings(max_examples=40, deadline=None)
@given(TURNS)
def test_the_mirror_turns_yaw_and_roll_around(planted):
    yaw, pitch, roll = planted
    assert angles(mirrored_head(turned(*planted), 0.8).points) == pytest.approx((-yaw, pitch, -roll), abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(TURNS, st.floats(0.05, 0.9), st.integers(1, 9))
def test_a_vector_says_what_was_planted(planted, height, count):
    heads = [turned(*planted, height)] + [turned(0, 0, 0, 0.02)] * (count - 1)
    said = read(vector(*heads))
    assert (said.yaw, said.pitch, said.roll) == pytest.approx(planted, abs=0.01)
    assert said.size == pytest.approx(height, rel=1e-3) and said.count == count
    assert said.x == pytest.approx(np.clip(heads[0].centre[0] * 1000 / 800, 0, 1), abs=1e-3)


def test_vectors_have_their_length_and_shares():
    one = vector(turned(20, 5, 0))
    assert one.dtype == np.float32 and one.shape == (FACE.dim,) and np.linalg.norm(one) == pytest.approx(1, abs=1e-5)
    assert sum(SHARES.values()) == pytest.approx(1)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_similarity_falls_steadily_as_a_head_turns_away(axis):
    for start in (-30, 0, 20):

        def at(change, start=start):
            planted = [0.0, 0.0, 0.0]
            planted[axis] = start + change
            return vector(turned(*planted))

        steps = [similarity(at(0), at(change)) for change in range(0, 46, 5)]
        assert all(near > far for near, far in zip(steps, steps[1:], strict=False)), steps
        assert steps[1] > 0.97 and steps[-1] < 0.85


def test_place_and_size_count_little_and_orientation_much():
    query = vector(turned(40, -10, 0, 0.15, (0.2, 0.3)))
    same_elsewhere = vector(turned(40, -10, 0, 0.45, (0.5, 0.7)))
    other_in_place = vector(turned(-40, -10, 0, 0.15, (0.2, 0.3)))
    assert similarity(query, same_elsewhere) > 0.9 > 0.5 > similarity(query, other_in_place)


def test_other_heads_count_a_little():
    alone, with_alike, with_others = (
        vector(turned(30, 0, 0), *rest) for rest in ((), [turned(30, 0, 0, 0.15)], [turned(-60, 0, 0, 0.15)])
    )
    assert similarity(alone, with_alike) > similarity(alone, with_others) > 0.8


def test_words():
    assert in_words(read(vector(turned(0, 0, 0)))) == ["seen from the front"]
    assert in_words(read(vector(turned(-40, -15, 0)))) == ["turned three-quarters to the left", "lowered a little"]
    assert in_words(read(vector(turned(15, 30, 30)))) == [
        "turned a little to the right",
        "raised",
        "tilted to the right",
    ]
    one, two = vector(turned(-40, -15, 0)), vector(turned(-45, -12, 0, 0.5), turned(0, 0, 0, 0.1))
    assert FACE.explain(one, one) == "Both heads are turned three-quarters to the left and lowered a little."
    said = FACE.explain(one, two)
    assert (
        said.startswith("Both main heads are turned three-quarters to the left")
        and "the second is larger" in said
        and "the second 2 faces" in said
    )
    assert "mirror" in FACE.explain(one, vector(turned(40, -15, 0)))
    assert "the second in profile to the right" in FACE.explain(one, vector(turned(75, 0, 0)))
    assert FACE.explain(one, np.full(FACE.dim, np.nan, np.float32)) == ""


def test_no_face_is_nan(monkeypatch, tiny):
    monkeypatch.setattr(module, "find_heads", lambda image: [])
    assert np.isnan(FACE.vector(tiny)).all() and FACE.vector(tiny).shape == (FACE.dim,)


def test_without_the_models_nothing_is_read_and_the_mend_is_reported(monkeypatch, tmp_path):
    monkeypatch.setattr("artextract.features.figures.importlib.util.find_spec", lambda name: None)
    with raises(InputError, "mediapipe-missing", "face") as caught:
        next(FACE.extract([tmp_path / "missing.png"], lambda *_: pytest.fail("an image was read")))
    assert "make setup-figures" in caught.value.message and "artextract[figures]" in caught.value.message


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_sketch_marks_every_face(count, monkeypatch, tiny):
    heads = [turned(30, 0, 0, 0.3 - 0.1 * i, (0.2 + 0.25 * i, 0.4)) for i in range(count)]
    monkeypatch.setattr(module, "find_heads", lambda image: heads)
    drawn = np.asarray(FACE.sketch(tiny)) != np.asarray(tiny)
    for head in heads:
        left = int(head.points[:, 0].min() * 300)
        assert drawn[int(head.centre[1] * 300), left - 2 : left + 3].any()
    assert drawn.any() == (count > 0)


@pytest.fixture
def tiny():
    from PIL import Image

    return Image.new("RGB", (300, 240), "#88a0b8")
