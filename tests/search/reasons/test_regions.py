"""Matching regions: the parts sum to the cosine, a planted patch lights up where it was planted, and cells lie where
the transform put them."""

import json

import numpy as np
import pytest
from PIL import Image

from artextract.backbones import get_backbone
from artextract.features.deep import Deep
from artextract.search.reasons.regions import LEAST_COSINE, OVERLAP, match, matching_regions
from tests.conftest import paint

SIZES = ((300, 200), (200, 300))


@pytest.fixture(scope="module")
def deep() -> Deep:
    return Deep(get_backbone())


def random_maps(seed: int, channels: int = 6, grid: tuple[int, int] = (7, 7)) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    return tuple(random.gamma(1.0, size=(channels, *grid)).astype(np.float32) for _ in range(2))


def matched(a: np.ndarray, b: np.ndarray, geometry: str = "squash", sizes=SIZES, **changes):
    return match(a, b, a.mean((1, 2)), b.mean((1, 2)), sizes, geometry, **changes)


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


@pytest.mark.parametrize("seed", range(5))
def test_parts_sum_to_the_cosine(seed):
    a, b = random_maps(seed)
    mean, scale = np.random.default_rng(seed).normal(size=(2, 6))
    for shift, factor in ((0 * mean, 0 * scale + 1), (mean, 0 * scale + 1), (mean, scale)):
        found = matched(a, b, mean=shift, scale=factor)
        assert found.exact
        truth = cosine((a.mean((1, 2)) - shift) * factor, (b.mean((1, 2)) - shift) * factor)
        assert found.parts_a.sum() == pytest.approx(truth, abs=1e-6) and found.parts_b.sum() == pytest.approx(
            truth, abs=1e-6
        )
        assert found.cosine == pytest.approx(truth, abs=1e-6)


def test_a_part_is_what_the_cosine_loses_without_its_cell():
    """Worked the slow way: the inner product of the pooled vectors with one cell set to the mean that is subtracted."""
    a, b = random_maps(1)
    mean = np.full(6, 0.5)
    found = matched(a, b, mean=mean)
    length = np.linalg.norm(a.mean((1, 2)) - mean) * np.linalg.norm(b.mean((1, 2)) - mean)
    for y, x in ((0, 0), (3, 5), (6, 2)):
        without = a.copy()
        without[:, y, x] = mean
        lost = (a.mean((1, 2)) - without.mean((1, 2))) @ (b.mean((1, 2)) - mean) / length
        assert found.parts_a[y, x] == pytest.approx(lost, abs=1e-6)


def test_a_network_that_pools_otherwise_is_said_not_to_be_exact():
    a, b = random_maps(2)
    vectors = np.random.default_rng(0).normal(size=(2, 6))
    found = match(a, b, *vectors, SIZES, "squash")
    assert not found.exact and found.parts_a is None and found.cosine == pytest.approx(cosine(*vectors))
    longer = np.random.default_rng(0).normal(size=(2, 9))
    assert not match(a, b, *longer, SIZES, "squash").exact
    with pytest.raises(ValueError):
        found.heat()
    assert json.loads(json.dumps(found.as_dict()))["parts"] == {"a": None, "b": None}


def planted_maps() -> tuple[np.ndarray, np.ndarray]:
    """Noise, with the same strong 2 x 2 cells at the top left of one and the lower right of the other."""
    a, b = (grid.astype(np.float32) for grid in np.random.default_rng(3).normal(0, 0.3, (2, 200, 7, 7)))
    motif = np.random.default_rng(4).normal(0, 2, (200, 2, 2))
    a[:, 1:3, 0:2] += motif
    b[:, 4:6, 4:6] += motif
    return a, b


def test_planted_cells_answer_each_other_and_shine_in_both():
    a, b = planted_maps()
    found = matched(a, b)
    assert found.pairs[0].number == 1 and found.pairs[0].similarity > 0.8
    assert found.pairs[0].a == pytest.approx((0, 1 / 7, 2 / 7, 3 / 7), abs=1e-3) and found.pairs[0].b == pytest.approx(
        (4 / 7, 4 / 7, 6 / 7, 6 / 7), abs=1e-3
    )
    heat_a, heat_b = found.heat()
    assert heat_a[1:3, 0:2].mean() > 3 * heat_a[:, 3:].mean() and heat_b[4:6, 4:6].mean() > 3 * heat_b[:3].mean()
    assert max(heat_a.max(), heat_b.max()) == 1 and min(heat_a.min(), heat_b.min()) >= 0
    b[:, 4:6, 4:6] = np.random.default_rng(5).normal(0, 2, (200, 2, 2))  # another motif in its place
    assert all(pair.a != found.pairs[0].a for pair in matched(a, b).pairs)


def test_pairs_keep_clear_of_each_other_and_of_the_threshold():
    for seed in range(6):
        a, b = np.random.default_rng(seed).normal(size=(2, 5, 9, 9)).astype(np.float32)
        pairs = matched(a, b).pairs
        assert [pair.number for pair in pairs] == list(range(1, len(pairs) + 1)) and len(pairs) <= 5
        for pair in pairs:
            assert pair.similarity >= LEAST_COSINE
            for other in pairs[: pair.number - 1]:
                for one, two in ((pair.a, other.a), (pair.b, other.b)):
                    shared = max(0, min(one[2], two[2]) - max(one[0], two[0])) * max(
                        0, min(one[3], two[3]) - max(one[1], two[1])
                    )
                    assert shared <= (OVERLAP + 1e-3) * (one[2] - one[0]) * (one[3] - one[1])


def test_a_map_without_any_variation_has_parts_and_no_regions():
    flat = np.ones((4, 7, 7), np.float32)
    found = matched(flat, flat)
    assert found.pairs == () and found.cosine == pytest.approx(1) and np.allclose(found.parts_a, 1 / 49)
    zero = matched(0 * flat, 0 * flat)
    assert zero.cosine == 0 and (zero.heat()[0] == 0).all()


@pytest.mark.parametrize("geometry", ["squash", "letterbox", "crop"])
def test_cells_lie_where_the_transform_put_them(geometry):
    """A mark at a known place of a wide and a tall picture is found at that place, through the transform's own
    pixels."""
    from artextract.images import Transform

    transform = Transform(size=140, geometry=geometry)
    pictures, truth = [], []
    for (width, height), (left, top) in (((700, 350), (320, 200)), ((350, 700), (100, 300))):
        picture = Image.new("RGB", (width, height), "black")
        picture.paste("white", (left, top, left + 120, top + 120))
        pictures.append(picture)
        truth.append(((left + 60) / width, (top + 60) / height))
    maps = []
    for number, picture in enumerate(pictures):
        light = transform.pixels(picture)[..., 0].reshape(14, 10, 14, 10).mean((1, 3)) > 128
        grid = np.random.default_rng(number).normal(0, 0.1, (30, 14, 14))
        grid[:, light] += np.random.default_rng(9).normal(0, 3, 30)[:, None]
        maps.append(grid.astype(np.float32))
    best = matched(*maps, geometry, tuple(picture.size for picture in pictures)).pairs[0]
    for box, (x, y) in zip((best.a, best.b), truth, strict=False):
        assert box[0] - 0.03 <= x <= box[2] + 0.03 and box[1] - 0.03 <= y <= box[3] + 0.03
        assert 0 <= box[0] < box[2] <= 1 and 0 <= box[1] < box[3] <= 1


def test_a_panorama_in_a_letterbox_has_parts_even_where_no_region_fits():
    a, b = random_maps(3)
    found = matched(a, b, "letterbox", ((1400, 140), (300, 200)))
    assert found.pairs == () and found.exact and found.parts_a.shape == (7, 7)


def motif(seed: int) -> Image.Image:
    """A patch with plenty to see: 110 x 110 pixels of coloured discs."""
    return paint(("red", "blue")[seed], "discs", 40 + seed).crop((0, 0, 110, 110))


def test_a_patch_pasted_into_two_pictures_is_found_by_the_real_network(deep):
    ground = [
        Image.fromarray(np.random.default_rng(seed).normal(level, 5, (448, 448, 3)).clip(0, 255).astype(np.uint8))
        for seed, level in ((0, 170), (1, 90))
    ]
    first, second, other = ground[0].copy(), ground[1].copy(), ground[1].copy()
    patch = motif(0).resize((150, 150))
    first.paste(patch, (20, 30))
    second.paste(patch, (270, 260))
    other.paste(Image.linear_gradient("L").resize((150, 150)).convert("RGB"), (270, 260))
    found, against = matching_regions(first, second, deep), matching_regions(first, other, deep)
    assert found.exact and not found.centred
    vectors = deep.vector(first), deep.vector(second)
    assert found.parts_a.sum() == pytest.approx(found.cosine, abs=1e-5) and found.cosine == pytest.approx(
        cosine(*vectors), abs=2e-3
    )
    best = found.pairs[0]
    assert best.a[0] < 0.2 and best.a[1] < 0.25 and best.b[0] > 0.45 and best.b[1] > 0.45
    inside = found.parts_a[:3, :3].mean() - found.parts_a[4:, 4:].mean()
    assert inside > 0 and found.parts_b[4:6, 4:6].mean() > found.parts_b[:3, :3].mean()
    assert inside > against.parts_a[:3, :3].mean() - against.parts_a[4:, 4:].mean()
    assert all(pair.similarity < best.similarity for pair in against.pairs)
