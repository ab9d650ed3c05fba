"""The downloader behind the sources that fetch: a polite client, documents kept in a cache, batches of images with a
journal."""

from artextract.sources.download.addresses import host_of
from artextract.sources.download.answers import FetchError
from artextract.sources.download.batch import Wanted, fetch_images
from artextract.sources.download.client import Client, Manners
from artextract.sources.download.documents import Documents

__all__ = ["Client", "Documents", "FetchError", "Manners", "Wanted", "fetch_images", "host_of"]
