"""What is seen in a picture is found out once, and forgotten with the index that it was seen with."""

import numpy as np
import pytest
from PIL import Image

from artextract.errors import InputError
from artextract.search.asking.engine import SearchEngine
from artextract.search.reasons.described_image import IMAGES_KEPT, DescribedImage, DescribedImages
from artextract.search.reasons.match import matching_of
from artextract.search.reasons.overlays import overlaid, overlays_of
from artextract.search.reasons.regions import matching_regions
from tests.conftest import paint
from tests.raising import raises


@pytest.fixture(scope="module")
def engine(indexed_collection):
    return SearchEngine.open(indexed_collection)


def described(engine, painting_id, region=None):
    return DescribedImage(engine, engine.query(painting_id, region), painting_id)


def test_stored_vectors_are_those_that_the_features_give(engine):
    one = described(engine, "p00")
    new = DescribedImage(engine, engine.query(engine.records.image("p00")), engine.records.image("p00"))
    for feature in engine.features.values():
        stored, made = one.vector(feature), new.vector(feature)
        assert stored @ made / np.linalg.norm(stored) / np.linalg.norm(made) > 0.999, feature.name


def test_of_a_region_its_part_is_seen(engine):
    part = described(engine, "p00", (0.5, 0.0, 1.0, 0.5))
    assert part.image.size == (80, 60)
    assert np.array_equal(np.asarray(part.image), np.asarray(engine.records.image("p00").crop((80, 0, 160, 60))))
    palette = engine.features["palette"]
    assert np.allclose(part.vector(palette), palette.vector(part.image)) and not np.allclose(
        part.vector(palette), described(engine, "p00").vector(palette)
    )


def test_regions_match_as_those_of_the_pictures_do(engine):
    a, b = described(engine, "p00"), described(engine, "p01")
    space = engine.index.space("deep")
    expected = matching_regions(
        a.image, b.image, engine.features["deep"], None if space.matrix is not None else space.mean
    )
    assert matching_of(a, b).as_dict() == expected.as_dict()


def test_described_images_are_kept_until_another_index_comes(engine, indexed_collection):
    images, asked = DescribedImages(kept=2), []
    of = lambda engine, name: images.of(engine, name, lambda: asked.append(name) or engine.query(name), name)  # noqa: E731
    first = of(engine, "p00")
    assert of(engine, "p00") is first and asked == ["p00"]
    of(engine, "p01"), of(engine, "p02"), of(engine, "p00")
    assert asked == ["p00", "p01", "p02", "p00"]
    again = SearchEngine.open(indexed_collection)
    assert of(again, "p00").engine is again and asked[-1] == "p00" and len(asked) == 5
    for number in range(IMAGES_KEPT + 3):
        assert of(again, f"p{number:02d}").image.size == (160, 120)
    assert len(images._images) == IMAGES_KEPT


def test_a_picture_that_is_gone(engine, tmp_path):
    lost = DescribedImage(engine, engine.query(paint("red", "bands", 5)), tmp_path / "nowhere.png")
    assert lost.image_or_none is None and matching_of(lost, described(engine, "p00")) is None
    with raises(InputError, "unusable-picture"):
        _ = lost.image
    with pytest.raises(InputError):
        overlaid("regions", lost, described(engine, "p00"))


def test_every_overlay_that_is_offered_can_be_drawn(engine):
    a, b = described(engine, "p03"), described(engine, "p04")
    there = overlays_of(engine)
    assert list(there) == ["regions", "likeness", "palette", "deep"]
    for name, overlay in there.items():
        assert overlay.title and overlay.caption.endswith(".")
        found = overlaid(name, a, b)
        assert found.a.shapes or found.a.layer is not None or found.a.says, name


def test_the_veil_of_likeness_is_clear_where_it_counts(engine):
    a, b = described(engine, "p00"), described(engine, "p01")
    heat, _ = matching_of(a, b).heat()
    veil = 255 - np.asarray(
        overlaid("likeness", a, b).a.layer.getchannel("A").resize(heat.shape[::-1], Image.Resampling.BOX), float
    )
    assert np.corrcoef(heat.ravel(), veil.ravel())[0, 1] > 0.9


def test_what_this_machine_cannot_see_is_not_offered(indexed_collection):
    engine = SearchEngine.open(indexed_collection)
    engine.unavailable["deep"] = "its weights are not here"
    assert list(overlays_of(engine)) == ["palette"]
