"""The downloader behind the sources that fetch: a polite client, documents kept in a cache, batches of images with a
journal."""

from artextract.download.addresses import host_of
from artextract.download.answers import FetchError
from artextract.download.batch import Wanted, fetch_images
from artextract.download.client import Client, Manners
from artextract.download.documents import Documents

__all__ = ["Client", "Documents", "FetchError", "Manners", "Wanted", "fetch_images", "host_of"]
