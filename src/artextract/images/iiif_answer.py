"""The picture that a request of the IIIF Image API asks for: cut, scaled, mirrored, turned, and written, in that
order."""

from __future__ import annotations

import io

from PIL import Image, ImageOps

from artextract.images.iiif_request import ImageRequest

_JPEG = {"quality": 88}
_OPTIONS = {
    "jpg": ("JPEG", _JPEG),
    "png": ("PNG", {"compress_level": 4}),
    "webp": ("WEBP", {"quality": 86, "method": 1}),
}


def answer(picture: Image.Image, asked: ImageRequest, whole: tuple[int, int]) -> bytes:
    """``picture`` is an upright RGB picture, which may be a reduced copy of one of ``whole`` pixels."""
    left, top, across, down = asked.region
    fx, fy = picture.width / whole[0], picture.height / whole[1]
    box = (left * fx, top * fy, min(picture.width, (left + across) * fx), min(picture.height, (top + down) * fy))
    if picture.size == whole and asked.size == (across, down):
        image = picture.crop((left, top, left + across, top + down))
    else:
        image = picture.resize(asked.size, Image.Resampling.LANCZOS, box, reducing_gap=3.0)
    if asked.mirrored:
        image = ImageOps.mirror(image)
    image = _turned(image, asked.degrees)
    if asked.quality == "gray":
        image = image.convert("L")
    elif asked.quality == "bitonal":
        image = image.convert("1").convert("L") if asked.format != "png" else image.convert("1")
    form, options = _OPTIONS[asked.format]
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def _turned(image: Image.Image, degrees: float) -> Image.Image:
    """Clockwise; what a slanted picture leaves free is white."""
    if degrees == 0:
        return image
    if degrees % 90 == 0:
        quarter = {
            90: Image.Transpose.ROTATE_270,
            180: Image.Transpose.ROTATE_180,
            270: Image.Transpose.ROTATE_90,
        }
        return image.transpose(quarter[int(degrees)])
    return image.rotate(-degrees, Image.Resampling.BICUBIC, expand=True, fillcolor="white")
