"""What the table tells of the paintings of an index, and their pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from artextract.errors import ImageError, InputError
from artextract.images import open_image
from artextract.index import VectorIndex
from artextract.naming import caption_of
from artextract.objects import ImageFile
from artextract.search.asking.query import Query
from artextract.spelling import Spelling
from artextract.table import Paintings

SHOWN = 1600
"""Pixels on the shorter side that a picture to be explained has at least, where the file has them."""


class Records:
    """The records of the paintings of an index, by id."""

    def __init__(self, index: VectorIndex, paintings: Paintings):
        """``paintings`` are the rows of the index, in its order."""
        self._index, self._paintings = index, paintings
        self._spelling = Spelling(index.ids)

    def path_of(self, painting_id: str) -> ImageFile:
        """The image file of a painting of the index; raises ``KeyError`` for another id."""
        position = self._index.position(painting_id)
        if position is None:
            raise KeyError(painting_id)
        return self._paintings.image_path(position)

    def facts(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """What the table tells of some paintings of the index: "path", "labels", "title", "source" and "rights"."""
        rows = [position for name in ids if (position := self._index.position(name)) is not None]
        table, root = self._paintings, self._paintings.root.resolve()
        columns = {name: table.cells(name, rows) for name in ("path", "title", "source", "rights", *table.labels)}
        return [
            {
                "path": str(root / columns["path"][place]),
                "labels": {name: columns[name][place] for name in table.labels},
                "title": columns["title"][place],
                "source": columns["source"][place],
                "rights": columns["rights"][place],
            }
            for place in range(len(rows))
        ]

    def image(self, painting: str | Path | bytes | Image.Image) -> Image.Image:
        """The picture of an id of the collection, or of any image; raises ``InputError`` where it cannot be opened."""
        position = self._index.position(painting) if isinstance(painting, str) else None
        try:
            return (
                painting
                if isinstance(painting, Image.Image)
                else open_image(
                    self._paintings.image_path(position) if position is not None else painting, at_least=SHOWN
                )
            )
        except ImageError as error:
            raise InputError(
                f"'{painting if isinstance(painting, (str, Path)) else 'the image'}' cannot be used: {error.message}",
                "give an image file or an id",
                code="unusable-picture",
            ) from error

    def title_of(self, query: Query) -> str:
        """What to call a query above its picture: a painting's title and artist, or else its file."""
        facts = self.of_query(query)
        if not facts:
            return Path(query.path).name if query.path else "the picture"
        artist = facts["labels"].get("artist")
        return ", ".join(part for part in (caption_of(facts["title"], facts["path"], artist), artist) if part)

    def unknown(self, text: str) -> InputError:
        """What to raise for a text that is neither an id of the index nor a file."""
        if text in self._index.skipped:
            return InputError(
                f"'{text}' is not in the index: {self._index.skipped[text]}",
                "repair the image, and index again",
                code="painting-not-indexed",
            )
        near = self._spelling.near(text)
        hint = f"ids like it: {', '.join(near)}" if near else f"ids look like '{self._index.ids[0]}'"
        return InputError(f"'{text}' is neither an id of the collection nor a file", hint, code="unknown-painting")

    def of_query(self, query: Query) -> dict[str, Any]:
        """``facts`` of a query that is a painting of the collection; nothing for another."""
        if query.id is None or self._index.position(query.id) is None:
            return {}
        return self.facts([query.id])[0]
