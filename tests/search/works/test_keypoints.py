"""The fast filters of keypoints are those of SciPy, and many pictures are matched as each alone is."""

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates, maximum_filter, uniform_filter

from artextract.search.works import keypoints, same_work
from artextract.search.works.keypoints import BINS, MIRRORED, find_keypoints
from artextract.search.works.placing import placing, placings
from tests.search.works.test_duplicates import jpeg, picture

PIXELS = np.random.default_rng(0).normal(100, 40, (33, 41)).astype(np.float32)


def test_filters_are_those_of_scipy():
    inner = (slice(6, -6), slice(6, -6))
    assert np.allclose(keypoints._blurred(PIXELS), gaussian_filter(PIXELS.astype(float), 1.5)[inner], atol=1e-3)
    inner = (slice(2, -2), slice(2, -2))
    assert (keypoints._highest(PIXELS) == maximum_filter(PIXELS, 5)[inner]).all()
    sums = uniform_filter(PIXELS.astype(float), 5)[inner] * 25
    assert np.allclose(keypoints._summed(PIXELS[..., None])[..., 0], sums, rtol=1e-5)


def test_strength_goes_to_the_two_next_directions():
    down, across = np.gradient(PIXELS)
    across[0, :3], down[0, :3] = (5, -5, 0), 0  # along an axis, and flat
    found = keypoints._by_direction(across, down)
    turn = np.arctan2(down, across) * (BINS / (2 * np.pi)) % BINS
    strength, wanted = np.hypot(down, across), np.zeros((*PIXELS.shape, BINS))
    for way in range(BINS):
        away = np.abs((turn - way + BINS / 2) % BINS - BINS / 2)
        wanted[..., way] = strength * np.maximum(0, 1 - away)
    assert np.allclose(found, wanted, atol=5e-5 * strength.max())


def test_many_are_matched_as_each_alone_is():
    whole, empty = find_keypoints(picture(1)), find_keypoints(jpeg(picture(0, (20, 20))))
    others = [find_keypoints(jpeg(picture(seed))) for seed in (2, 1)]
    together = placings(whole, [others[0], empty, others[1], others[1].mirrored()])
    assert together[0] == together[1] == (None, None) and placings(empty, others) == [(None, None)] * 2
    alone, (seen, in_mirror) = placing(whole, others[1]), together[2]
    assert in_mirror is None and np.array_equal(seen[0], alone[0]) and seen[1] == alone[1] > 60
    assert together[3][0] is None and np.allclose(together[3][1][0], seen[0]) and together[3][1][1] == seen[1]
    assert (MIRRORED[MIRRORED] == np.arange(len(MIRRORED))).all()


def test_pixels_between_pixels_are_bilinear():
    places = np.stack(np.meshgrid(np.linspace(0, 0.99, 30), np.linspace(0, 0.8, 25)), axis=2)
    matrix = np.array([[1.02, 0.03, -0.05], [-0.02, 0.97, 0.06]])
    colours = np.stack([PIXELS, PIXELS[::-1]], axis=2)
    values, inside = same_work._sampled(colours, places, matrix, (1.0, 33 / 41))
    mapped = places @ matrix[:, :2].T + matrix[:, 2]
    rows, columns = mapped[..., 1] / (33 / 41) * 33 - 0.5, mapped[..., 0] * 41 - 0.5
    for channel in range(2):
        wanted = map_coordinates(colours[..., channel], [rows, columns], order=1, mode="nearest")
        assert np.allclose(values[..., channel], wanted, atol=0.01)
    assert 0.8 < inside.mean() < 1
