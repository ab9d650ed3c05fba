"""Where paintings come from.

To add a source: a file in this folder whose function ends in ``assemble``, a line here, and its command in
``app/commands/collection.py``.

The contract test runs on every entry.
"""

from __future__ import annotations

from collections.abc import Callable

from artextract.sources.folder import import_folder
from artextract.sources.huggingface import import_huggingface
from artextract.sources.iiif import import_iiif
from artextract.sources.import_report import ImportReport
from artextract.sources.join import import_join
from artextract.sources.nga import import_nga
from artextract.sources.sample import import_sample
from artextract.sources.webdataset import import_webdataset
from artextract.sources.wikiart import import_wikiart

SOURCES: dict[str, Callable[..., ImportReport]] = {
    "folder": import_folder,
    "wikiart": import_wikiart,
    "sample": import_sample,
    "huggingface": import_huggingface,
    "webdataset": import_webdataset,
    "nga": import_nga,
    "iiif": import_iiif,
    "join": import_join,
}
"""Name on the command line -> function. All take ``out``, ``split``, ``seed`` and ``progress`` by name, and write the
table."""
