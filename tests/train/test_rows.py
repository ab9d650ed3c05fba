"""What the loop reads: stored views, mirrored maps, pictures, and several sides joined."""

import numpy as np
import pytest
from PIL import Image

from artextract.images import Transform
from artextract.train.rows import Joined, PictureRows, StoredRows, batches

TARGETS = np.arange(20).reshape(10, 2)
SEEDS = np.random.default_rng(0).integers(0, 2**63, 10)


def maps(offset=0):
    """(10, 2, 3, 3); no map is its own mirror image."""
    return (np.arange(10 * 18).reshape(10, 2, 3, 3) + offset).astype(np.float16)


def pictures(folder, count=6):
    rng = np.random.default_rng(0)
    paths = [folder / f"{number}.png" for number in range(count)]
    for path in paths:
        Image.fromarray(rng.integers(0, 256, (48, 40, 3), dtype=np.uint8)).save(path)
    return PictureRows(paths, TARGETS[:count], Transform(32, "squash", (0.5,) * 3, (0.5,) * 3))


def test_validation_reads_what_is_stored():
    positions = np.array([7, 0, 3])
    assert np.array_equal(StoredRows(maps(), TARGETS, [maps(500)]).batch(positions, None).numpy(), maps()[positions])


def test_training_draws_a_view_and_mirrors_half():
    rows, kinds = StoredRows(maps(), TARGETS, [maps(200), maps(400)]), []
    for seed in range(300):
        (taken,) = rows.batch(np.array([4]), np.random.default_rng(seed).integers(0, 2**63, 1)).numpy()
        kinds += [
            (view, turned)
            for view in range(3)
            for turned in (False, True)
            if np.array_equal(taken, maps(200 * view)[4][..., :: -1 if turned else 1])
        ]
    assert len(kinds) == 300
    for kind in {(view, turned) for view in range(3) for turned in (False, True)}:
        assert 30 <= kinds.count(kind) <= 75


@pytest.mark.parametrize("kind", ["stored", "pictures", "joined"])
def test_how_a_row_is_changed_follows_from_its_seed_alone(kind, tmp_path):
    rows = {
        "stored": lambda: StoredRows(maps(), TARGETS, [maps(500)]),
        "pictures": lambda: pictures(tmp_path),
        "joined": lambda: Joined([StoredRows(maps(), TARGETS, [maps(900)]), StoredRows(maps(500), TARGETS)]),
    }[kind]()
    order = np.random.default_rng(1).permutation(len(rows))[:6]
    whole = rows.batch(order, SEEDS[:6])
    for part in (slice(0, 6, 2), slice(1, 6, 2), slice(2, 3)):
        assert np.array_equal(rows.batch(order[part], SEEDS[:6][part]), whole[part])
    assert not np.array_equal(rows.batch(order, SEEDS[4:10]), whole)


def test_pictures_are_as_the_transform_gives_them_unless_they_train(tmp_path):
    rows = pictures(tmp_path)
    assert np.array_equal(
        rows.batch(np.array([3, 1]), None).numpy(), np.stack([rows.transform.read(rows.paths[i]) for i in (3, 1)])
    )
    changed = rows.batch(np.array([3, 1]), SEEDS[:2])
    assert changed.shape == (2, 32, 32, 3) and not np.array_equal(changed, rows.batch(np.array([3, 1]), None))


def test_joined_sides_stand_behind_each_other():
    joined = Joined([StoredRows(maps(), TARGETS), StoredRows(maps(500)[:4], TARGETS[:4])])
    assert len(joined) == 14 and np.array_equal(joined.targets, np.concatenate([TARGETS, TARGETS[:4]]))
    order = np.array([13, 0, 10, 9])
    assert np.array_equal(joined.batch(order, None).numpy(), np.concatenate([maps(), maps(500)[:4]])[order])


def test_batches_come_in_order_with_their_targets():
    groups = [np.array([1, 2]), np.array([9]), np.array([0, 3])]
    found = list(batches(StoredRows(maps(), TARGETS), groups, [None] * 3))
    assert len(found) == 3
    for group, (inputs, targets) in zip(groups, found, strict=False):
        assert np.array_equal(inputs, maps()[group]) and np.array_equal(targets, TARGETS[group])
    assert list(batches(StoredRows(maps(), TARGETS), [], [])) == []
