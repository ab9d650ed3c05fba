"""Vectors of one's own: what is taken, what is refused, and what becomes of them when the collection changes."""

import json

import numpy as np
import pandas as pd
import pytest

from artextract.app.cli import main
from artextract.errors import InputError, MismatchError
from artextract.features import FEATURES, get_feature
from artextract.features.import_vectors import import_vectors
from artextract.features.imported import find_imported, imported_names
from artextract.search.asking.engine import SearchEngine
from artextract.search.build import build_index
from artextract.search.index_options import options_of
from artextract.search.reasons.match import explain_match
from artextract.sources.folder import import_folder
from artextract.table import read_paintings
from tests.conftest import paint, write_collection
from tests.damage import flip
from tests.raising import raises
from tests.sources.test_folder import make

N = 6


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return write_collection(tmp_path_factory.mktemp("own") / "c", [paint("red", "bands", seed) for seed in range(N)])


@pytest.fixture
def vectors():
    return np.random.default_rng(0).normal(size=(N, 5)).astype(np.float32)


def test_what_cannot_be_imported_is_said_in_a_sentence(plain, vectors, tmp_path):
    ids = [f"p{number:02d}" for number in range(N)]
    partly, large = vectors.copy(), vectors.astype(float)
    partly[2, 1:3], large[1, 0] = np.nan, 1e300
    for code, named, name, array, given in (
        ("name-taken", "palette", "palette", vectors, None),
        ("name-taken", "words", "words", vectors, None),
        ("invalid-name", "My own", "My own", vectors, None),
        ("wrong-length", "5", "mine", vectors[:5], None),
        ("wrong-length", "6", "mine", vectors, ids[:5]),
        ("id-twice", "p01", "mine", vectors, [*ids[:5], "p01"]),
        ("unknown-painting", "nobody", "mine", vectors, [*ids[:5], "nobody"]),
        ("no-vectors", "(6,)", "mine", vectors[:, 0], None),
        ("no-vectors", "complex", "mine", vectors + 1j, None),
        ("no-vectors", "(6, 0)", "mine", vectors[:, :0], None),
        ("no-vectors", "array", "mine", np.full((N, 2), np.nan), None),
        ("not-finite", "p02", "mine", partly, None),
        ("not-finite", "p01", "mine", large, None),
    ):
        with raises(InputError, code, named):
            import_vectors(plain, name, array, given)
    (tmp_path / "text.npy").write_text("no array")
    np.save(tmp_path / "objects.npy", np.array([[{}]], dtype=object), allow_pickle=True)
    np.savez(tmp_path / "several.npz", a=vectors)
    for file in ("text.npy", "objects.npy", "several.npz"):
        with raises(InputError, "no-vectors", file):
            import_vectors(plain, "mine", tmp_path / file)
    with raises(InputError, "no-such-file"):
        import_vectors(plain, "mine", tmp_path / "none.npy")
    pd.DataFrame({"name": ids}).to_csv(tmp_path / "ids.csv", index=False)
    pd.DataFrame({"name": ids}).to_parquet(tmp_path / "ids.parquet")
    for file in ("ids.csv", "ids.parquet"):
        with raises(InputError, "no-id-column", file):
            import_vectors(plain, "mine", vectors, tmp_path / file)
    pd.DataFrame({"id": [*ids[:5], None], "n": 1}).to_csv(tmp_path / "ids.csv", index=False)
    with raises(InputError, "no-id", "6"):
        import_vectors(plain, "mine", vectors, tmp_path / "ids.csv")
    assert imported_names(plain) == () and not list((plain / "features").glob("*")), "what was refused left nothing"


def test_rows_without_a_vector_and_what_was_passed_over_are_counted(plain, vectors):
    vectors[0], vectors[1] = np.nan, 0
    ids = ["p00", "p01", "p02", "p03", "nobody", "p05"]
    done = import_vectors(plain, "counted", vectors, ids, skip_unknown=True)
    assert (done.imported, done.paintings, done.empty, done.zero, done.unknown, done.shared) == (3, N, 1, 1, 1, 0)
    again = import_vectors(plain, "counted", vectors, ids, skip_unknown=True)
    assert again == done, "the version follows from the vectors"
    other = import_vectors(plain, "counted", 2 * vectors, ids, skip_unknown=True)
    assert other.version != done.version
    assert len(list((plain / "features").glob("imported-counted@*"))) == 1, "what was imported before is gone"


def test_one_image_has_one_vector(tmp_path, vectors):
    twins = write_collection(tmp_path / "c", [paint("red", "bands", 0), paint("red", "bands", 0)])
    done = import_vectors(twins, "mine", vectors[:2])
    assert (done.imported, done.shared) == (2, 1)


def test_the_command_reads_files_and_says_what_to_do_next(plain, vectors, tmp_path, capsys):
    ids = [f"p{number:02d}" for number in range(N)][::-1]
    np.save(tmp_path / "v.npy", vectors.astype(np.float16))
    pd.DataFrame({"id": ids, "note": "x"}).to_csv(tmp_path / "ids.csv", index=False, sep=";")
    arguments = ["import", "embeddings", str(plain), "--feature", f"told={tmp_path / 'v.npy'}"]
    assert main([*arguments, "--ids", str(tmp_path / "ids.csv"), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["imported"] == N and document["next"].endswith("--features deep,style,palette,told")
    build_index(plain, ["told"])
    with raises(InputError, "unknown-feature", "absent"):
        build_index(plain, ["absent"])
    engine = SearchEngine.open(plain)
    assert engine.index.ids and engine.features["told"].sheet.file == "v.npy"
    row = engine.index.rows("told", ["p05"])
    assert np.allclose(row.units[0] * row.norms[0], vectors[0].astype(np.float16))
    assert main(["import", "embeddings", str(plain), "--feature", "told"]) == 2
    assert "NAME=NPY" in capsys.readouterr().err


def test_it_is_searched_mixed_and_explained_and_pictures_from_outside_lack_it(plain, vectors):
    import_vectors(plain, "mine", vectors, about="what I felt")
    build_index(plain, ["palette", "mine"])
    engine = SearchEngine.open(plain)
    found = engine.search("p00", 5, {"mine": 1.0}, metric="cosine")
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cosine = units @ units[0]
    assert [hit.id for hit in found.hits] == [f"p{row:02d}" for row in np.argsort(-cosine) if row]
    assert found.hits[0].similarity["mine"] == pytest.approx(np.sort(cosine)[-2], abs=1e-6)
    explained = explain_match(engine, "p00", found.hits[0].id, {"mine": 0.5, "palette": 0.5})
    reason = next(one for one in explained.features if one.name == "mine")
    assert "what I felt" in reason.description and f"{np.sort(cosine)[-2]:.2f}" in reason.sentence
    outside = engine.query(paint("red", "bands", 99))
    assert "mine" not in outside.vectors and "imported" in outside.missing["mine"]
    assert engine.search(outside, 3).hits, "the other features find what they find"
    with raises(InputError, "query-lacks-features", "mine"):
        engine.search(outside, 3, {"mine": 1.0})


def test_what_an_update_adds_or_changes_lacks_it(tmp_path, vectors):
    import_folder(make(tmp_path / "in", ["a.png", "b.png", "c.png"]), tmp_path / "c")
    import_vectors(tmp_path / "c", "mine", vectors[:3])
    build_index(tmp_path / "c", ["palette", "mine"])
    make(tmp_path / "in", ["b.png", "d.png"], seed=7)
    import_folder(tmp_path / "in", tmp_path / "c")
    report = build_index(tmp_path / "c", *options_of(tmp_path / "c"))
    assert report.updated and report.without == {"palette": 0, "mine": 2}, "the changed and the new one"
    engine = SearchEngine.open(tmp_path / "c")
    has = {
        path.name for path, there in zip(engine.paintings.image_paths(), engine.index.has("mine"), strict=True) if there
    }
    assert has == {"a.png", "c.png"}
    import_vectors(tmp_path / "c", "mine", vectors[:4])
    with raises(MismatchError, "feature-version", "mine"):
        SearchEngine.open(tmp_path / "c")
    report = build_index(tmp_path / "c", *options_of(tmp_path / "c"))
    assert not report.updated and report.without["mine"] == 0


def test_damage_is_found_and_another_import_mends_it(tmp_path, vectors):
    collection = write_collection(tmp_path / "c", [paint("red", "bands", seed) for seed in range(N)])
    import_vectors(collection, "mine", vectors)
    (file,) = collection.glob("features/imported-mine@*/shard-000000/vectors.npy")
    flip(file)
    for _ in range(2):
        with raises(MismatchError, "imported-vectors-damaged", "mine"):
            build_index(collection, ["palette", "mine"])
    import_vectors(collection, "mine", vectors)
    assert build_index(collection, ["palette", "mine"]).without["mine"] == 0
    flip(collection / "features" / "imported-mine.json")
    with raises(MismatchError, "imported-vectors-damaged", "mine"):
        find_imported(collection, "mine")


def test_a_collection_has_only_what_was_imported_into_it(plain, vectors):
    import_vectors(plain, "here", vectors)
    assert get_feature("here", collection=plain).dim == 5
    with raises(InputError, "unknown-feature", "here"):
        get_feature("here")
    assert "here" not in FEATURES and len(read_paintings(plain)) == N
