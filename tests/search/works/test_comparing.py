"""A look at many pairs goes on where it was killed, and does nothing twice."""

import numpy as np
import pytest

from artextract.search.works import comparing
from artextract.search.works.comparing import compare_pairs
from artextract.search.works.same_work import Alignment
from tests.search.works.test_duplicates import jpeg, picture

PAIRS = np.array([[0, 1], [0, 5], [1, 4], [2, 3], [2, 6]])
UPRIGHT = np.zeros(len(PAIRS), dtype=bool)


@pytest.fixture(scope="module")
def paths(tmp_path_factory):
    """Six pictures, of which 1 is of 0 and 3 of 2, and a seventh that is none."""
    folder = tmp_path_factory.mktemp("looked")
    works = [picture(seed, (120, 90)) for seed in (50, 51, 52, 53)]
    images = [works[0], jpeg(works[0]), works[1], jpeg(works[1]), works[2], works[3]]
    for number, image in enumerate(images):
        image.save(folder / f"{number}.png")
    (folder / "6.png").write_bytes(b"no picture")
    return [folder / f"{number}.png" for number in range(7)]


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(comparing, "PICTURES", 2)
    monkeypatch.setattr(comparing, "PAIRS", 2)


def counted(monkeypatch, name, fail_at=None):
    """How often a function of ``comparing`` was called; the call of number ``fail_at`` is a Ctrl-C."""
    real, calls = getattr(comparing, name), []

    def called(*given):
        calls.append(given)
        if len(calls) == fail_at:
            raise KeyboardInterrupt
        return real(*given)

    monkeypatch.setattr(comparing, name, called)
    return calls


def same(first: Alignment | None, second: Alignment | None) -> bool:
    if first is None or second is None:
        return first is second
    return np.array_equal(first.matrix, second.matrix) and (first.matches, first.agreement, first.covered) == (
        second.matches,
        second.agreement,
        second.covered,
    )


def compared(paths, folder, contents=None, progress=comparing.no_progress):
    return compare_pairs(paths, contents or [path.name for path in paths], PAIRS, UPRIGHT, folder, progress)


@pytest.mark.parametrize("name, fail_at, again", [("_keypoints", 6, 3), ("placings", 3, 0)])
def test_a_killed_run_goes_on(paths, tmp_path, monkeypatch, name, fail_at, again):
    whole, skipped = compared(paths, tmp_path / "whole")
    assert [found is not None for _, found in whole] == [True, False, False, True, False]
    assert list(skipped) == [6] and not (tmp_path / "whole").exists()
    monkeypatch.setattr(comparing, "cpu_count", lambda: 1)
    with monkeypatch.context() as patch:
        read_ahead = comparing.read_ahead
        patch.setattr(comparing, "read_ahead", lambda todo, read, failed, *workers: read_ahead(todo, read, failed, 1))
        counted(patch, name, fail_at)
        with pytest.raises(KeyboardInterrupt):
            compared(paths, tmp_path / "killed")
    calls, totals = counted(monkeypatch, "_keypoints"), {}

    def progress(items, total, caption):
        kept = list(items)
        totals[caption] = len(kept) == total
        return kept

    resumed, reasons = compared(paths, tmp_path / "killed", progress=progress)
    assert len(calls) == again and totals == {"pictures": True, "pairs": True}
    assert reasons == skipped and not (tmp_path / "killed").exists()
    assert all(a == b and same(one, two) for (a, one), (b, two) in zip(whole, resumed, strict=True))


def test_what_is_left_of_other_pictures_or_damaged_is_done_again(paths, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        counted(patch, "placings", 3)
        with pytest.raises(KeyboardInterrupt):
            compared(paths, tmp_path / "kept")
    (key,) = (tmp_path / "kept").iterdir()
    (key / "vectors-00001.npy").write_bytes(b"damaged")
    with monkeypatch.context() as patch:
        calls = counted(patch, "_keypoints")
        counted(patch, "placings", 1)
        with pytest.raises(KeyboardInterrupt):
            compared(paths, tmp_path / "kept")
        assert len(calls) == 2
    calls = counted(monkeypatch, "_keypoints")
    compared(paths, tmp_path / "kept", contents=list("abcdefg"))
    assert len(calls) == 7 and not (tmp_path / "kept").exists()


def test_a_folder_that_may_not_be_written_to_is_no_hindrance(paths, tmp_path):
    (tmp_path / "file").write_text("in the way")
    found, _ = compared(paths, tmp_path / "file")
    assert found[0][1] is not None and (tmp_path / "file").read_text() == "in the way"
