"""Every kind of file that a collection throws at a decoder."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageFilter

from artextract import images
from artextract.errors import ImageError, InputError
from artextract.images import Transform, inspect, open_image, perceptual_hash
from tests.raising import raises


def picture(width: int = 90, height: int = 60, seed: int = 0) -> Image.Image:
    """Smooth and structured, so that JPEG and resizing change it little; the left half is red, the right half blue."""
    rng = np.random.default_rng(seed)
    base = np.asarray(
        Image.fromarray(rng.integers(0, 255, (6, 9), dtype=np.uint8)).resize((width, height), Image.Resampling.BICUBIC),
        dtype=np.float32,
    )
    out = np.repeat(base[..., None] * 0.4, 3, axis=2)
    out[:, : width // 2, 0] += 140
    out[:, width // 2 :, 2] += 140
    return Image.fromarray(np.clip(out, 0, 255).astype(np.uint8))


def encoded(image: Image.Image, format: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def mean_error(a: Image.Image, b: Image.Image) -> float:
    assert a.size == b.size and a.mode == b.mode == "RGB"
    return float(np.abs(np.asarray(a, float) - np.asarray(b, float)).mean())


@pytest.mark.parametrize(
    "format, tolerance", [("PNG", 0), ("BMP", 0), ("TIFF", 0), ("JPEG", 4), ("WEBP", 5), ("GIF", 12)]
)
def test_formats(format, tolerance):
    original = picture()
    assert mean_error(open_image(encoded(original, format)), original) <= tolerance


def test_cmyk_jpeg_keeps_its_colours():
    original = picture()
    assert mean_error(open_image(encoded(original.convert("CMYK"), "JPEG", quality=95)), original) < 6


def test_palette_with_transparency_is_laid_on_white():
    image = picture().convert("P", palette=Image.Palette.ADAPTIVE, colors=16)
    hole = image.getpixel((0, 0))
    seen = np.asarray(open_image(encoded(image, "PNG", transparency=hole)))
    assert (seen[0, 0] == 255).all()
    assert (seen[:, -20:] != 255).any()


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_alpha_is_laid_on_white(mode):
    image = picture().convert(mode)
    image.putalpha(0)
    assert (np.asarray(open_image(encoded(image, "PNG"))) == 255).all()


def test_16_bit_grey_is_scaled_not_clipped():
    values = np.linspace(0, 65535, 64 * 48).reshape(48, 64).astype(np.uint16)
    for format in ("PNG", "TIFF"):
        seen = np.asarray(open_image(encoded(Image.fromarray(values), format)))[..., 0].astype(int)
        assert np.abs(seen - values / 257).max() <= 1


def test_16_bit_grey_that_is_dark_stays_dark():
    values = np.full((48, 64), 200, np.uint16)
    values[:, 32:] = 100
    assert np.asarray(open_image(encoded(Image.fromarray(values), "PNG"))).max() <= 1


def test_float_tiff():
    values = np.linspace(0, 1, 64 * 48, dtype=np.float32).reshape(48, 64)
    seen = np.asarray(open_image(encoded(Image.fromarray(values), "TIFF")))[..., 0]
    assert np.abs(seen.astype(float) - values * 255).max() <= 1


def test_the_first_frame_of_an_animation():
    first, second = picture(seed=1), picture(seed=2).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    data = encoded(first, "WEBP", save_all=True, append_images=[second], lossless=True)
    assert mean_error(open_image(data), first) < 1


@pytest.mark.parametrize(
    "orientation, turn",
    [(3, Image.Transpose.ROTATE_180), (6, Image.Transpose.ROTATE_90), (8, Image.Transpose.ROTATE_270)],
)
def test_exif_turns_are_undone(orientation, turn, tmp_path):
    upright = picture()
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "turned.jpg"
    upright.transpose(turn).save(path, exif=exif, quality=95)
    assert mean_error(open_image(path), upright) < 5
    facts = inspect(path)
    assert (facts.width, facts.height) == upright.size


def test_a_colour_profile_is_applied():
    original = picture()
    lab = ImageCms.createProfile("XYZ")
    data = encoded(original, "PNG", icc_profile=ImageCms.ImageCmsProfile(lab).tobytes())
    assert open_image(data).mode == "RGB"  # an ill-fitting profile loses no picture
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert mean_error(open_image(encoded(original, "PNG", icc_profile=srgb)), original) == 0


@pytest.mark.parametrize(
    "data, code",
    [
        (b"", "empty-file"),
        (b"not an image at all", "not-an-image"),
        (encoded(picture(400, 300), "JPEG")[:2000], "truncated-file"),
        (encoded(picture(400, 300), "PNG")[:2000], "truncated-file"),
        (encoded(Image.new("RGB", (1, 1)), "PNG"), "too-small"),
        (encoded(Image.new("RGB", (200, 4)), "PNG"), "too-small"),
    ],
)
def test_what_cannot_be_used_says_why(data, code, tmp_path):
    with raises(ImageError, code):
        open_image(data)
    path = tmp_path / "bad.jpg"
    path.write_bytes(data)
    with raises(ImageError, code):
        inspect(path)


def test_missing_file_and_folder(tmp_path):
    with raises(ImageError, "file-missing"):
        open_image(tmp_path / "none.jpg")
    with raises(ImageError, "folder-not-image"):
        inspect(tmp_path)


def test_too_many_pixels_are_refused_before_decoding(monkeypatch):
    monkeypatch.setattr(images.limits, "MAX_PIXELS", 5000)
    with raises(ImageError, "too-large"):
        open_image(encoded(picture(90, 60), "PNG"))
    assert open_image(encoded(picture(80, 60), "PNG")).size == (80, 60)


def test_two_hundred_megapixels_are_decoded(tmp_path):
    path = tmp_path / "master.jpg"
    Image.new("L", (16000, 12500), 90).save(
        path, quality=50
    )  # a header of 200 megapixels; flat, so the file stays small
    seen = Transform(size=224).read(path)
    assert seen.shape == (224, 224, 3) and abs(int(seen.mean()) - 90) <= 1
    facts = inspect(path)
    assert (facts.width, facts.height, facts.phash) == (16000, 12500, None)


@pytest.mark.parametrize("geometry", images.GEOMETRIES)
@pytest.mark.parametrize("size", [(90, 60), (60, 90), (64, 64), (300, 20)])
def test_every_geometry_gives_a_square(geometry, size):
    pixels = Transform(size=48, geometry=geometry).pixels(picture(*size))
    assert pixels.shape == (48, 48, 3) and pixels.dtype == np.uint8


def test_geometries_differ_as_they_say():
    wide = picture(200, 50)
    letterboxed = Transform(size=64, geometry="letterbox").pixels(wide)
    assert (letterboxed[:8] == images.LETTERBOX_GREY[0]).all() and (
        letterboxed[32, 0] != images.LETTERBOX_GREY[0]
    ).any()
    squashed = Transform(size=64, geometry="squash").pixels(wide)
    assert squashed[:, 2, 0].mean() > squashed[:, 2, 2].mean() and squashed[:, -3, 2].mean() > squashed[:, -3, 0].mean()
    with raises(InputError, "unknown-geometry"):
        Transform(geometry="stretch")


def test_a_transform_survives_being_saved():
    transform = Transform(200, "crop", (0.5, 0.5, 0.5), (0.1, 0.2, 0.3))
    assert Transform.from_dict(transform.as_dict()) == transform
    assert not {"detail", "jpeg_side"} & transform.as_dict().keys()
    limited = Transform(detail=112, jpeg_side=168)
    assert Transform.from_dict(limited.as_dict()) == limited != Transform(detail=112)


def test_a_large_picture_and_the_small_jpeg_made_of_it_are_seen_alike(tmp_path):
    """So a network cannot tell which of the two it was shown."""
    large = picture(600, 400)
    large.resize((80, 80), Image.Resampling.BICUBIC, reducing_gap=2.0).save(tmp_path / "small.jpg")
    seen = Transform(size=96, jpeg_side=80)
    small = open_image(tmp_path / "small.jpg")
    assert np.array_equal(seen.pixels(large), seen.pixels(small))
    assert np.array_equal(seen.pixels(small), Transform(size=96).pixels(small))
    assert not np.array_equal(seen.pixels(large), Transform(size=96, detail=80).pixels(large))


def test_reduced_decoding_stays_close_to_full_decoding(tmp_path):
    path = tmp_path / "large.jpg"
    picture(1800, 1200).save(path, quality=95)
    full = Transform(size=96).pixels(open_image(path)).astype(float)
    reduced = Transform(size=96).read(path).astype(float)
    assert np.abs(full - reduced).mean() < 1.5


def bits(a: str, b: str) -> int:
    return (int(a, 16) ^ int(b, 16)).bit_count()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_the_perceptual_hash_survives_rescaling_and_jpeg(seed):
    original = picture(300, 200, seed)
    copy = open_image(encoded(original.resize((150, 100)), "JPEG", quality=60))
    assert bits(perceptual_hash(original), perceptual_hash(copy)) <= 8


def test_the_perceptual_hash_tells_pictures_apart():
    hashes = [perceptual_hash(picture(300, 200, seed)) for seed in range(12)]
    assert min(bits(a, b) for i, a in enumerate(hashes) for b in hashes[:i]) > 8
    blurred = perceptual_hash(picture(300, 200).filter(ImageFilter.GaussianBlur(2)))
    assert bits(hashes[0], blurred) <= 4
