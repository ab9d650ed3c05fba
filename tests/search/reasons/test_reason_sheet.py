"""The sheet of reasons: whatever the formats and however many features, everything is on it and nothing runs over its
edge."""

import numpy as np
import pytest
from PIL import Image

from artextract.drawing_text import SERIES, font
from artextract.errors import InputError
from artextract.features.swatches import Swatch
from artextract.search.reasons import reason_sheet
from artextract.search.reasons.explain import Explanation, FeatureReason
from artextract.search.reasons.reason_sheet import (
    HALF,
    MARGIN,
    PICTURE_HEIGHT,
    SKETCH,
    TEXT_WIDTH,
    WIDTH,
    draw_reason_sheet,
    wrapped,
    write_reason_sheet,
)
from artextract.search.reasons.regions import Matching, RegionPair
from tests.raising import raises

LONG = (
    "Both have a very long sentence to say about what they share and in what they differ, with 26 % against 0 %. " * 3
)


class Sketched:
    """A feature whose sketches are flat pictures of one colour, as tall or wide as the painting."""

    def __init__(self, colour: tuple[int, int, int]):
        self.colour = colour

    def sketch(self, image: Image.Image) -> Image.Image:
        return Image.new("RGB", image.size, self.colour)


def reason(name: str, contribution: float | None, missing: str = "") -> FeatureReason:
    return FeatureReason(name, f"about {name}", contribution, 0.5, 0.97, missing, LONG)


def explanation(n: int, absent: int = 1, matching: Matching | None = None, swatches: int = 6) -> Explanation:
    reasons = [reason(f"feature{i}", 0.5 / 2**i) for i in range(n)] + [
        reason(f"absent{i}", None, "second") for i in range(absent)
    ]
    return Explanation(
        LONG,
        0.8,
        tuple(reasons),
        tuple(Swatch("#bf8f36", 0.5 / (i + 1), 0.02, "dark warm grey") for i in range(swatches)),
        matching,
    )


def matching(exact: bool = True) -> Matching:
    parts = np.zeros((7, 7))
    parts[1:3, 1:3] = 0.1
    pairs = (RegionPair(1, (1 / 7, 1 / 7, 3 / 7, 3 / 7), (5 / 7, 5 / 7, 1, 1), 0.9),)
    return Matching(0.4, parts if exact else None, parts if exact else None, pairs, exact, True, "squash")


def features(n: int) -> dict:
    return {f"feature{i}": Sketched((10 * i, 255 - 10 * i, 128)) for i in range(n)}


PORTRAIT, LANDSCAPE, TINY, SCROLL = (300, 700), (900, 400), (40, 30), (60, 1800)


@pytest.mark.parametrize("sizes", [(PORTRAIT, LANDSCAPE), (LANDSCAPE, LANDSCAPE), (SCROLL, TINY)])
@pytest.mark.parametrize("n", [2, 10])
def test_it_is_as_high_as_it_needs_and_its_margins_stay_clear(sizes, n):
    images = [
        Image.new("RGB", size, colour) for size, colour in zip(sizes, ((200, 60, 40), (40, 60, 200)), strict=False)
    ]
    sheet = draw_reason_sheet(
        explanation(n, matching=matching()), *images, features(n), ("A title that is far too long " * 9, "B")
    )
    pixels = np.asarray(sheet)
    assert sheet.width == WIDTH
    for edge in (pixels[:, : MARGIN - 4], pixels[:, WIDTH - MARGIN + 4 :], pixels[-10:]):
        assert (edge == pixels[0, 0]).all()
    codes = pixels.astype(int) @ (65536, 256, 1)
    for number in range(n):  # each sketch hangs there twice, whole
        shown = (codes == np.dot(features(n)[f"feature{number}"].colour, (65536, 256, 1))).sum()
        areas = [min(SKETCH[0] / w, SKETCH[1] / h) ** 2 * w * h for w, h in sizes]
        assert shown == pytest.approx(sum(areas), rel=0.05)


def test_bars_are_as_long_as_contributions():
    sheet = np.asarray(
        draw_reason_sheet(explanation(3, swatches=0), *[Image.new("RGB", (64, 64), "white")] * 2, features(3))
    ).astype(int)
    for number in range(3):
        colour = np.array([int(SERIES[number][at : at + 2], 16) for at in (1, 3, 5)])
        assert (np.abs(sheet - colour).max(-1) == 0).sum(1).max() == pytest.approx(TEXT_WIDTH / 2**number, abs=2)


def test_only_what_adds_to_the_match_is_lit():
    grey = Image.new("RGB", (700, 700), (220, 120, 40))
    strip = reason_sheet._paintings(explanation(1, matching=matching()), (grey, grey), ("a", "b"))
    side = min(HALF, PICTURE_HEIGHT)
    left = MARGIN + (HALF - side) // 2
    at = lambda x, y: np.asarray(strip)[int(y * side), left + int(x * side)].astype(int)  # noqa: E731
    assert np.ptp(at(2 / 7, 2.2 / 7)) > 150 and np.ptp(at(6 / 7, 6 / 7)) == 0


def test_regions_are_framed_at_their_place_in_both():
    image = Image.new("RGB", (700, 350), "white")
    strip = np.asarray(
        reason_sheet._paintings(explanation(1, matching=matching(exact=False)), (image, image), ("a", "b"))
    ).astype(int)
    colour = np.array([int(SERIES[1][at : at + 2], 16) for at in (1, 3, 5)])
    rows, columns = np.nonzero(np.abs(strip - colour).max(-1) == 0)
    height = HALF // 2
    for start, box in ((MARGIN, (1 / 7, 1 / 7, 3 / 7, 3 / 7)), (WIDTH - MARGIN - HALF, (5 / 7, 5 / 7, 1, 1))):
        mine = (columns >= start) & (columns < start + HALF)
        found = (columns[mine].min() - start, rows[mine].min(), columns[mine].max() - start, rows[mine].max())
        assert found == pytest.approx((box[0] * HALF, box[1] * height, box[2] * HALF, box[3] * height), abs=4)


def test_words_are_whole_and_percentages_stay_together():
    face = font(16)
    lines = wrapped(LONG, face, 200)
    assert " ".join(lines) == LONG.strip() and all(face.getlength(line) <= 200 for line in lines)
    assert not any(line.startswith("%") for line in lines)
    assert wrapped("", face, 200) == [] and wrapped("x" * 99, face, 200)[0].endswith("…")


def test_without_features_regions_or_swatches_there_is_still_a_sheet():
    image = Image.new("RGB", (64, 64), "white")
    assert draw_reason_sheet(explanation(0, absent=0, swatches=0), image, image, {}).width == WIDTH


def test_it_is_written_as_its_name_says(tmp_path):
    image = Image.new("RGB", (64, 48), "navy")
    path = write_reason_sheet(explanation(2), image, image, features(2), tmp_path / "new" / "why.png")
    assert path == tmp_path / "new" / "why.png" and Image.open(path).format == "PNG"
    with raises(InputError, "wrong-file-ending"):
        write_reason_sheet(explanation(2), image, image, features(2), tmp_path / "why.docx")
