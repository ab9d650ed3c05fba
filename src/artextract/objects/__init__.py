"""Files that lie at an object store: their addresses, and how they are listed and read."""

from artextract.objects.address import Address, ImageFile, StoreError, address_of, file_of, is_address, is_allowed
from artextract.objects.store import MOST_BYTES, Listed, listed, open_object, write_object

__all__ = [
    "MOST_BYTES",
    "Address",
    "ImageFile",
    "Listed",
    "StoreError",
    "address_of",
    "file_of",
    "is_address",
    "is_allowed",
    "listed",
    "open_object",
    "write_object",
]
