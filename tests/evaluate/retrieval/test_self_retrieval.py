"""Changed pictures, and whether their painting is found again by the way of any new image."""

import numpy as np
import pytest
from PIL import Image

from artextract.evaluate.retrieval.relevance import LeftOut
from artextract.evaluate.retrieval.self_retrieval import CHANGES, SANITY, cropped, rotated, self_retrieval
from artextract.evaluate.retrieval.variants import variants_of
from artextract.search.asking.engine import SearchEngine
from artextract.search.build import build_index
from tests.conftest import SCHEMES, paint, write_collection


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """Twelve pictures, of which the last is the first again, smaller."""
    images = [
        paint(scheme, layout, seed)
        for seed, (scheme, layout) in enumerate((s, x) for s in SCHEMES for x in ("bands", "discs", "bands"))
    ][:11]
    folder = write_collection(
        tmp_path_factory.mktemp("self") / "collection", [*images, images[0].resize((120, 90))], artist=[None] * 12
    )
    build_index(folder, ("palette",))
    return SearchEngine.open(folder)


def test_changes_are_what_they_are_called():
    picture = paint("red", "discs", 0)
    changed = {name: change(picture) for name, change in CHANGES.items()}
    assert (
        changed[SANITY] is picture
        and cropped(picture, 0.05).size == (144, 108)
        and cropped(picture, 0.15).size == (112, 84)
    )
    assert changed["half size"].size == (80, 60) and all(image.mode == "RGB" for image in changed.values())
    grey = np.asarray(changed["grey"])
    assert (grey[..., 0] == grey[..., 2]).all() and np.asarray(changed["darker"]).mean() == pytest.approx(
        0.6 * np.asarray(picture).mean(), abs=1
    )
    assert (np.asarray(changed["mirror"])[:, ::-1] == np.asarray(picture)).all()
    differences = [
        np.abs(np.asarray(changed[name], float) - np.asarray(picture, float)).mean() for name in ("JPEG 30", "blur")
    ]
    assert all(0.5 < difference < 30 for difference in differences)


@pytest.mark.parametrize("size", [(300, 200), (200, 300), (168, 168)])
@pytest.mark.parametrize("degrees", [3, -3])
def test_a_turned_picture_has_no_empty_corners(size, degrees):
    turned = np.asarray(rotated(Image.new("RGB", size, "white"), degrees))
    assert turned.min() > 250 and turned.shape[0] * turned.shape[1] > 0.85 * size[0] * size[1]


def test_found_again(engine):
    found = self_retrieval(engine, variants_of(engine.index), LeftOut.of(engine.paintings))
    assert (
        found["paintings"] == 12 and found["changes"][0] == SANITY and list(found["results"]) == ["palette", "default"]
    )
    results = found["results"]["palette"]
    assert results == found["results"]["default"]
    assert results[SANITY] == {
        "hit@1": 1,
        "hit@10": 1,
        "mrr": 1,
    }  # the smaller copy is no candidate, nor the other way round
    assert results["mirror"]["hit@1"] == 1 and results["grey"]["hit@1"] < 0.5  # colours alone find no grey picture
    for change, scores in results.items():
        assert scores["hit@1"] <= scores["mrr"] <= 1 and scores["hit@1"] <= scores["hit@10"]
        for measure, value in scores.items():
            low, high = found["ci"]["palette"][change][measure]
            assert low <= value <= high


def test_a_lot_of_paintings_and_one_that_is_gone(engine, tmp_path):
    path = engine.paintings.image_paths()[3]
    kept = path.read_bytes()
    path.unlink()
    try:
        found = self_retrieval(engine, variants_of(engine.index), LeftOut.of(engine.paintings), paintings=12)
    finally:
        path.write_bytes(kept)
    assert found["paintings"] == 11 and found["not_opened"] == ["p03"]
    few = self_retrieval(engine, variants_of(engine.index), LeftOut.of(engine.paintings), paintings=3, seed=1)
    assert few["paintings"] == 3 and few == self_retrieval(
        engine, variants_of(engine.index), LeftOut.of(engine.paintings), paintings=3, seed=1
    )


def test_what_cannot_describe_new_images_is_left_out_and_not_called_bad(engine, monkeypatch):
    monkeypatch.setitem(engine.unavailable, "palette", "its models are not here")
    found = self_retrieval(engine, variants_of(engine.index), LeftOut.of(engine.paintings), paintings=3)
    assert (
        found["left_out"] == dict.fromkeys(("palette", "default"), "its models are not here")
        and found["results"] == found["judged"] == {}
    )


def test_only_allowed_paintings_are_drawn(engine):
    allowed = np.zeros(12, dtype=bool)
    allowed[[2, 5]] = True
    found = self_retrieval(engine, variants_of(engine.index), LeftOut.of(engine.paintings), allowed=allowed)
    assert found["paintings"] == 2 and found["judged"]["palette"] == 2
