"""The commands duplicates and map: what they print and what they write."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from artextract.app.cli import main
from artextract.app.commands.groups import duplicates_text, map_text
from artextract.review.works import WorkStore
from artextract.search.build import build_index
from artextract.search.works.same_work import GRID
from tests.conftest import write_collection


def run(capsys, *argv):
    code = main([str(a) for a in argv])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def woven(seed: int) -> Image.Image:
    """Patches of many sizes, so that there are corners to find."""
    random = np.random.default_rng(seed)
    layers = sum(
        np.asarray(
            Image.fromarray(random.integers(0, 255, (side, side, 3)).astype(np.uint8)).resize(
                (240, 200), Image.Resampling.NEAREST
            ),
            float,
        )
        for side in (4, 9, 17)
    )
    return Image.fromarray((layers / 3).astype(np.uint8))


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    works = [woven(seed) for seed in range(7)]
    changed = [works[0].resize((120, 100), Image.Resampling.BICUBIC), works[1].crop((24, 20, 168, 140))]
    folder = write_collection(
        tmp_path_factory.mktemp("groups") / "collection",
        [*works, *changed],
        style=["A"] * 5 + ["B"] * 4,
        artist=[None] * 9,
        genre=[None] * 9,
    )
    build_index(folder, ("palette",))
    return folder


def test_decided_pairs_are_marked_or_left_out(collection, capsys, tmp_path):
    folder = shutil.copytree(collection, tmp_path / "decided")
    store = WorkStore(folder)
    store.decide("p00", "p07", "same work", "Ada")
    store.decide("p01", "p08", "different", "Ada")
    _, out, _ = run(capsys, "duplicates", folder, "--neighbours", "8")
    assert "decided: same work" in out and "p08" not in out and "1 more were decided to be different" in out
    _, out, _ = run(capsys, "duplicates", folder, "--neighbours", "8", "--undecided", "--json")
    assert json.loads(out)["groups"] == []


def test_duplicates(collection, capsys, tmp_path):
    code, out, _ = run(
        capsys,
        "duplicates",
        collection,
        "--neighbours",
        "8",
        "--csv",
        tmp_path / "d.csv",
        "--sheet",
        tmp_path / "d.png",
    )
    assert (
        code == 0
        and "2 groups among 9 paintings" in out
        and "1 same photograph, 1 detail" in out
        and "d.csv" in out
        and "d.png" in out
    )
    assert (
        pd.read_csv(tmp_path / "d.csv")["id"].tolist().count("p08") == 1 and Image.open(tmp_path / "d.png").width > GRID
    )
    code, out, _ = run(capsys, "duplicates", collection, "--neighbours", "8", "--json")
    document = json.loads(out)
    assert code == 0 and {group[0]["id"] for group in document["groups"]} == {"p00", "p01"} and document["files"] == {}
    detail = next(pair for pair in document["pairs"] if pair["kind"] == "detail")
    assert detail["second"] == "p08" and np.allclose(detail["rectangle"], (0.1, 0.1, 0.7, 0.7), atol=0.015)


def test_no_duplicates_is_an_answer(collection):
    text = duplicates_text(
        {"paintings": 9, "compared": 4, "threshold": 0.5, "groups": [], "pairs": [], "refused": [], "files": {}}
    )
    assert text == "no two of 9 paintings show one work with a confidence of 0.5 (4 pairs were compared)"


def test_map(collection, capsys, tmp_path):
    code, out, _ = run(
        capsys,
        "map",
        collection,
        "--method",
        "pca",
        "--clusters",
        "2",
        "--out",
        tmp_path / "map",
        "--csv",
        tmp_path / "m.csv",
    )
    assert (
        code == 0
        and "9 paintings mapped by pca of palette 1.00" in out
        and "2 clusters by kmeans" in out
        and "map.png" in out
    )
    assert len(pd.read_csv(tmp_path / "m.csv")) == len(pd.read_csv(tmp_path / "map" / "map.csv")) == 9
    code, out, _ = run(capsys, "map", collection, "--clusters", "2", "--json")
    document = json.loads(out)
    assert code == 0 and len(document["points"]) == 9 and sum(cluster["size"] for cluster in document["clusters"]) == 9
    assert "–" in map_text(document)  # no artist is known


@pytest.mark.parametrize(
    "argv, message",
    [
        (["duplicates", "--threshold", "2"], "threshold is 2"),
        (["duplicates", "--csv", "a.txt"], ".csv"),
        (["duplicates", "--sheet", "a.txt"], "image format"),
        (["map", "--weights", "deep=1"], "'deep' is not in the index"),
        (["map", "--csv", "a.txt"], ".csv"),
        (["map", "--clusters", "9"], "9 clusters"),
    ],
)
def test_wrong_use_is_said_before_the_work(collection, capsys, argv, message):
    code, out, err = run(capsys, argv[0], collection, *argv[1:])
    assert code == 2 and out == "" and message in err
