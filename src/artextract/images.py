"""The only decoder: any image file to upright 8-bit sRGB, its content hash and perceptual hash, and the resize a
network wants."""

from __future__ import annotations

import hashlib
import io
import warnings
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError
from scipy.fft import dctn

from artextract.errors import ImageError, InputError

EXTENSIONS = frozenset(
    [
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jfif",
        ".png",
        ".webp",
        ".tif",
        ".tiff",
        ".bmp",
        ".gif",
        ".jp2",
        ".avif",
        ".ppm",
        ".pgm",
    ]
)
MIN_SIDE = 16
"""Images with a side shorter than this many pixels show nothing and are refused."""
MAX_PIXELS = 256_000_000
"""Larger images are refused; a museum's 200-megapixel master still passes."""
LARGE = 40_000_000
"""Pictures of more pixels are decoded one at a time, since each takes gigabytes while its colours are converted."""
_one_large = Lock()
GEOMETRIES = ("squash", "letterbox", "crop")
LETTERBOX_GREY = (128, 128, 128)

Image.MAX_IMAGE_PIXELS = None  # ours is MAX_PIXELS, checked before anything is decoded


@dataclass(frozen=True)
class ImageFacts:
    """What an import keeps of a file: sizes are those of the upright picture, hashes are lower-case hex.

    ``phash`` is None for a picture so flat that its hash would be that of the noise in it.
    """

    sha256: str
    phash: str | None
    width: int
    height: int


@dataclass(frozen=True)
class Transform:
    """How a picture becomes a network's square input; saved with every model and index.

    ``geometry``: "squash" resizes both sides to ``size``, "letterbox" keeps the aspect on grey, "crop" keeps the aspect
    and cuts the longer side at both ends. ``mean`` and ``std`` are per channel for values in 0..1. ``detail``: a
    picture is first reduced to a square of that side, so that a sharp photograph shows a network no finer detail than
    the small files it was trained on did."""

    size: int = 224
    geometry: str = "squash"
    mean: tuple[float, float, float] = (0.485, 0.456, 0.406)
    std: tuple[float, float, float] = (0.229, 0.224, 0.225)
    detail: int | None = None

    def __post_init__(self) -> None:
        if self.geometry not in GEOMETRIES:
            raise InputError(
                f"there is no geometry '{self.geometry}'",
                f"choose one of {', '.join(GEOMETRIES)}",
                code="unknown-geometry",
            )

    def pixels(self, image: Image.Image) -> np.ndarray:
        """An RGB picture as ``uint8 (size, size, 3)``."""
        if self.detail and self.detail < min(image.size):
            image = self._fitted(image, self.detail)
        return np.asarray(self._fitted(image, self.size))

    def _fitted(self, image: Image.Image, side: int) -> Image.Image:
        target = (side, side)
        if self.geometry == "squash":
            return image.resize(target, Image.Resampling.BICUBIC, reducing_gap=2.0)
        if self.geometry == "letterbox":
            return ImageOps.pad(image, target, Image.Resampling.BICUBIC, color=LETTERBOX_GREY)
        return ImageOps.fit(image, target, Image.Resampling.BICUBIC)

    def read(self, source: str | Path | bytes | Image.Image) -> np.ndarray:
        """Decode and resize in one step; raises ``ImageError``."""
        return self.pixels(open_image(source, at_least=self.size))

    def as_dict(self) -> dict[str, Any]:
        values = asdict(self)
        return values if self.detail else {name: value for name, value in values.items() if name != "detail"}

    @staticmethod
    def from_dict(values: dict[str, Any]) -> Transform:
        return Transform(
            values["size"], values["geometry"], tuple(values["mean"]), tuple(values["std"]), values.get("detail")
        )


def open_image(source: str | Path | bytes | Image.Image, at_least: int | None = None) -> Image.Image:
    """Decode a file, the bytes of one, or an already open picture to an upright RGB picture.

    Animated files give their first frame; transparency is laid on white; 16-bit and float values are scaled to 8 bits;
    an embedded colour profile is converted to sRGB. ``at_least`` allows a JPEG to be decoded at a reduced size whose
    shorter side still has twice that many pixels.

    Raises ``ImageError`` with a short reason for what cannot be decoded, and for sides below ``MIN_SIDE`` or more than
    ``MAX_PIXELS`` pixels.
    """
    if isinstance(source, Image.Image):
        return _to_rgb(source)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(source) if isinstance(source, bytes) else source) as image:
                check_size(*image.size)
                if at_least and image.format == "JPEG":
                    image.draft(image.mode, (2 * at_least, 2 * at_least))
                large = _one_large if image.size[0] * image.size[1] > LARGE else nullcontext()
                with large:
                    image.load()
                    return _to_rgb(image)
    except ImageError:
        raise
    except Exception as error:  # decoders raise whatever the broken bytes led them to
        raise ImageError(_reason(source, error)) from error


def image_files(folder: Path) -> list[Path]:
    """All files below a folder that end as images do, sorted."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in EXTENSIONS and path.is_file())


def check_size(width: int, height: int) -> None:
    """Raise ``ImageError`` where a picture is too small to show anything or too large to decode."""
    if min(width, height) < MIN_SIDE:
        raise ImageError(f"too small ({width} x {height} pixels, at least {MIN_SIDE} on each side)", code="too-small")
    if width * height > MAX_PIXELS:
        raise ImageError(
            f"too large ({width * height / 1e6:.0f} megapixels, at most {MAX_PIXELS / 1e6:.0f})", code="too-large"
        )


def inspect(path: str | Path) -> ImageFacts:
    """Decode a file once to learn that it is whole, how large it is and what its hashes are; raises ``ImageError``."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise ImageError(_reason(path, error)) from error
    image = open_image(data, at_least=64)
    width, height = upright_size(data)
    return ImageFacts(content_hash(data), perceptual_hash(image), width, height)


def upright_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels after the EXIF turn, read from the header alone."""
    with Image.open(io.BytesIO(data)) as image:
        width, height = image.size
        return (height, width) if image.getexif().get(0x0112, 1) in (5, 6, 7, 8) else (width, height)


def content_hash(source: str | Path | bytes) -> str:
    """SHA-256 of the bytes of a file, as 64 hex digits."""
    data = source if isinstance(source, bytes) else Path(source).read_bytes()
    return hashlib.sha256(data).hexdigest()


def perceptual_hash(image: Image.Image) -> str | None:
    """64 bits (16 hex digits) that survive rescaling and recompression; None for a picture without structure.

    The signs, against their median, of the lowest 8 x 8 cosine coefficients of a 32 x 32 grey picture, as in
    C. Zauner, "Implementation and benchmarking of perceptual image hash functions" (2010), section 3.2.1.
    """
    grey = np.asarray(image.convert("L").resize((32, 32), Image.Resampling.BOX), dtype=np.float32)
    if grey.std() < 2.0:
        return None
    low = dctn(grey, norm="ortho")[:8, :8].ravel()
    return np.packbits(low > np.median(low[1:])).tobytes().hex()


def _to_rgb(image: Image.Image) -> Image.Image:
    image = ImageOps.exif_transpose(image)
    check_size(*image.size)
    profile = image.info.get("icc_profile")
    if image.mode in ("P", "PA"):
        image = image.convert("RGBA" if "transparency" in image.info or image.mode == "PA" else "RGB")
    if image.mode.startswith("I") or image.mode == "F":
        image = _to_8_bit(image)
    if image.mode in ("RGBA", "LA", "La", "RGBa"):
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image).convert("RGB")
    if profile and image.mode in ("RGB", "CMYK", "L"):
        image = _to_srgb(image, profile)
    return image if image.mode == "RGB" else image.convert("RGB")


def _to_8_bit(image: Image.Image) -> Image.Image:
    values = np.nan_to_num(np.asarray(image, dtype=np.float32))
    if image.mode == "F" and values.max() <= 1.0:
        values = values * 255.0
    elif image.mode.startswith("I;16") or values.max() > 255.0:
        values = values / 257.0
    return Image.fromarray(np.clip(np.rint(values), 0, 255).astype(np.uint8))


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    if b"sRGB" in profile[:4096]:
        return image
    try:
        converted = ImageCms.profileToProfile(
            image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image  # a broken or ill-fitting profile is no reason to lose the picture
    return image if converted is None else converted  # None only where a picture is converted in place


def _reason(source: object, error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "file is missing"
    if isinstance(error, IsADirectoryError):
        return "is a folder, not an image"
    if isinstance(error, PermissionError):
        return "file may not be read"
    if isinstance(source, bytes) and not source or isinstance(source, (str, Path)) and Path(source).stat().st_size == 0:
        return "file is empty"
    if isinstance(error, UnidentifiedImageError):
        return "not an image that can be decoded"
    if "truncated" in str(error).lower() or "broken data stream" in str(error):
        return "file is truncated"
    return f"damaged ({str(error) or type(error).__name__})"
