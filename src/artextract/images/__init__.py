"""The only decoder: any image file to upright 8-bit sRGB, its content hash and perceptual hash, and the resize a
network wants."""

from artextract.images.decoder import Decoded, decode, open_image
from artextract.images.facts import ImageFacts, inspect
from artextract.images.formats import EXTENSIONS, FORMATS, UNREAD, image_files, opened
from artextract.images.hashes import content_hash, perceptual_hash
from artextract.images.limits import LARGE, MAX_PIXELS, MIN_SIDE, check_size
from artextract.images.transform import GEOMETRIES, LETTERBOX_GREY, Transform, through_jpeg

__all__ = [
    "EXTENSIONS",
    "FORMATS",
    "GEOMETRIES",
    "LARGE",
    "LETTERBOX_GREY",
    "MAX_PIXELS",
    "MIN_SIDE",
    "UNREAD",
    "Decoded",
    "ImageFacts",
    "Transform",
    "check_size",
    "content_hash",
    "decode",
    "image_files",
    "inspect",
    "open_image",
    "opened",
    "perceptual_hash",
    "through_jpeg",
]
