"""Taking lists of paintings out: tables, a contact sheet, IIIF manifests with annotations, Linked Art.

Each format is a function from a ``Listing`` to text or bytes."""

from artextract.export.formats import FORMATS, Format, file_name
from artextract.export.listing import Listing, Place, Region

__all__ = ["FORMATS", "Format", "Listing", "Place", "Region", "file_name"]
