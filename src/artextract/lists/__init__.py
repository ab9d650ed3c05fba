"""Lists of paintings that people put together: each has a name, an order and notes."""

from artextract.lists.store import Entry, ListStore, NamedList

__all__ = ["Entry", "ListStore", "NamedList"]
