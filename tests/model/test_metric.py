"""The learned metric against within-class whitening written out, planted truth, and its file."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file
from sklearn.decomposition import PCA
from sklearn.metrics.pairwise import cosine_similarity

from artextract.errors import MismatchError
from artextract.model import metric
from artextract.model.metric import ATTRIBUTES, SHRINKAGE, Metric, fit_metric, group_numbers, read_metric
from artextract.model.saved import METRIC_FILE
from tests.raising import raises


def planted(n_groups=40, each=6, dim=16, seed=0):
    """Pooled maps that a group sets apart a little in every channel, and something loud within each group moves along
    one direction."""
    random = np.random.default_rng(seed)
    groups = np.repeat(np.arange(n_groups), each)
    rows = random.normal(size=(n_groups, dim))[groups] + 0.35 * random.normal(size=(len(groups), dim))
    rows += 8 * random.normal(size=(len(groups), 1)) @ random.normal(size=(1, dim))
    return (rows + 100).astype(np.float32), groups


def attended_like(rows, heads=2, width=3, seed=1):
    return np.random.default_rng(seed).normal(size=(len(rows), heads, width)).astype(np.float32)


def first_hit(similarity, groups):
    np.fill_diagonal(similarity, -np.inf)
    return float(np.mean(groups[similarity.argmax(axis=1)] == groups))


def signed_root(rows):
    return np.sign(rows) * np.sqrt(np.abs(rows))


def test_it_is_within_class_whitening_written_out():
    """Group by group, without shrinkage of anything but the covariance, kept directions by scikit-learn's PCA of what
    is whitened."""
    rows, groups = planted()
    found = fit_metric(rows, attended_like(rows), groups, last=16)
    standard = signed_root(rows.astype(float))
    standard = (standard - standard.mean(axis=0)) / standard.std(axis=0)
    within = sum(np.cov(standard[groups == g], rowvar=False, bias=True) * 6 for g in range(40)) / (len(rows) - 40)
    shrunk = (1 - SHRINKAGE) * within + SHRINKAGE * np.eye(16) * np.trace(within) / 16
    values, vectors = np.linalg.eigh(shrunk)
    white = standard @ vectors @ np.diag(values**-0.5)
    expected = cosine_similarity(PCA(svd_solver="full").fit_transform(white))
    ours = found(rows, attended_like(rows))[:, :16]
    assert cosine_similarity(ours) == pytest.approx(expected, abs=2e-3), (
        "half precision of the matrix is all that differs"
    )


def test_the_kept_directions_are_those_in_which_the_whitened_differ_most(monkeypatch):
    rows, groups = planted()
    whole = fit_metric(rows, attended_like(rows), groups, last=16)
    monkeypatch.setattr(metric, "DIMENSIONS", 4)
    few = fit_metric(rows, attended_like(rows), groups, last=16)
    assert few.matrix.shape == (16, 4) and few.dim == 4 + 6
    assert np.abs(few.matrix) == pytest.approx(np.abs(whole.matrix[:, :4]), abs=1e-3)
    spread = (((signed_root(rows) - whole.mean) / whole.std) @ whole.matrix.astype(float)).std(axis=0)
    assert (np.diff(spread) < 1e-3).all(), "falling"


def test_a_loud_nuisance_no_longer_hides_the_group():
    rows, groups = planted()
    known, asked = groups < 25, groups >= 25
    found = fit_metric(rows[known], attended_like(rows[known]), groups[known], last=16)
    held_out = found(rows[asked], attended_like(rows[asked]))[:, : found.matrix.shape[1]]
    before = first_hit(cosine_similarity((signed_root(rows[asked]) - found.mean) / found.std), groups[asked])
    after = first_hit(cosine_similarity(held_out), groups[asked])
    assert before < 0.7 and after > 0.85, f"{before:.2f} -> {after:.2f}, on groups that it was not fitted on"
    within = [
        (part - np.stack([part[groups[asked] == g].mean(axis=0) for g in groups[asked]]))
        for part in (signed_root(rows[asked]) / found.std, held_out)
    ]
    loudest = [np.linalg.eigvalsh(part.T @ part)[-1] / (part**2).sum() for part in within]
    assert loudest[0] > 0.9 and loudest[1] < 0.65, (
        "one direction makes up nearly all that differs within groups, and much less afterwards"
    )


def test_only_paintings_of_known_groups_say_what_is_within():
    rows, groups = planted()
    known = np.where(groups < 20, groups, -1)
    expected = sum(np.cov(rows[groups == g].astype(float), rowvar=False, bias=True) * 6 for g in range(20)) / (120 - 20)
    assert metric._covariance_within(rows.astype(float), known) == pytest.approx(expected, rel=1e-6, abs=1e-9)
    alone = np.where(np.arange(len(rows)) % 6 == 0, groups + 50, groups)
    expected = sum(np.cov(rows[alone == g].astype(float), rowvar=False, bias=True) * 5 for g in range(40)) / (200 - 40)
    assert metric._covariance_within(rows.astype(float), alone) == pytest.approx(expected, rel=1e-6, abs=1e-9), (
        "a painting alone in its group says nothing"
    )


@pytest.mark.parametrize("groups", [np.full(240, -1), np.arange(240), np.zeros(240, int)])
def test_without_pairs_all_are_one_group(groups):
    rows, _ = planted()
    found = fit_metric(rows, attended_like(rows), groups, last=16)(rows, attended_like(rows))[:, :16]
    centred = signed_root(rows.astype(float))
    centred = (centred - centred.mean(axis=0)) / centred.std(axis=0)
    values, vectors = np.linalg.eigh(centred.T @ centred / len(rows))
    white = centred @ vectors @ np.diag(((1 - SHRINKAGE) * values + SHRINKAGE * values.mean()) ** -0.5)
    assert cosine_similarity(found) == pytest.approx(cosine_similarity(white), abs=5e-3)


def test_with_fewer_paintings_than_channels_nothing_else_comes_out():
    """Written out in all 40 directions, of which five paintings leave most empty: similarities of others, too."""
    rows, groups = planted(n_groups=3, each=2, dim=40)
    others, _ = planted(n_groups=5, each=2, dim=40, seed=3)
    found = fit_metric(rows, attended_like(rows), groups, last=40)
    standard = (signed_root(rows.astype(float)) - found.mean) / found.std
    values, vectors = np.linalg.eigh(metric._covariance_within(standard, groups))
    values = np.maximum(values, 1e-6)
    white = vectors @ np.diag(((1 - SHRINKAGE) * values + SHRINKAGE * values.mean()) ** -0.5)
    for some in (rows, others):
        expected = cosine_similarity(((signed_root(some) - found.mean) / found.std) @ white)
        assert cosine_similarity(found(some, attended_like(some))[:, :40]) == pytest.approx(expected, abs=2e-3)


def test_the_last_map_and_the_finer_ones_have_equal_weight():
    """Four channels of pure noise against twelve: after the metric of noise, each side makes up half of the squared
    length."""
    rows = np.random.default_rng(0).normal(size=(4000, 16)).astype(np.float32)
    standard = (signed_root(rows) - signed_root(rows).mean(axis=0)) / signed_root(rows).std(axis=0)
    found = fit_metric(rows, attended_like(rows), np.arange(4000), last=4)
    within_metric = (
        (standard[:, :4] @ found.matrix[:4].astype(float)),
        (standard[:, 4:] @ found.matrix[4:].astype(float)),
    )
    one, other = ((part**2).sum() for part in within_metric)
    equal = fit_metric(rows, attended_like(rows), np.arange(4000), last=16)
    one_of_equal, other_of_equal = (
        float(((standard[:, cut] @ equal.matrix[cut].astype(float)) ** 2).sum()) for cut in (slice(0, 4), slice(4, 16))
    )
    assert other_of_equal / one_of_equal == pytest.approx(3, rel=0.05) and other / one < 2.2, (
        "shrinkage keeps the given weights in part, whitening evens out the rest"
    )


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 12), st.integers(1, 6), st.integers(1, 3), st.integers(1, 4), st.integers(0, 99))
def test_shapes_and_lengths(n, channels, heads, width, seed):
    random = np.random.default_rng(seed)
    pooled = random.normal(size=(n, channels)).astype(np.float32)
    attended = random.normal(size=(n, heads, width)).astype(np.float32)
    found = fit_metric(pooled, attended, random.integers(-1, 3, n), last=channels)
    new = random.normal(size=(5, channels)).astype(np.float32), random.normal(size=(5, heads, width)).astype(np.float32)
    vectors = found(*new)
    assert (
        vectors.shape == (5, found.dim) == (5, channels + heads * width)
        and vectors.dtype == np.float32
        and np.isfinite(vectors).all()
    )
    parts = vectors[:, found.matrix.shape[1] :].reshape(5, heads, width)
    assert np.linalg.norm(parts, axis=2) == pytest.approx(ATTRIBUTES / np.sqrt(heads), rel=1e-4), (
        "equal lengths, ATTRIBUTES together"
    )
    if n > 1 and np.linalg.matrix_rank(pooled - pooled.mean(axis=0)) == channels:
        assert np.linalg.norm(vectors[:, :channels], axis=1) == pytest.approx(1, rel=1e-3)
    off = new[1][0] - found.centres
    assert parts[0] == pytest.approx(
        off / np.linalg.norm(off, axis=1, keepdims=True) * ATTRIBUTES / np.sqrt(heads), abs=1e-4
    )


def test_what_is_written_is_what_is_read(tmp_path):
    rows, groups = planted()
    found = fit_metric(rows, attended_like(rows), groups, last=8)
    assert read_metric(tmp_path) is None
    found.write(tmp_path)
    read = read_metric(tmp_path)
    assert isinstance(read, Metric) and np.array_equal(
        read(rows, attended_like(rows)), found(rows, attended_like(rows))
    )


@pytest.mark.parametrize(
    "damage", [lambda data: data[:100], lambda data: b"", lambda data: b"something else", lambda data: data[:-10]]
)
def test_a_damaged_file_is_a_mismatch_with_a_mend(tmp_path, damage):
    rows, groups = planted()
    path = fit_metric(rows, attended_like(rows), groups, last=8).write(tmp_path)
    path.write_bytes(damage(path.read_bytes()))
    with raises(MismatchError, "metric-damaged") as caught:
        read_metric(tmp_path)
    assert "remove the file" in caught.value.hint


def test_a_file_of_other_arrays_is_a_mismatch(tmp_path):
    save_file({"mean": np.zeros(3, np.float32)}, tmp_path / METRIC_FILE)
    with raises(MismatchError, "metric-damaged"):
        read_metric(tmp_path)


def test_groups_are_those_of_the_first_column_that_pairs_any():
    artists = np.array(["a", None, "b", "a"], dtype=object)
    styles = np.array(["s", "s", None, "t"], dtype=object)
    alone = np.array(["a", "b", "c", None], dtype=object)
    assert group_numbers(artists, styles).tolist() == [0, -1, 1, 0]
    assert group_numbers(alone, styles).tolist() == [0, 0, -1, 1]
    assert group_numbers(None, styles).tolist() == [0, 0, -1, 1]
    assert group_numbers(alone, None).tolist() == [0, 0, 0, 0], "else all are one group"
    assert group_numbers(np.array([None, None], dtype=object)).tolist() == [0, 0]
