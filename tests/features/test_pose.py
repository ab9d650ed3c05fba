"""Pose: planted skeletons match themselves anywhere and at any size, not another pose in their place; words say what
was planted."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from artextract.errors import InputError
from artextract.features import pose as module
from artextract.features.figures import Figure, mirrored_figure
from artextract.features.pose import LIMBS, Pose, in_words, mirrored, pose_vector, read
from tests.raising import raises

POSE = Pose()
HANGING = {"left upper arm": -80, "left forearm": -85, "right upper arm": -100, "right forearm": -95}
STANDING = HANGING | {"left thigh": -85, "left shin": -90, "right thigh": -95, "right shin": -90}
"""Directions in degrees, 0 to the viewer's right and 90 upwards, of a figure that looks at us."""


def skeleton(
    limbs: dict[str, float],
    trunk: float = 90,
    torso: float = 0.2,
    at=(0.4, 0.4),
    bend: float = 0,
    facing: float = 0,
    hidden=(),
) -> Figure:
    """A figure whose limbs have the given directions and their usual lengths; ``at`` is the middle of its hips,
    ``bend`` and ``facing`` shape the body in space."""
    joints = np.zeros((33, 2))

    def towards(degrees: float, length: float) -> np.ndarray:
        return length * np.array([np.cos(np.radians(degrees)), -np.sin(np.radians(degrees))])

    hips, neck = np.zeros(2), towards(trunk, 1.0)
    side = towards(trunk - 90, 1.0) * np.cos(np.radians(facing))
    joints[11], joints[12], joints[23], joints[24] = (
        neck + 0.35 * side,
        neck - 0.35 * side,
        hips + 0.2 * side,
        hips - 0.2 * side,
    )
    joints[1:11] = neck + towards(trunk, 0.35)
    joints[0] = joints[7] + towards(trunk - 90, 0.15) * np.sin(np.radians(facing))
    for name, direction in limbs.items():
        (start,), (end,), length = LIMBS[name]
        joints[end] = joints[start] + towards(direction, length)
    joints[[17, 19, 21, 18, 20, 22]] = joints[[15, 15, 15, 16, 16, 16]]
    joints[[29, 31, 30, 32]] = joints[[27, 27, 28, 28]]
    turn, fold = np.radians(facing), np.radians(bend)
    across, forward, up = (
        np.array([np.cos(turn), 0, np.sin(turn)]),
        np.array([np.sin(turn), 0, -np.cos(turn)]),
        np.array([0, -1.0, 0]),
    )
    body = np.zeros((33, 3))
    body[[11, 12]], body[[23, 24]] = (
        np.stack([0.5 * up + 0.2 * across, 0.5 * up - 0.2 * across]),
        np.stack([0.1 * across, -0.1 * across]),
    )
    body[[25, 26]] = body[[23, 24]] + 0.4 * (-up * np.cos(fold) + forward * np.sin(fold))
    visible = np.ones(33)
    visible[list(hidden)] = 0.0
    return Figure(joints * torso + at, body, visible)


def similarity(a: Figure | np.ndarray, b: Figure | np.ndarray) -> float:
    a, b = (pose_vector([item]) if isinstance(item, Figure) else item for item in (a, b))
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


ANGLES = st.fixed_dictionaries({name: st.floats(-179, 179) for name in STANDING})


@settings(max_examples=40, deadline=None)
@given(ANGLES, st.floats(0.03, 0.4), st.floats(0.1, 0.9), st.floats(0.1, 0.9))
def test_place_and_size_do_not_matter(limbs, torso, x, y):
    assert similarity(skeleton(limbs), skeleton(limbs, torso=torso, at=(x, y))) > 0.9995


@settings(max_examples=40, deadline=None)
@given(ANGLES, ANGLES)
def test_another_pose_in_the_same_place_does_not_match(limbs, others):
    turned = np.radians([limbs[name] - others[name] for name in limbs])
    if np.cos(turned).mean() < 0.5:
        assert similarity(skeleton(limbs), skeleton(others)) < 0.93


def test_planted_neighbours_come_first():
    """Of ten poses, each drawn again elsewhere, at another size and with limbs a few degrees off, every one finds its
    own."""
    random = np.random.default_rng(3)
    poses = [{name: random.uniform(-180, 180) for name in STANDING} for _ in range(10)]
    moved = [{name: angle + random.normal(0, 8) for name, angle in limbs.items()} for limbs in poses]
    again = [skeleton(limbs, torso=random.uniform(0.05, 0.4), at=random.uniform(0.2, 0.8, 2)) for limbs in moved]
    table = np.array([[similarity(skeleton(limbs), other) for other in again] for limbs in poses])
    assert (table.argmax(axis=1) == np.arange(10)).all() and table.diagonal().min() > 0.9


@pytest.mark.parametrize("limb", list(STANDING))
def test_similarity_falls_steadily_as_a_limb_turns(limb):
    steps = [
        similarity(skeleton(STANDING), skeleton(STANDING | {limb: STANDING[limb] + turn})) for turn in range(0, 91, 15)
    ]
    assert all(near > far for near, far in zip(steps, steps[1:], strict=False)), steps


@settings(max_examples=40, deadline=None)
@given(ANGLES, st.floats(60, 120), st.floats(-180, 180), st.floats(0, 120))
def test_mirrored_is_what_the_mirrored_figure_gives(limbs, trunk, facing, bend):
    figures = [skeleton(limbs, trunk, facing=facing, bend=bend, hidden=(15, 26)), skeleton(STANDING, torso=0.1)]
    vector = pose_vector(figures)
    assert mirrored(vector) == pytest.approx(
        pose_vector([mirrored_figure(figure, 1.0) for figure in figures]), abs=1e-5
    )
    assert mirrored(mirrored(vector)) == pytest.approx(vector, abs=1e-6)


def test_the_reversed_pose_is_another_and_is_named():
    pointing = STANDING | {"left upper arm": 10, "left forearm": 20}
    one, two = (
        pose_vector([skeleton(pointing, 80, facing=40)]),
        pose_vector([mirrored_figure(skeleton(pointing, 80, facing=40), 1.0)]),
    )
    assert similarity(one, two) < 0.85 and similarity(mirrored(one), two) == pytest.approx(1, abs=1e-4)
    assert "in reverse, as in a mirror" in POSE.explain(one, two)
    assert "reverse" not in POSE.explain(one, one)


def test_a_hidden_limb_adds_nothing():
    whole = skeleton(STANDING)
    raised = STANDING | {"left upper arm": 80, "left forearm": 90}
    hidden = similarity(whole, skeleton(raised, hidden=(13, 15)))
    assert similarity(whole, skeleton(raised)) < hidden < similarity(whole, whole)
    assert np.isfinite(pose_vector([skeleton(STANDING, hidden=range(33))])).all()


def test_an_arm_that_points_at_us_has_no_direction():
    short = skeleton(STANDING)
    short.joints[13] = short.joints[11] + (0.001, 0)
    assert (
        read(pose_vector([short])).limbs["left upper arm"][1]
        < 0.1
        < 0.9
        < read(pose_vector([skeleton(STANDING)])).limbs["left upper arm"][1]
    )


def test_a_vector_says_what_was_planted():
    figures = [skeleton(STANDING, 75, torso=0.3, bend=70, facing=-60)] + [skeleton(STANDING, torso=0.1)] * 3
    said = read(pose_vector(figures))
    assert {name: said.limbs[name][0] for name in STANDING} == pytest.approx(STANDING, abs=0.01)
    assert (said.limbs["trunk"][0], said.hip, said.facing) == pytest.approx((75, 70, -60), abs=0.01)
    assert said.size == pytest.approx(0.3, rel=1e-3) and said.count == 4
    assert pose_vector(figures).dtype == np.float32 and pose_vector(figures).shape == (POSE.dim,)


def words(figure: Figure) -> list[str]:
    return in_words(read(pose_vector([figure])))


def test_words():
    assert words(skeleton(STANDING)) == ["upright", "facing us", "with both arms hanging"]
    assert words(skeleton(STANDING, bend=80, facing=-90, hidden=(13, 14, 15, 16))) == ["seated", "turned to the left"]
    assert (
        words(skeleton(STANDING, 175))[0] == "lying" and words(skeleton(STANDING, facing=180))[1] == "seen from behind"
    )
    assert words(skeleton(HANGING, hidden=(25, 26, 27, 28)))[0] == "with hidden legs"
    assert words(skeleton(STANDING | {"left shin": 180, "right shin": 170}))[0] == "kneeling"
    assert words(skeleton(STANDING | {"left upper arm": 60, "left forearm": 90}))[2:] == [
        "with the left arm raised",
        "with the right arm hanging",
    ]
    assert words(skeleton(STANDING | {"right upper arm": 180, "right forearm": 180}))[2:] == [
        "with the left arm hanging",
        "with the right arm stretched out",
    ]


def test_explain():
    seated = pose_vector([skeleton(STANDING, bend=80, facing=-90)])
    assert POSE.explain(seated, seated) == (
        "Both show one figure seated, turned to the left and with both arms hanging."
    )
    larger = pose_vector(
        [skeleton(STANDING | {"left upper arm": 60}, torso=0.5, bend=80, facing=-90), skeleton(STANDING)]
    )
    said = POSE.explain(seated, larger)
    assert (
        said.startswith("Both main figures are seated and turned to the left; the first is seen with ")
        and "the second is larger" in said
        and "2 figures in the second" in said
    )
    assert POSE.explain(seated, np.full(POSE.dim, np.nan, np.float32)) == ""


def test_other_figures_count_a_little():
    main, alike, lying = skeleton(STANDING), skeleton(STANDING, torso=0.1), skeleton(STANDING, 180, torso=0.1)
    query = pose_vector([main, alike])
    assert (
        1 > similarity(query, pose_vector([main, alike, alike])) > similarity(query, pose_vector([main, lying])) > 0.85
    )


def test_without_the_models_nothing_is_read_and_the_mend_is_reported(monkeypatch, tmp_path):
    monkeypatch.setattr("artextract.features.figures.importlib.util.find_spec", lambda name: None)
    with raises(InputError, "mediapipe-missing", "pose") as caught:
        next(POSE.extract([tmp_path / "missing.png"], lambda *_: pytest.fail("an image was read")))
    assert "make setup-figures" in caught.value.message
    with pytest.raises(InputError):
        POSE.vector(Image.new("RGB", (50, 50)))


def test_no_figure_is_nan_and_a_sketch_draws_each(monkeypatch):
    canvas = Image.new("RGB", (300, 300), "#88a0b8")
    found = [skeleton(STANDING, torso=0.15, at=(0.3, 0.5)), skeleton(STANDING, torso=0.1, at=(0.7, 0.5))]
    monkeypatch.setattr(module, "find_figures", lambda image: found)
    drawn = (np.asarray(POSE.sketch(canvas)) != np.asarray(canvas)).any(axis=2)
    assert drawn[:, :150].any() and drawn[:, 150:].any()
    monkeypatch.setattr(module, "find_figures", lambda image: [])
    assert np.isnan(POSE.vector(canvas)).all() and np.array_equal(np.asarray(POSE.sketch(canvas)), np.asarray(canvas))
