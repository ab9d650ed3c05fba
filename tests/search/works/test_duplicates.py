"""Copies, details and mirrored pictures are found among others, told apart, and placed where they belong."""

import io
import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageEnhance

from artextract.errors import InputError
from artextract.images import perceptual_hash
from artextract.search.works.candidates import candidate_pairs, distinct_files, hash_bits, mirrored_hash, nearest_pairs
from artextract.search.works.duplicates import (
    DETAIL,
    MIRROR,
    OTHER_PHOTOGRAPH,
    SAME_FILE,
    SAME_PHOTOGRAPH,
    Pair,
    confidence,
    find_duplicates,
    grouped,
    kind_of,
    with_verdicts,
    write_csv,
)
from artextract.search.works.duplicates_sheet import BOX, GAP, HEAD, MARK, draw_sheet, write_sheet
from artextract.search.works.keypoints import find_keypoints
from artextract.search.works.placing import placing
from artextract.search.works.same_work import Alignment, align, judged, rectangle
from artextract.table import read_paintings
from tests.conftest import write_collection
from tests.raising import raises


def picture(seed: int, size: tuple[int, int] = (300, 220)) -> Image.Image:
    """Strokes and discs of many sizes on a ground that changes."""
    random = np.random.default_rng(seed)
    image = Image.new("RGB", size, tuple(random.integers(60, 200, 3)))
    draw = ImageDraw.Draw(image)
    for _ in range(140):
        x, y, r = random.uniform(0, size[0]), random.uniform(0, size[1]), random.uniform(3, 28)
        colour = tuple(random.integers(0, 255, 3).tolist())
        if random.random() < 0.5:
            draw.ellipse((x - r, y - r * 0.7, x + r, y + r * 0.7), fill=colour)
        else:
            draw.line(
                (x, y, x + random.uniform(-50, 50), y + random.uniform(-50, 50)),
                fill=colour,
                width=int(random.integers(2, 8)),
            )
    return image


def jpeg(image: Image.Image, quality: int = 60) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")


def part(image: Image.Image, box: tuple[float, float, float, float]) -> Image.Image:
    """Of fractions of width and height."""
    return image.crop(tuple(round(value * side) for value, side in zip(box, image.size * 2, strict=False)))


def aligned(first: Image.Image, second: Image.Image, upright: bool = False) -> Alignment | None:
    return align(lambda: first, lambda: second, find_keypoints(first), find_keypoints(second), upright)


def bright(image: Image.Image) -> Image.Image:
    return ImageEnhance.Color(ImageEnhance.Brightness(image).enhance(1.25)).enhance(0.6)


MADE = {
    "recompressed": (lambda image: jpeg(image, 40), SAME_PHOTOGRAPH),
    "reduced": (lambda image: image.resize((150, 110), Image.Resampling.BICUBIC), SAME_PHOTOGRAPH),
    "other tones": (lambda image: jpeg(bright(image)), OTHER_PHOTOGRAPH),
    "cut": (lambda image: jpeg(part(image, (0.05, 0.06, 0.97, 0.94))), OTHER_PHOTOGRAPH),
    "turned": (
        lambda image: part(image.rotate(2.5, Image.Resampling.BICUBIC), (0.05, 0.05, 0.95, 0.95)),
        OTHER_PHOTOGRAPH,
    ),
    "mirrored": (lambda image: jpeg(image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)), MIRROR),
    "part": (lambda image: jpeg(part(image, (0.3, 0.2, 0.8, 0.7))), DETAIL),
}


@pytest.mark.parametrize("name", MADE)
def test_each_kind_is_kept_apart(name):
    change, kind = MADE[name]
    found = aligned(picture(1), change(picture(1)))
    assert kind_of(found) == kind and confidence(found) > 0.9 and found.mirrored == (kind == MIRROR)


def test_different_pictures_are_not_confident():
    pictures = [picture(seed) for seed in range(10, 15)]
    for i, first in enumerate(pictures):
        for second in [*pictures[i + 1 :], part(pictures[i - 1], (0.2, 0.2, 0.7, 0.7))]:
            found = aligned(first, second, upright=True)
            assert found is None or confidence(found) < 0.3


def test_one_frame_around_two_pictures_makes_them_no_single_work():
    oval = Image.new("L", (300, 220), 0)
    ImageDraw.Draw(oval).ellipse((8, 6, 292, 214), fill=255)
    framed = [Image.composite(picture(seed), Image.new("RGB", (300, 220), "white"), oval) for seed in (40, 41)]
    found = aligned(*framed, upright=True)
    assert confidence(found) < 0.5 and confidence(aligned(framed[0], jpeg(framed[0]))) > 0.9


@settings(max_examples=6, deadline=None)
@given(st.floats(0.45, 0.7), st.floats(0.45, 0.7), st.floats(0, 1), st.floats(0, 1), st.booleans())
def test_a_detail_lies_where_it_was_cut_out(width, height, x, y, mirrored):
    box = ((1 - width) * x, (1 - height) * y, (1 - width) * x + width, (1 - height) * y + height)
    whole = picture(3, (400, 300))
    detail = part(whole, box).resize((260, 210))
    if mirrored:
        detail = detail.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    found = aligned(whole, detail)
    assert found.mirrored == mirrored and np.allclose(rectangle(found, whole.size, detail.size), box, atol=0.012)
    assert found.covered[0] == pytest.approx(width * height, abs=0.03) and found.covered[1] > 0.97


def test_keypoints_of_the_mirrored_picture_are_the_mirrored_keypoints():
    image = picture(4)
    ours, theirs = find_keypoints(image).mirrored(), find_keypoints(image.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    matrix, count = placing(ours, theirs)
    assert count > 60 and np.allclose(matrix, [[1, 0, 0], [0, 1, 0]], atol=0.01)


def test_pixels_mend_a_rough_placing():
    image = picture(5)
    rough = np.array([[1.03, 0.02, -0.015], [-0.01, 0.98, 0.012]])
    found = judged(image, jpeg(image, 80), rough)
    assert found.agreement > 0.97 and np.allclose(found.matrix, [[1, 0, 0], [0, 1, 0]], atol=0.004)


def test_pictures_without_corners_are_laid_edge_on_edge():
    x, y = np.meshgrid(np.linspace(0, 1, 200), np.linspace(0, 1, 150))
    smooth = Image.fromarray((np.stack([x**2, y, (x - y) ** 2], axis=2) * 255).astype(np.uint8))
    assert len(find_keypoints(smooth).points) < 5 and aligned(smooth, jpeg(smooth)) is None
    found = aligned(smooth, jpeg(smooth), upright=True)
    assert found.matches == 0 and found.agreement > 0.9
    assert find_keypoints(Image.new("RGB", (200, 100), "white")).points.shape == (0, 3)


def test_the_mirrored_hash_is_about_that_of_the_mirrored_picture():
    for seed in range(8):
        image = picture(seed)
        mirrored = perceptual_hash(image.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
        assert (int(mirrored_hash(perceptual_hash(image)), 16) ^ int(mirrored, 16)).bit_count() <= 6
        assert hash_bits([perceptual_hash(image), mirrored, None], np.array([[0, 1], [0, 2]]))[0] <= 6
    assert mirrored_hash(None) is None and hash_bits(["0" * 16, None], np.array([[0, 1]])).tolist() == [64]


def test_nearest_pairs_are_those_of_a_sort():
    random = np.random.default_rng(0)
    vectors = random.normal(size=(40, 6)).astype(np.float32)
    vectors[7] = 0
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -np.inf)
    likeness[7] = likeness[:, 7] = -np.inf
    expected = {(i, j) for i in range(40) if i != 7 for j in np.argsort(-likeness[i])[:3].tolist()}
    assert {tuple(pair) for pair in nearest_pairs(vectors, 3).tolist()} == expected
    assert len(nearest_pairs(vectors[:1], 3)) == len(nearest_pairs(vectors, 0)) == 0


def test_candidates_and_copies():
    hashes = [
        perceptual_hash(image)
        for image in (
            picture(0),
            jpeg(picture(0)),
            picture(1),
            picture(1).transpose(Image.Transpose.FLIP_LEFT_RIGHT),
            picture(2),
        )
    ]
    assert candidate_pairs(hashes, {}).tolist() == [[0, 1], [2, 3]]
    block = np.eye(5, dtype=np.float32)
    block[4] = block[2]
    assert candidate_pairs([None] * 2, {"deep": np.eye(2, dtype=np.float32), "palette": block[[2, 4]]}, 1).tolist() == [
        [0, 1]
    ]
    assert candidate_pairs([None] * 5, {"palette": block[[2, 4]]}, 1).tolist() == [[0, 1]]
    first, copies = distinct_files(["b", "a", "b", "c", "b"])
    assert first.tolist() == [0, 1, 3] and copies.tolist() == [[0, 2], [0, 4]]


def test_groups_begin_with_the_largest_that_is_no_detail():
    def pair(first, second, kind=OTHER_PHOTOGRAPH, sure=0.9):
        return Pair(
            first, second, kind, sure, False, (0.1, 0.2, 0.5, 0.6) if kind == DETAIL else None, 0.9, 1.0, 9, False
        )

    pairs = [pair("a", "b"), pair("b", "c", sure=0.7), pair("d", "e", DETAIL, 0.95)]
    groups = grouped(pairs, list("abcdef"), {"a": 10, "b": 10, "c": 20, "d": 5, "e": 50, "f": 1})
    assert [[member.id for member in group] for group in groups] == [["d", "e"], ["c", "a", "b"]]
    _, detail = groups[0]
    assert (detail.kind, detail.to, detail.rectangle) == (DETAIL, "d", (0.1, 0.2, 0.5, 0.6))
    assert [(member.to, member.confidence) for member in groups[1]] == [(None, None), ("b", 0.9), ("c", 0.7)]
    assert grouped([], ["a"], {"a": 1}) == []


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    """p00..p05 are six works; then copies of p00..p03: the same file, a mirrored one, a detail, a smaller one; p10 is
    broken, p11 alone."""
    works = [picture(seed) for seed in range(20, 26)]
    changed = [
        works[0],
        jpeg(works[1].transpose(Image.Transpose.FLIP_LEFT_RIGHT)),
        jpeg(part(works[2], (0.1, 0.3, 0.6, 0.9))),
        works[3].resize((150, 110)),
    ]
    images = [*works, *changed, picture(30), picture(31)]
    objects = ["o3" if i in (3, 9) else None for i in range(12)]
    target = tmp_path_factory.mktemp("copies") / "collection"
    folder = write_collection(target, images, style=[None] * 12, artist=["A"] * 12, genre=[None] * 12, object=objects)
    (folder / "images" / "p10.png").write_bytes(b"no picture")
    return folder


@pytest.fixture(scope="module")
def found(collection):
    paintings = read_paintings(collection)
    tiny = np.stack(
        [
            np.asarray(Image.open(path).convert("RGB").resize((6, 6))).ravel() if i != 10 else np.ones(108)
            for i, path in enumerate(paintings.image_paths())
        ]
    )
    block = tiny - tiny.mean(1, keepdims=True) + 1e-3
    block = (block / np.linalg.norm(block, axis=1, keepdims=True)).astype(np.float32)
    return find_duplicates(
        SimpleNamespace(
            paintings=paintings,
            index=SimpleNamespace(
                ids=paintings.ids,
                features=("deep",),
                rows=lambda name, ids: SimpleNamespace(units=block[[paintings.position(one) for one in ids]]),
            ),
        ),
        neighbours=11,
    )


def test_what_is_hidden_in_a_collection_is_found_and_nothing_else(found):
    assert {(pair.first, pair.second, pair.kind) for pair in found.pairs} == {
        ("p00", "p06", SAME_FILE),
        ("p01", "p07", MIRROR),
        ("p02", "p08", DETAIL),
        ("p03", "p09", SAME_PHOTOGRAPH),
    }
    by_second = {pair.second: pair for pair in found.pairs}
    assert np.allclose(by_second["p08"].rectangle, (0.1, 0.3, 0.6, 0.9), atol=0.012)
    assert [pair.known for pair in (by_second["p09"], by_second["p08"])] == [True, False]
    assert found.skipped == [{"id": "p10", "reason": "not an image that can be decoded"}]
    assert sorted(tuple(member.id for member in group) for group in found.groups) == [
        ("p00", "p06"),
        ("p01", "p07"),
        ("p02", "p08"),
        ("p03", "p09"),
    ]
    document = json.loads(json.dumps(found.as_dict()))
    assert document["kinds"][DETAIL] == 1 and document["known"] == 1 and document["paintings"] == 12


def test_the_table(found, tmp_path):
    table = pd.read_csv(write_csv(tmp_path / "d.csv", found))
    assert len(table) == 8 and (table.groupby("group")["kind"].first() == "reference").all()
    detail = table[table["kind"] == DETAIL].iloc[0]
    assert detail["to"] == "p02" and np.allclose(
        detail[["left", "top", "right", "bottom"]].astype(float), (0.1, 0.3, 0.6, 0.9), atol=0.012
    )
    with raises(InputError, "wrong-file-ending"):
        write_csv(tmp_path / "d.txt", found)


def test_the_sheet_frames_the_detail(found, tmp_path):
    group = [group for group in found.groups if group[0].id == "p02"]
    sheet = np.asarray(draw_sheet(found, group)).astype(int)
    red = np.abs(sheet - [int(MARK[i : i + 2], 16) for i in (1, 3, 5)]).max(2) < 3
    height = BOX * 220 // 300
    rows, columns = np.nonzero(red[HEAD + BOX - height : HEAD + BOX, GAP : GAP + BOX])
    seen = columns.min() / BOX, rows.min() / height, columns.max() / BOX, rows.max() / height
    assert np.allclose(seen, (0.1, 0.3, 0.6, 0.9), atol=0.03)
    assert write_sheet(tmp_path / "s.png", found).exists()
    with raises(InputError, "wrong-file-ending"):
        write_sheet(tmp_path / "s.xyz", found)


def test_wrong_use(collection):
    with raises(InputError, "invalid-threshold"):
        find_duplicates(collection, 1.5)
    with raises(InputError, "invalid-count"):
        find_duplicates(collection, neighbours=-1)


def test_what_people_decided_is_marked_left_out_and_had_back(found):
    verdicts = {("p00", "p06"): "different", ("p01", "p07"): "version", ("p02", "p03"): "same work"}
    seen = with_verdicts(found, verdicts)
    assert [pair.second for pair in seen.refused] == ["p06"] and len(seen.pairs) == len(found.pairs) - 1
    assert {group[0].id: group[1].decided for group in seen.groups} == {"p01": "version", "p02": None, "p03": None}
    left = with_verdicts(seen, verdicts, undecided=True)
    assert sorted(group[0].id for group in left.groups) == ["p02", "p03"]
    assert with_verdicts(seen, {}) == found, "undone, all is as it was"
