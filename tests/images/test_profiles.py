"""A colour profile is what it says, whatever it is called."""

import io
import struct

import numpy as np
import pytest
from PIL import Image, ImageCms

from artextract.images import decode, open_image, profiles
from artextract.images.colour import to_rgb
from tests.images.made import encoded, painting

PICTURE = Image.fromarray(painting())
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
GAMMA = 1.8
WIDE = ((0.7977, 0.2880, 0.0), (0.1352, 0.7119, 0.0), (0.0313, 0.0001, 0.8249))
"""Red, green and blue of ProPhoto RGB in XYZ (D50), as ISO 22028-2 gives them."""
SRGB_IN_D50 = ((0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141))


def profile(space: bytes, name: str, gamma: float, primaries=()) -> bytes:
    """An ICC profile (version 2) of one curve, and of three primaries for RGB."""
    text = name.encode("ascii") + b"\0"
    described = b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(4 + 4 + 2 + 1 + 67)
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256))

    def xyz(values):
        return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values))

    tags = {b"desc": described, b"wtpt": xyz((0.9642, 1.0, 0.8249)), b"cprt": b"text\0\0\0\0none\0"}
    if space == b"GRAY":
        tags[b"kTRC"] = curve
    else:
        for letter, primary in zip("rgb", primaries, strict=True):
            tags[f"{letter}TRC".encode()], tags[f"{letter}XYZ".encode()] = curve, xyz(primary)
    table, data, at = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for sign, content in tags.items():
        content += bytes(-len(content) % 4)
        table += sign + struct.pack(">II", at + len(data), len(content))
        data += content
    size = struct.pack(">I", at + len(data))
    head = size + b"none" + struct.pack(">I", 0x02100000) + b"mntr" + space + b"XYZ " + bytes(12) + b"acsp" + bytes(28)
    return head + struct.pack(">3i", 63190, 65536, 54061) + bytes(48) + table + data


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(open_image(data), dtype=int)


def to_linear(levels: np.ndarray) -> np.ndarray:
    values = np.asarray(levels) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def to_srgb(linear: np.ndarray) -> np.ndarray:
    linear = np.clip(linear, 0, 1)
    return 255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


@pytest.mark.parametrize("name", ["sRGB IEC61966-2.1", "Something else"])
def test_the_name_of_a_profile_changes_nothing(name):
    """Worked by hand: linear values are taken through the curve of sRGB."""
    linear = profile(b"RGB ", name, 1.0, SRGB_IN_D50)
    stored = np.rint(255 * to_linear(np.asarray(PICTURE))).astype(np.uint8)
    shown = pixels(encoded(Image.fromarray(stored), "PNG", icc_profile=linear))
    assert np.abs(shown - to_srgb(stored / 255)).max() <= 2


def test_wide_primaries_called_srgb():
    wide = profile(b"RGB ", "sRGB", GAMMA, WIDE)
    stored = np.asarray(PICTURE) // 2 + 64  # nothing outside sRGB is clipped far
    expected = to_srgb((stored / 255) ** GAMMA @ np.array(WIDE) @ np.linalg.inv(np.array(SRGB_IN_D50)))
    shown = pixels(encoded(Image.fromarray(stored.astype(np.uint8)), "TIFF", icc_profile=wide))
    inside = (expected > 2) & (expected < 253)
    assert np.abs(shown - expected)[inside.all(axis=2)].max() <= 3
    assert np.abs(shown - stored).mean() > 5


def test_srgb_by_any_name_leaves_the_pixels_alone():
    renamed = SRGB.replace("sRGB".encode("utf-16-be"), "xxxx".encode("utf-16-be")).replace(b"sRGB", b"xxxx")
    for same in (SRGB, renamed):
        assert np.array_equal(pixels(encoded(PICTURE, "PNG", icc_profile=same)), np.asarray(PICTURE))


@pytest.mark.parametrize("alpha", [False, True])
def test_grey_with_a_profile(alpha):
    grey = PICTURE.convert("L")
    expected = to_srgb((np.asarray(grey) / 255) ** GAMMA)
    given = grey.convert("LA") if alpha else grey
    shown = pixels(encoded(given, "PNG", icc_profile=profile(b"GRAY", "sRGB grey", GAMMA)))
    assert np.abs(shown - expected[..., None]).max() <= 2
    rgb = profile(b"RGB ", "x", GAMMA, SRGB_IN_D50)
    shown = pixels(encoded(given, "PNG", icc_profile=rgb))  # a grey picture of a colour workshop
    assert np.abs(shown - expected[..., None]).max() <= 2


def test_colours_are_converted_before_they_are_laid_on_white():
    half = PICTURE.convert("RGBA")
    half.putalpha(128)
    shown = pixels(encoded(half, "PNG", icc_profile=profile(b"RGB ", "x", GAMMA, SRGB_IN_D50)))
    opaque = to_srgb((np.asarray(PICTURE) / 255) ** GAMMA)
    assert np.abs(shown - (255 * 127 + opaque * 128) / 255).max() <= 3


def test_a_palette_with_a_profile_and_a_hole():
    reduced = PICTURE.quantize(16)
    flat = np.asarray(reduced.convert("RGB"))
    wide = profile(b"RGB ", "x", GAMMA, SRGB_IN_D50)
    hole = reduced.getpixel((0, 0))
    shown = pixels(encoded(reduced, "PNG", icc_profile=wide, transparency=hole))
    expected = np.where((np.asarray(reduced) == hole)[..., None], 255, to_srgb((flat / 255) ** GAMMA))
    assert np.abs(shown - expected).max() <= 2


def test_one_colour_that_is_seen_through():
    values = np.asarray(PICTURE).copy()
    values[:10] = (9, 8, 7)
    shown = pixels(encoded(Image.fromarray(values), "PNG", transparency=(9, 8, 7)))
    assert (shown[:10] == 255).all() and np.array_equal(shown[10:], values[10:])


def test_cielab():
    """White, black, middle grey and the red of sRGB, as CIE 1976 L*a*b* (D50)."""
    stored = np.array([[100, 0, 0], [0, 0, 0], [53.585, 0, 0], [54.29, 80.82, 69.91]])
    expected = np.array([[255] * 3, [0] * 3, [128] * 3, [255, 0, 0]])
    image = Image.new("LAB", (40, 40))
    bands = np.rint(stored * [255 / 100, 1, 1]).astype(int)
    for number, (light, a, b) in enumerate(bands):
        bytes_of = bytes((light, a & 255, b & 255)) * 400
        image.paste(Image.frombytes("LAB", (40, 10), bytes_of), (0, 10 * number))
    shown = pixels(encoded(image, "TIFF"))[5::10, 5]
    assert np.abs(shown - expected).max() <= 6  # a level of a* or b* is some two of red, green or blue here


@pytest.mark.parametrize(
    "bad, note",
    [
        (b"not a profile at all, " * 9, profiles.BROKEN),
        (SRGB[:200], profiles.BROKEN),
        (SRGB[:128] + bytes(400), profiles.BROKEN),
        (ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes(), profiles.UNFIT),
        (profile(b"GRAY", "x", GAMMA), profiles.UNFIT),
    ],
)
def test_a_profile_that_cannot_be_used_is_ignored_and_noted(bad, note):
    seen = decode(encoded(PICTURE, "PNG", icc_profile=bad))
    assert np.array_equal(np.asarray(seen.image), np.asarray(PICTURE)) and seen.notes == (note,)


def test_cmyk_with_the_profile_of_a_screen():
    seen = decode(encoded(PICTURE.convert("CMYK"), "TIFF", icc_profile=SRGB))
    assert seen.notes == (profiles.UNFIT,) and np.abs(np.asarray(seen.image, int) - np.asarray(PICTURE)).max() <= 1


def test_strips_are_the_same_as_the_whole(monkeypatch):
    """Against the conversion of the whole picture at once."""
    wide = profile(b"RGB ", "x", GAMMA, WIDE)
    whole = ImageCms.profileToProfile(
        PICTURE, ImageCms.ImageCmsProfile(io.BytesIO(wide)), ImageCms.createProfile("sRGB"), outputMode="RGB"
    )
    monkeypatch.setattr("artextract.images.colour.STRIP", 300)
    assert np.array_equal(pixels(encoded(PICTURE, "PNG", icc_profile=wide)), np.asarray(whole))
    clear = PICTURE.convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(PICTURE.size))
    in_strips = np.asarray(to_rgb(clear.copy(), []))
    monkeypatch.setattr("artextract.images.colour.STRIP", 10**9)
    assert np.array_equal(in_strips, np.asarray(to_rgb(clear, [])))
    assert to_rgb(clear, [], factor=4).size == (15, 10)
