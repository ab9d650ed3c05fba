"""FeatureExtractor and SimilaritySystem: plain folders of images, one feature, the nearest by cosine."""

import doctest
import shutil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sklearn.metrics.pairwise import cosine_similarity

from artextract import FeatureExtractor, SimilaritySystem
from artextract.errors import ImageError, InputError, MismatchError, NothingUsableError, WeightsUnavailableError
from artextract.search import system
from tests.conftest import SCHEMES, paint
from tests.raising import raises


@pytest.fixture(scope="module")
def palette():
    return FeatureExtractor("palette")


@pytest.fixture
def folder(tmp_path):
    """12 pictures in two folders, a copy of one of them, a broken file, a text and a hidden picture."""
    root = tmp_path / "pictures"
    for scheme in SCHEMES:
        for seed in range(3):
            path = root / ("warm" if scheme == "red" else "other") / f"{scheme}{seed}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            paint(scheme, "discs", seed).save(path)
    shutil.copy(root / "warm" / "red0.png", root / "copy.png")
    (root / "broken.jpg").write_bytes(b"no image")
    (root / "notes.txt").write_text("words")
    (root / ".hidden").mkdir()
    shutil.copy(root / "copy.png", root / ".hidden" / "x.png")
    return root


def test_the_examples_of_the_documentation_hold():
    found = doctest.testmod(system)
    assert found.attempted >= 9 and not found.failed


def test_an_image_is_the_same_as_file_bytes_picture_and_array(palette, folder):
    path = folder / "warm" / "red1.png"
    vector = palette.extract_features_from_image(path)
    assert vector.dtype == np.float32 and vector.shape == (palette.feature_dim,)
    for image in (str(path), path.read_bytes(), Image.open(path), np.asarray(Image.open(path))):
        assert np.array_equal(palette.extract_features_from_image(image), vector)


def test_a_directory_gives_sorted_paths_their_vectors_and_what_was_skipped(palette, folder):
    paths, vectors, skipped = palette.extract_features_from_directory(folder)
    assert [path.name for path in paths] == [
        "copy.png",
        *(f"{s}{i}.png" for s in sorted(set(SCHEMES) - {"red"}) for i in range(3)),
        "red0.png",
        "red1.png",
        "red2.png",
    ]
    assert vectors.shape == (13, palette.feature_dim) and vectors.dtype == np.float32
    for path, vector in zip(paths, vectors, strict=False):
        assert np.allclose(palette.extract_features_from_image(path), vector, atol=1e-5)
    ((bad, reason),) = skipped
    assert bad.name == "broken.jpg" and reason


def test_progress_is_reported_every_image(palette, folder):
    seen = []

    def progress(items, total, caption):
        seen.append((total, caption))
        yield from items

    palette.extract_features_from_directory(folder, progress)
    assert seen == [(14, "computing palette")]


@pytest.mark.parametrize(
    "array", [np.zeros((40, 40), np.uint8), np.zeros((40, 40, 4), np.uint8), np.zeros((40, 40, 3), np.float32)]
)
def test_arrays_of_another_kind_are_refused(palette, array):
    with raises(ImageError, "wrong-shape"):
        palette.extract_features_from_image(array)


def test_what_cannot_be_used_is_named(palette, folder, tmp_path):
    with raises(ImageError, "unusable-picture", "nowhere.png"):
        palette.extract_features_from_image(tmp_path / "nowhere.png")
    with raises(ImageError, "unusable-picture", "broken.jpg"):
        palette.extract_features_from_image(folder / "broken.jpg")
    with raises(InputError, "folder-missing"):
        palette.extract_features_from_directory(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with raises(NothingUsableError, "no-images"):
        palette.extract_features_from_directory(tmp_path / "empty")
    (tmp_path / "empty" / "a.png").write_bytes(b"")
    with raises(NothingUsableError, "no-usable-image"):
        palette.extract_features_from_directory(tmp_path / "empty")


def test_model_types_are_backbones_and_features():
    deep = FeatureExtractor("efficientnet_lite0")
    assert deep.feature_dim == 1280 and np.isfinite(deep.extract_features_from_image(paint("red", "discs", 0))).all()
    assert deep.version.startswith("deep-efficientnet_lite0@")
    with raises(InputError, "unknown-model-type", "'resnet5'") as caught:
        FeatureExtractor("resnet5")
    assert "resnet50" in caught.value.hint and "palette" in caught.value.hint


def test_resnet50_is_the_default_and_says_where_weights_come_from(monkeypatch, tmp_path):
    def away(name, *_):
        raise WeightsUnavailableError(f"the weights of '{name}' are not here", code="weights-not-here")

    monkeypatch.setattr("artextract.backbones.weights.locate", away)
    with raises(WeightsUnavailableError, "weights-not-here", "resnet50"):
        FeatureExtractor()
    monkeypatch.undo()
    with pytest.raises(InputError):
        FeatureExtractor(f"resnet50:{tmp_path / 'nowhere'}")


@pytest.mark.parametrize("index_type", ["faiss", "numpy"])
def test_the_nearest_are_those_of_scikit_learn(palette, folder, index_type):
    searched = SimilaritySystem(palette, index_type)
    assert searched.index_images(folder)[:3] == (13, 0, 13)
    paths, vectors, _ = palette.extract_features_from_directory(folder)
    query = folder / "other" / "green1.png"
    truth = dict(
        zip(paths, cosine_similarity(palette.extract_features_from_image(query)[None], vectors)[0], strict=False)
    )
    del truth[query.resolve()]
    found = searched.find_similar(query, k=5)
    assert [one.similarity for one in found] == pytest.approx(sorted(truth.values(), reverse=True)[:5], abs=1e-5)
    assert all(truth[path] == pytest.approx(similarity, abs=1e-5) for path, similarity in found)
    assert {path.name for path, _ in found[:2]} == {"green0.png", "green2.png"}
    assert len(searched.find_similar(query, k=100)) == 12


def test_the_query_and_its_copies_are_left_out_by_content(palette, folder, tmp_path):
    searched = SimilaritySystem(palette)
    searched.index_images(folder)
    elsewhere = shutil.copy(folder / "copy.png", tmp_path / "elsewhere.png")
    for query in (folder / "copy.png", str(elsewhere), elsewhere.read_bytes()):
        found = searched.find_similar(query, k=11)
        assert len(found) == 11 and not {"copy.png", "red0.png"} & {path.name for path, _ in found}
    assert {path.name for path, _ in searched.find_similar(Image.open(elsewhere), k=2)} == {
        "copy.png",
        "red0.png",
    }, "a picture has no contents to know it by"


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 30), st.integers(1, 40), st.integers(0, 999), st.booleans())
def test_faiss_and_numpy_answer_alike(n, k, seed, doubled):
    random = np.random.default_rng(seed)
    vectors = random.integers(-3, 4, (n, 5)).astype(np.float32)
    vectors = vectors[random.integers(0, n, n)] if doubled else vectors
    query = random.integers(-3, 4, 5).astype(np.float32)
    one, other = (search(vectors)(query, min(k, n)) for search in system.SEARCHES.values())
    assert np.array_equal(one[1], other[1])
    assert np.array_equal(one[1], vectors[one[0]] @ query) and np.array_equal(other[1], vectors[other[0]] @ query)


def test_indexing_again_computes_only_what_is_new(palette, folder, monkeypatch):
    searched = SimilaritySystem(palette)
    searched.index_images(folder)
    looked_at = []
    extract = palette.feature.extract
    monkeypatch.setattr(
        palette.feature,
        "extract",
        lambda paths, on_error: (looked_at.extend(paths), extract(paths, on_error))[1],
        raising=False,
    )
    assert searched.index_images(folder)[:3] == (0, 0, 13)
    assert [path.name for path in looked_at] == ["broken.jpg"], "what failed is tried again"
    looked_at.clear()
    paint("blue", "bands", 9).save(folder / "new.png")
    paint("grey", "bands", 9).save(folder / "warm" / "red1.png")
    (folder / "warm" / "red2.png").unlink()
    report = searched.index_images(folder)
    assert report[:3] == (2, 1, 13) and [path.name for path, _ in report.skipped] == ["broken.jpg"]
    assert {path.name for path in looked_at} == {"broken.jpg", "new.png", "red1.png"}
    fresh = SimilaritySystem(palette)
    fresh.index_images(folder)
    query = paint("red", "bands", 3)
    assert {path: round(value, 5) for path, value in searched.find_similar(query, 20)} == {
        path: round(value, 5) for path, value in fresh.find_similar(query, 20)
    }


def test_several_folders_are_searched_together(palette, folder):
    searched = SimilaritySystem(palette)
    searched.index_images(folder / "warm")
    assert searched.index_images(folder / "other")[:3] == (9, 0, 12)
    assert len(searched.find_similar(paint("red", "discs", 7), 20)) == 12


def test_an_image_without_the_feature_is_skipped_and_no_query(folder, monkeypatch):
    extractor = FeatureExtractor("palette")
    vector = extractor.feature.vector
    dark = lambda image: np.asarray(image)[..., 2].mean() < 60  # noqa: E731
    monkeypatch.setattr(
        extractor.feature,
        "vector",
        lambda image: np.full(extractor.feature_dim, np.nan, np.float32) if dark(image) else vector(image),
    )
    searched = SimilaritySystem(extractor)
    report = searched.index_images(folder)
    missing = [path for path, reason in report.skipped if reason == "it has no palette"]
    assert missing and report.added == 13 - len(missing) == len(searched)
    with raises(InputError, "query-lacks-feature", "palette"):
        searched.find_similar(missing[0])


def test_wrong_arguments_are_refused_with_the_mend(palette, folder):
    with raises(InputError, "unknown-index-type", "'annoy'") as caught:
        SimilaritySystem(palette, "annoy")
    assert "faiss, numpy" in caught.value.hint
    with raises(MismatchError, "wrong-dimension", "7"):
        SimilaritySystem(palette, feature_dim=7)
    assert SimilaritySystem(palette, feature_dim=palette.feature_dim).feature_dim == palette.feature_dim
    searched = SimilaritySystem(palette)
    with raises(InputError, "nothing-indexed"):
        searched.find_similar(folder / "copy.png")
    searched.index_images(folder)
    with raises(InputError, "invalid-count", "0"):
        searched.find_similar(folder / "copy.png", k=0)
    with raises(ImageError, "unusable-picture"):
        searched.find_similar("nowhere.png")


def test_what_is_saved_is_loaded_and_nothing_else(palette, folder, tmp_path):
    searched = SimilaritySystem(palette)
    searched.index_images(folder)
    file = searched.save(tmp_path / "saved")
    for index_type in system.SEARCHES:
        loaded = SimilaritySystem.load(tmp_path / "saved", palette, index_type)
        assert loaded.paths == searched.paths
        one, other = loaded.find_similar(folder / "copy.png"), searched.find_similar(folder / "copy.png")
        assert [hit.path for hit in one] == [hit.path for hit in other] and [
            hit.similarity for hit in one
        ] == pytest.approx([hit.similarity for hit in other])
        assert loaded.index_images(folder).added == 0
    with raises(MismatchError, "made-with-another", "'palette@"):
        SimilaritySystem.load(tmp_path / "saved", FeatureExtractor("texture"))
    file.write_bytes(file.read_bytes()[:100])
    with raises(MismatchError, "damaged-file"):
        SimilaritySystem.load(tmp_path / "saved", palette)
    with raises(InputError, "file-missing"):
        SimilaritySystem.load(tmp_path / "nowhere", palette)
