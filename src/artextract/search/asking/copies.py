"""What is left out of the answer to a query: the painting itself, its copies, and other views of the same object."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import Any

from artextract.index import VectorIndex
from artextract.places import Places
from artextract.search.asking.query import Query
from artextract.table import Paintings


class Copies:
    """Finds them by content hash and by the column "object"; what that needs is made when it is first asked."""

    def __init__(self, index: VectorIndex, paintings: Paintings):
        """``paintings`` are the rows of the index, in its order."""
        self._index, self._paintings = index, paintings

    def of(self, query: Query) -> set[str]:
        """The ids of the query itself, of its copies, and of other views of the same object."""
        by_object, object_of = self._objects
        known = [painting_id for painting_id in query.ids if self._index.position(painting_id) is not None]
        same = {object_of[painting_id] for painting_id in known if painting_id in object_of}
        copies = {self._index.ids[place] for key in query.sha256 for place in self._hashes.all(key)}
        return {*known, *copies} | {painting_id for name in same for painting_id in by_object[name]}

    @cached_property
    def _hashes(self) -> Places:
        return Places(self._index.hashes)

    @cached_property
    def _objects(self) -> tuple[dict[Any, list[str]], dict[str, Any]]:
        """Ids by their object, and the object of each id that has one."""
        by_object: dict[Any, list[str]] = defaultdict(list)
        objects = self._paintings.column("object") if "object" in self._paintings.frame else ()
        object_of = {i: name for i, name in zip(self._index.ids, objects, strict=False) if name is not None}
        for painting_id, name in object_of.items():
            by_object[name].append(painting_id)
        return dict(by_object), object_of
