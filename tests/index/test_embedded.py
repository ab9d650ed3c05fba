"""The index on disk: what is written is what is read, whoever reads or writes beside it, and whatever is killed or
damaged."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from threading import Event, Thread

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artextract.checksums import signed
from artextract.errors import InputError, MismatchError
from artextract.files import write_json
from artextract.index import METRICS, embedded, segments
from artextract.index.config import Block
from artextract.index.embedded import MOST_SEGMENTS, EmbeddedIndex
from artextract.index.ranking import rank, vectors_of
from artextract.index.units import unit_and_norm
from tests.index.made import COLOUR, FILES, FORM, build, made_vectors, named
from tests.raising import raises


def answers(index, metric="cosine", k=8):
    """What an index says to a query that has all features: ids and scores."""
    query = {name: index.space(name)(np.linspace(-1, 1, 4 if name == "colour" else 7)) for name in index.features}
    found = rank(index, query, {"colour": 0.6, "form": 0.4}, k, metric=metric)
    return [index.ids[at] for at in found.positions], found.scores.tolist()


def added(index, names, seed=50, **more):
    """The index with new rows of these names; their contents follow from name and seed."""
    rows = made_vectors(len(names), seed)
    return index.update(names, [f"hash-{name}-{seed}" for name in names], named(rows), [], **more)


def test_what_was_built_is_what_is_opened(tmp_path):
    built, vectors = build(tmp_path, missing=[3, 7])
    opened = EmbeddedIndex.open(tmp_path)
    assert opened.config == built.config and len(opened) == 30 and opened.features == ("colour", "form")
    assert opened.has("colour").all() and np.flatnonzero(~opened.has("form")).tolist() == [3, 7]
    assert opened.config.skipped == {"bad": "damaged"} and opened.config.settings == {"backbone": "x"}
    assert opened.position("id4") == 4 and opened.position("nobody") is None
    assert list(vectors_of(opened, 3)) == ["colour"]
    assert vectors_of(opened, 4)["form"] == pytest.approx(vectors[FORM][4], rel=1e-6), "at its full length"
    assert np.linalg.norm(opened.block("colour"), axis=1) == pytest.approx(1)
    assert opened.norms("form") == pytest.approx(np.nan_to_num(np.linalg.norm(vectors[FORM], axis=1)))
    assert not opened.block("form")[7].any() and opened.density("form")[7] == 0
    for metric in METRICS:
        assert answers(opened, metric) == answers(built, metric)


def test_an_index_from_before_a_metric_was_there_still_opens(tmp_path):
    built, _ = build(tmp_path, 30)
    config = json.loads((tmp_path / "config.json").read_text())
    for scales in config["scales"].values():
        del scales["csls-half"]
    write_json(tmp_path / "config.json", signed(config))
    opened = EmbeddedIndex.open(tmp_path)
    assert "csls-half" not in opened.config.scales["colour"]
    assert answers(opened, "csls-half") == answers(built, "csls-half")


def test_each_feature_is_kept_in_its_space(tmp_path):
    blocks = Block("colour", "1", 4, "centred"), Block("form", "1", 7, "whitened")
    index, vectors = build(tmp_path, 60, missing=[5], blocks=blocks)
    opened = EmbeddedIndex.open(tmp_path)
    centred = vectors[blocks[0]] - vectors[blocks[0]].mean(axis=0)
    assert opened.block("colour") == pytest.approx(centred / np.linalg.norm(centred, axis=1, keepdims=True), abs=1e-5)
    assert opened.config.blocks == index.config.blocks == blocks
    there = np.delete(np.arange(60), 5)
    scaled = opened.space("form")(vectors[blocks[1]])
    assert (
        opened.block("form")[there] == pytest.approx(unit_and_norm(scaled[there])[0], abs=1e-5)
        and not opened.block("form")[5].any()
    )


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_sequence_of_updates_is_the_index_of_what_is_left(tmp_path_factory, data):
    """Rows, their vectors and the rankings are those of the rows that a plain dict holds, on the scales and in the
    spaces that were fitted first."""
    folder = tmp_path_factory.mktemp("i")
    blocks = Block("colour", "1", 4, "centred"), Block("form", "1", 7)
    first, vectors = build(folder, 12, blocks=blocks)
    held = {name: [rows[row] for rows in vectors.values()] for row, name in enumerate(first.ids)}
    index, segments = first, set()
    for step in range(data.draw(st.integers(1, 12))):
        new = data.draw(st.lists(st.sampled_from([f"id{i}" for i in range(20)]), unique=True, max_size=3))
        gone = data.draw(
            st.lists(
                st.sampled_from([f"id{i}" for i in range(20)]),
                unique=True,
                max_size=data.draw(st.sampled_from([0, 1, 9])),
            )
        )
        rows = made_vectors(len(new), 100 + step, range(0, len(new), 2), blocks)
        before = answers(first)
        index = index.update(new, [f"hash-{name}-{step}" for name in new], named(rows), gone)
        for name in (*gone, *new):
            held.pop(name, None)
        held |= {name: [rows[block][row] for block in blocks] for row, name in enumerate(new)}
        assert answers(first) == before, "who has it open keeps it"
        opened = EmbeddedIndex.open(folder)
        segments.add(len(opened.config.segments))
        assert opened.config == index.config and opened.ids == index.ids == list(held)
        assert (np.diff(opened.serials) > 0).all() and len(opened.serials) == len(held)
        assert {path.name for path in folder.glob("segment-*")} == {segment.name for segment in opened.config.segments}
        assert len(opened.config.segments) <= MOST_SEGMENTS
        for at, block in enumerate(blocks):
            expected = np.array([row[at] for row in held.values()]).reshape(len(held), block.dim)
            units, norms = unit_and_norm(first.space(block.name)(expected))
            assert opened.block(block.name) == pytest.approx(units, abs=1e-6) and opened.norms(
                block.name
            ) == pytest.approx(norms, rel=1e-6)
        assert opened.config.scales == first.config.scales
        names, scores = answers(opened, k=40)
        slow = {}
        for name in held:
            slow[name] = 0.0
            for block, row, weight in zip(blocks, held[name], (0.6, 0.4), strict=False):
                if np.isfinite(row).all():
                    query = first.space(block.name)(np.linspace(-1, 1, block.dim))
                    moved = first.space(block.name)(row).astype(float)
                    slow[name] += weight * float(
                        first.scale(block.name, "cosine").standard(
                            query @ moved / np.linalg.norm(query) / np.linalg.norm(moved)
                        )
                    )
        assert sorted(names) == sorted(held) and scores == pytest.approx([slow[name] for name in names], abs=1e-4)


def test_gathered_segments_and_gaps_are_written_anew(tmp_path):
    index, _ = build(tmp_path)
    for number in range(MOST_SEGMENTS - 1):
        index = added(index, [f"new{number}"], number)
    assert len(index.config.segments) == MOST_SEGMENTS
    index = added(index, ["last"])
    assert len(index.config.segments) == 1 and len(index) == 30 + MOST_SEGMENTS
    kept = index.update([], [], {}, index.ids[:5])
    assert len(kept.config.segments[0].removed) == 5, "few gaps stay"
    names, scores = answers(kept, "csls", 40)
    kept = kept.update([], [], {}, kept.ids[:8])
    assert not kept.config.segments[0].removed and len(kept) == 25 + MOST_SEGMENTS - 8
    after = dict(zip(*answers(kept, "csls", 40), strict=False))
    there = [(name, score) for name, score in zip(names, scores, strict=False) if name in after]
    assert [after[name] for name, _ in there] == pytest.approx([score for _, score in there], abs=0.05), (
        "but for the density of the query, nothing has changed"
    )


def test_all_may_be_taken_away_and_come_back(tmp_path):
    index, _ = build(tmp_path, 3)
    empty = index.update([], [], {}, index.ids)
    assert len(empty) == 0 and len(EmbeddedIndex.open(tmp_path)) == 0 and answers(empty) == ([], [])
    assert added(empty, ["a", "b"]).ids == ["a", "b"] and len(EmbeddedIndex.open(tmp_path)) == 2


def test_an_update_keeps_or_replaces_what_was_skipped(tmp_path):
    index, _ = build(tmp_path)
    index = added(index, ["a"])
    assert index.config.skipped == {"bad": "damaged"}
    assert added(index, ["b"], skipped={"worse": "gone"}).config.skipped == {"worse": "gone"}


@pytest.mark.parametrize("write", ["build", "update"])
def test_a_writer_that_is_killed_leaves_the_old_index(tmp_path, monkeypatch, write):
    index, _ = build(tmp_path, seed=0)
    before = answers(index)

    def killed(path, value):
        raise KeyboardInterrupt

    def work():
        return (
            build(tmp_path, n=10, seed=1)[0]
            if write == "build"
            else EmbeddedIndex.open(tmp_path).update([], [], {}, index.ids[:20])
        )

    whole = embedded.write_json
    monkeypatch.setattr(
        embedded,
        "write_json",
        lambda path, value: killed(path, value) if path.name == "config.json" else whole(path, value),
    )
    with pytest.raises(KeyboardInterrupt):
        work()
    assert answers(EmbeddedIndex.open(tmp_path)) == before and len(list(tmp_path.glob("segment-*"))) == 2
    monkeypatch.undo()
    assert len(work()) == 10 == len(EmbeddedIndex.open(tmp_path))
    assert len(list(tmp_path.glob("segment-*"))) == 1 == len(list(tmp_path.glob("spaces-*"))), (
        "what the killed one left is cleared away"
    )


def test_a_reader_keeps_what_it_has_opened(tmp_path):
    """Files are opened at once: what is asked for the first time after the files are gone is still there."""
    built, _ = build(tmp_path, missing=[2])
    expected = {metric: answers(built, metric) for metric in METRICS}
    readers = [EmbeddedIndex.open(tmp_path) for _ in METRICS]
    build(tmp_path, n=5, seed=9)
    for metric, reader in zip(METRICS, readers, strict=False):
        assert answers(reader, metric) == expected[metric]


def test_readers_that_open_while_others_write_never_fail(tmp_path):
    """Every state that is read is one that was written: n rows of the n-th seed."""
    build(tmp_path, 10, 10)
    expected = {n: answers(build(tmp_path / "alone" / str(n), n, n)[0]) for n in (10, 11, 12, 13)}
    stop, failures, seen = Event(), [], []

    def read():
        while not stop.is_set():
            try:
                index = EmbeddedIndex.open(tmp_path)
                assert answers(index) == expected[len(index)]
                seen.append(len(index))
            except Exception as error:  # told in the main thread
                failures.append(error)
                return

    threads = [Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for turn in range(24):
        build(tmp_path, 10 + turn % 4, 10 + turn % 4)
    stop.set()
    for thread in threads:
        thread.join(20)
    assert not failures and len(set(seen)) > 1


def test_a_second_writer_is_reported_to_wait(tmp_path):
    pytest.importorskip("fcntl")
    index, _ = build(tmp_path)
    code = (
        "import fcntl, sys; lock = open(sys.argv[1], 'w'); fcntl.flock(lock, fcntl.LOCK_EX); print('locked',"
        " flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / ".lock")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout.readline() == b"locked\n"
        for work in (lambda: added(index, ["a"]), lambda: build(tmp_path), lambda: index.with_approximate(None)):
            with raises(InputError, "index-locked") as caught:
                work()
            assert "wait" in caught.value.hint
        assert answers(EmbeddedIndex.open(tmp_path)) == answers(index), "a reader need not wait"
        other.stdin.close()
        other.wait(20)
    assert added(index, ["a"]).position("a") == 30, "and the end of the writer, however it came, unlocks"


def test_what_was_opened_before_another_wrote_cannot_be_changed(tmp_path):
    """Else the work of the other would silently be lost."""
    one, other = build(tmp_path)[0], EmbeddedIndex.open(tmp_path)
    added(one, ["a"])
    for work in (lambda: added(other, ["b"]), lambda: other.with_approximate(None)):
        with raises(MismatchError, "index-changed"):
            work()
    assert EmbeddedIndex.open(tmp_path).position("a") == 30


def test_no_index_says_how_to_build_one(tmp_path):
    with raises(InputError, "no-index") as caught:
        EmbeddedIndex.open(tmp_path / "index")
    assert "artextract index" in caught.value.hint


@pytest.mark.parametrize(
    "change",
    [
        {"format": 1},
        {"format": 99},
        {"segments": [{"name": "segment-gone", "removed": []}]},
        {"segments": [{"name": 5}]},
        {"spaces": "spaces-gone.npz"},
        {"scales": {}},
        {"scales": []},
        {"blocks": [{"name": "colour", "version": "1", "dim": 5, "space": "raw"}]},
        {"blocks": [{"nom": "colour"}]},
        {"skipped": None, "blocks": 3},
    ],
)
def test_files_that_do_not_fit_are_a_mismatch_with_a_mend(tmp_path, change):
    build(tmp_path)
    config = tmp_path / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | change))
    with pytest.raises(MismatchError) as caught:
        answers(EmbeddedIndex.open(tmp_path))
    assert "artextract index" in caught.value.hint


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "other"])
def test_damaged_files_are_a_mismatch_with_a_mend(tmp_path, name, damage):
    blocks = Block("colour", "1", 4, "centred"), Block("form", "1", 7, "whitened")
    build(tmp_path, blocks=blocks)
    (file,) = tmp_path.glob(name)
    if damage == "missing":
        file.unlink()
    else:
        file.write_bytes(
            {"empty": b"", "cut": file.read_bytes()[: file.stat().st_size // 2], "other": b"something else"}[damage]
        )
    with pytest.raises(InputError if (name, damage) == ("config.json", "missing") else MismatchError) as caught:
        EmbeddedIndex.open(tmp_path)
    assert "artextract index" in caught.value.hint


def test_an_index_of_the_first_format_is_a_mismatch(tmp_path):
    """As it was written before there were segments."""
    tmp_path.joinpath("config.json").write_text(
        json.dumps(
            {"format": 1, "blocks": [], "ids": ["a"], "hashes": ["x"], "vectors": "vectors-1.npy", "lacking": {}}
        )
    )
    with raises(MismatchError, "index-format", "1") as caught:
        EmbeddedIndex.open(tmp_path)
    assert "artextract index" in caught.value.hint
    with pytest.raises(MismatchError):
        EmbeddedIndex.config_of(tmp_path)
    assert len(build(tmp_path)[0]) == 30, "and is built anew in its place"


def test_lists_of_ids_and_hashes_must_fit(tmp_path):
    build(tmp_path)
    (file,) = tmp_path.glob("segment-*/rows.json")
    rows = json.loads(file.read_text())
    for change in (
        {"ids": rows["ids"][:-1]},
        {"hashes": rows["hashes"][:-1]},
        {"hashes": [*rows["hashes"], "one more"]},
    ):
        file.write_text(json.dumps(rows | change))
        with pytest.raises(MismatchError):
            EmbeddedIndex.open(tmp_path)


def test_vectors_of_the_wrong_shape_are_refused(tmp_path):
    with pytest.raises(ValueError, match="2 ids"):
        EmbeddedIndex.build(tmp_path, ["a", "b"], ["x", "y"], {COLOUR: np.zeros((3, 4), np.float32)})


def test_unit_length_leaves_zero_and_nan_as_zero():
    units, norms = unit_and_norm(np.array([[3, 4], [0, 0], [np.nan, 1], [np.inf, 1]]))
    assert (
        units.dtype == np.float32
        and np.allclose(units, [[0.6, 0.8], [0, 0], [0, 0], [0, 0]])
        and np.allclose(norms, [5, 0, 0, 0])
    )
    units, norms = unit_and_norm(np.array([0.0, -2.0]))
    assert np.allclose(units, [0, -1]) and norms == 2


def test_an_index_can_be_copied_elsewhere(tmp_path):
    index, _ = build(tmp_path / "here")
    shutil.copytree(tmp_path / "here", tmp_path / "there")
    assert answers(EmbeddedIndex.open(tmp_path / "there")) == answers(index)


class Lazily:
    """Vectors that are read when they are asked for, and never all at once."""

    def __init__(self, rows, most):
        self.rows, self.most, self.shape = rows, most, rows.shape

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, at):
        taken = self.rows[at]
        assert len(taken) <= self.most
        return taken


@pytest.mark.parametrize("space", ["raw", "centred", "whitened"])
def test_what_is_read_a_part_at_a_time_is_the_same_index(tmp_path, monkeypatch, space):
    monkeypatch.setattr(segments, "_ROWS", 8)
    monkeypatch.setattr("artextract.index.spaces._ROWS", 8)
    monkeypatch.setattr("artextract.index.spaces.FIT_ROWS", 30)
    vectors = {replace(block, space=space): rows for block, rows in made_vectors(40, missing=[3, 30]).items()}
    ids = [f"id{n}" for n in range(40)]
    whole = EmbeddedIndex.build(tmp_path / "whole", ids, ids, vectors)
    parts = {block: Lazily(rows, 30) for block, rows in vectors.items()}
    lazily = EmbeddedIndex.build(tmp_path / "lazily", ids, ids, parts)
    for name in whole.features:
        assert np.array_equal(np.asarray(whole.block(name)), np.asarray(lazily.block(name)))
        assert np.array_equal(whole.density(name), lazily.density(name))
        assert whole.config.scales[name] == lazily.config.scales[name]


def test_half_the_disk_and_the_same_scores(tmp_path):
    vectors = made_vectors(60, missing=[3, 30])
    ids = [f"id{n}" for n in range(60)]
    whole = EmbeddedIndex.build(tmp_path / "whole", ids, ids, vectors)
    half = EmbeddedIndex.build(
        tmp_path / "half", ids, ids, {replace(block, dtype="float16"): rows for block, rows in vectors.items()}
    )
    assert next(half.folder.glob("segment-*/form.npy")).stat().st_size == 128 + 60 * 7 * 2
    added = named(made_vectors(5, seed=9))
    whole, half = (index.update(["a", "b", "c", "d", "e"], list("abcde"), added, ["id7"]) for index in (whole, half))
    half = EmbeddedIndex.open(half.folder, check=True)
    assert len(half) == 64 and [block.dtype for block in half.config.blocks] == ["float16"] * 2
    query = {name: rows[0] for name, rows in named(made_vectors(1, seed=4)).items()}
    for metric in METRICS:
        found, truth = (
            index.nearest(query, {"colour": 0.5, "form": 0.5}, 64, metric=metric) for index in (half, whole)
        )
        scores = dict(zip(found.ids, found.scores, strict=True))
        assert [scores[hit] for hit in truth.ids] == pytest.approx(list(truth.scores), abs=2e-3)
    saved = json.loads((half.folder / "config.json").read_text())
    assert saved["format"] == 3 and json.loads((whole.folder / "config.json").read_text())["format"] == 2
