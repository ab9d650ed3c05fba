"""Vectors as files: they are those of the search, and come back as they went."""

import json
import shutil

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from artextract.app.cli import main
from artextract.features.import_vectors import import_vectors
from artextract.search.asking.engine import SearchEngine
from artextract.search.build import build_index
from artextract.table import read_paintings


@pytest.fixture(scope="module")
def exported(indexed_collection, tmp_path_factory):
    folder = tmp_path_factory.mktemp("out") / "vectors"
    assert main(["export", str(indexed_collection), "--format", "embeddings", "--out", str(folder), "--projector"]) == 0
    return folder


def test_what_comes_back_gives_the_same_ranks(exported, indexed_collection, tmp_path):
    collection = shutil.copytree(indexed_collection, tmp_path / "c")
    for name in ("palette", "style"):  # one that is centred and one that is raw
        import_vectors(collection, f"own-{name}", exported / f"{name}.npy", exported / "paintings.parquet")
    build_index(collection, ["palette", "style", "own-palette", "own-style"])
    engine = SearchEngine.open(collection)
    for painting in ("p00", "p13"):
        for name in ("palette", "style"):
            was, now = (engine.search(painting, 23, {which: 1.0}) for which in (name, f"own-{name}"))
            assert [hit.id for hit in was.hits] == [hit.id for hit in now.hits]
            assert np.allclose([hit.score for hit in was.hits], [hit.score for hit in now.hits], atol=1e-4)


def test_the_files_name_what_they_hold(exported, indexed_collection):
    document = json.loads((exported / "embeddings.json").read_text())
    engine = SearchEngine.open(indexed_collection)
    assert [one["name"] for one in document["features"]] == ["deep", "style", "palette"]
    assert {one["name"]: one["version"] for one in document["features"]} == dict(engine.index.versions)
    rows = pd.read_parquet(exported / "paintings.parquet")
    assert rows["id"].tolist() == list(read_paintings(indexed_collection).ids) and rows["has_deep"].all()
    assert json.loads(pq.read_schema(exported / "paintings.parquet").metadata[b"artextract"]) == document
    for one in document["features"]:
        vectors = np.load(exported / one["file"])
        assert vectors.dtype == np.float32 and vectors.shape == (24, one["dim"])
        unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        hit = engine.search("p03", 1, {one["name"]: 1.0}, metric="cosine").hits[0]
        cosine = unit[3] @ unit[rows["id"].tolist().index(hit.id)]
        assert cosine == pytest.approx(hit.similarity[one["name"]], abs=1e-5)


def test_a_projector_reads_them(exported):
    values = np.loadtxt(exported / "palette.tsv", delimiter="\t")
    assert np.allclose(values, np.load(exported / "palette.npy"), rtol=1e-5, atol=1e-8)
    facts = pd.read_csv(exported / "palette.metadata.tsv", sep="\t")
    assert len(facts) == 24 and facts.columns.tolist() == ["id", "title", "style", "artist", "genre"]
    assert (exported / "projector_config.pbtxt").read_text().count("tensor_path") == 3


def test_some_paintings_and_features(indexed_collection, tmp_path, capsys):
    asked = ["export", str(indexed_collection), "--format", "embeddings", "--out", str(tmp_path / "v")]
    assert main([*asked, "--where", "genre=discs", "--features", "palette", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["paintings"] == len(np.load(tmp_path / "v" / "palette.npy")) < 24
    assert sorted(path.name for path in (tmp_path / "v").iterdir()) == [
        "embeddings.json",
        "paintings.parquet",
        "palette.npy",
    ]
    for wrong, code in ((["--features", "no"], "feature-not-indexed"), (["--format", "csv", "--projector"], "options")):
        assert main([*asked, *wrong, "--json"]) == 2
        assert json.loads(capsys.readouterr().out)["error"]["code"].startswith(code)
    (tmp_path / "file").touch()
    assert main([*asked[:-1], str(tmp_path / "file"), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "not-a-folder"
