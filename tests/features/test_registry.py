"""The contract that every feature keeps, run on each row of the registry."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from artextract.errors import ArtExtractError, InputError
from artextract.features import (
    FEATURES,
    PRESETS,
    Feature,
    get_feature,
    list_features,
    missing_here,
    presets_of,
    store_folder,
)
from artextract.images import open_image
from artextract.index.spaces import SPACES
from tests.conftest import paint
from tests.raising import raises


@pytest.fixture(scope="module")
def paths(tmp_path_factory) -> list[Path]:
    folder = tmp_path_factory.mktemp("paths")
    for number, layout in enumerate(["bands", "discs", "bands"]):
        paint("red", layout, number).save(folder / f"{number}.png")
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    Image.new("RGB", (300, 200), "white").save(folder / "white.png")
    return [folder / name for name in ("0.png", "broken.png", "1.png", "missing.png", "2.png", "white.png")]


@pytest.fixture(scope="module", params=FEATURES)
def feature(request):
    if request.param == "semantic" and (reason := missing_here("semantic")):
        pytest.skip(reason)
    return get_feature(request.param)


@pytest.fixture(scope="module")
def extracted(feature, paths):
    try:
        feature.require()
    except ArtExtractError as missing:
        pytest.skip(f"{missing.message}: {missing.hint}")
    bad, rows = {}, {}
    for positions, vectors in feature.extract(paths, bad.__setitem__):
        assert vectors.dtype == np.float32 and vectors.shape == (len(positions), feature.dim)
        rows |= {int(position): vector for position, vector in zip(positions, vectors, strict=False)}
    return rows, bad


def test_names_and_versions_can_name_a_folder(feature, tmp_path):
    assert FEATURES[feature.name] and feature.description and feature.dim > 0
    assert re.fullmatch(r"[\w.-]+", feature.store_name) and re.fullmatch(r"[\w.-]+", feature.version)
    assert store_folder(tmp_path, feature) == tmp_path / "features" / f"{feature.store_name}@{feature.version}"


def test_what_is_said_about_it_is_complete(feature):
    assert feature.space in SPACES and feature.about and not feature.about.endswith(".")
    assert all(re.fullmatch("#[0-9a-f]{6}", code) for code in (feature.colour.light, feature.colour.dark))
    assert set(feature.presets) <= set(PRESETS) and all(1 <= weight <= 100 for weight in feature.presets.values())
    assert (feature.overlay is not None) == (type(feature).drawing is not Feature.drawing)


def test_bad_images_are_reported_and_the_others_stay_aligned(extracted):
    rows, bad = extracted
    assert sorted(rows) == [0, 2, 4, 5]
    assert sorted(bad) == [1, 3] and bad[3] == "file is missing" and all(bad.values())


def test_one_picture_gives_what_its_file_gives(feature, paths, extracted):
    for position, row in extracted[0].items():
        vector = feature.vector(open_image(paths[position]))
        assert vector.dtype == np.float32 and vector.shape == (feature.dim,)
        assert np.array_equal(np.isnan(vector), np.isnan(row))
        assert np.isnan(row).all() or cosine(vector, row) > 0.999


def test_vectors_are_finite_or_all_nan_and_tell_pictures_apart(extracted):
    rows = [row for row in extracted[0].values() if not np.isnan(row).any()]
    assert all(np.isfinite(row).all() for row in rows)
    assert all(np.isnan(row).all() for row in extracted[0].values() if np.isnan(row).any())
    for row in rows:
        assert all(other is row or cosine(row, other) < 0.9999 for other in rows)


def test_extracting_twice_gives_the_same(feature, paths, extracted):
    again = {
        int(p): v
        for positions, vectors in feature.extract(paths[:1], lambda *_: None)
        for p, v in zip(positions, vectors, strict=False)
    }
    assert np.allclose(again[0], extracted[0][0], rtol=1e-2, atol=1e-3, equal_nan=True)


def test_an_unknown_feature_is_named():
    with raises(InputError, "unknown-feature", "aura") as caught:
        get_feature("aura")
    assert "palette" in caught.value.hint


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def test_all_features_are_listed_with_what_they_lack():
    rows = {row["name"]: row for row in list_features()}
    assert list(rows) == list(FEATURES) and all(row["description"] for row in rows.values())
    assert rows["palette"]["missing"] is None and rows["palette"]["dim"] == get_feature("palette").dim
    assert all(row["dim"] or row["missing"] for row in rows.values())
    assert missing_here("style", model="nowhere").startswith("'nowhere' is not a model")


def test_no_two_features_share_a_colour_and_presets_are_made_of_what_is_there():
    features = [get_feature(name) for name in FEATURES if name != "semantic"]
    colours = [code for feature in features for code in (feature.colour.light, feature.colour.dark)]
    assert len(set(colours)) == len(colours)
    assert {preset.name: preset.weights for preset in presets_of(features)} == {
        "same hand": {"style": 60, "deep": 20, "palette": 20},
        "same subject": {"style": 70, "deep": 30},
        "same colours": {"palette": 100},
        "same composition": {"structure": 70, "composition": 30},
        "same light": {"lighting": 100},
        "same pose": {"pose": 70, "face": 30},
    }
    (alone,) = presets_of([get_feature("pose")])
    assert (alone.name, alone.about) == ("same pose", PRESETS["same pose"])
    assert not presets_of([get_feature("face")]), "less than half of the mix"
