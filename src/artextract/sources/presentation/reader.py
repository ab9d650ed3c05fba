"""Walks through manifests and collections, nested and paged, each once and within bounds."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

from artextract.download import Client, Documents, FetchError, host_of
from artextract.download.iiif_image import Request, image_requests
from artextract.errors import InputError
from artextract.files import user_path
from artextract.printable import counted
from artextract.progress import Progress
from artextract.sources.presentation.documents import Picture, is_whole, kind_of, parts, pictures
from artextract.sources.presentation.plain import address

MAX_EMPTY = 200
"""Pages and collections in a row that name no manifest, after which an import goes no further into them."""
MAX_DOCUMENTS = 100_000
"""Documents that one import reads."""
_END = object()


class Reader:
    """``skipped`` pairs the address of a document that cannot be had, or was not gone on with, with the reason.

    ``without`` counts canvases without an image among others that have one. ``most_empty``: see ``MAX_EMPTY``."""

    def __init__(self, client: Client, documents: Documents, progress: Progress, most_empty: int = 10_000):
        self._client, self._documents, self._progress = client, documents, progress
        self._seen: set[str] = set()
        self._empty, self._most_empty, self._reported = 0, most_empty, False
        self.skipped: list[tuple[str, str]] = []
        self.without = 0

    def pictures(self, where: str, first_only: bool) -> Iterator[Picture]:
        """The pictures of an image service, a manifest or a collection, in order, read no further than they are asked
        for. Raises ``InputError`` where the address cannot be had or is nothing of IIIF."""
        root = self._root(where)
        if kind_of(root) == "image":
            own = address(root) or where.removesuffix("/info.json")
            root = root if address(root) else root | {"@id": own}
            yield Picture(
                own,
                own,
                service=root,
                rights=_said(root, "rights", "license"),
                attribution=_said(root, "attribution"),
            )
            return
        ahead = [iter([root])]
        while ahead:  # depth first, so that the order of the documents is the order of the rows
            part = next(ahead[-1], _END)
            if part is _END:
                ahead.pop()
                continue
            document = root if part is root else self._whole(part)
            if document is None:
                continue
            if kind_of(document) == "manifest":
                self._empty, self._reported = 0, False
                yield from self._of_manifest(document, first_only)
                continue
            inside = parts(document)
            leaf = len(inside) > 1 and not any(
                isinstance(part, dict) and kind_of(part) == "collection" for part in inside
            )
            ahead.append(iter(self._progress(inside, len(inside), "reading manifests") if leaf else inside))

    def _of_manifest(self, manifest: dict[str, Any], first_only: bool) -> list[Picture]:
        found = list(itertools.islice(pictures(manifest, self._follow), 1 if first_only else None))
        if not found:
            self.skipped.append((address(manifest), "none of its canvases has an image"))
        elif not first_only:
            self.without += found[0].of - len(found)
        return found

    def requests(self, picture: Picture, side: int) -> list[Request]:
        """What to ask for, best first: of the image service, and where it fails, the picture's plain address.

        Raises ``FetchError`` where neither is to be had."""
        plain = [Request(self._client.name(picture.image), picture.part, picture.size)] if picture.image else []
        if picture.service is None:
            return plain
        info, base = picture.service, address(picture.service)
        try:
            if not {"width", "height", "sizes"} <= info.keys():
                # an address alone, or a hint of what the service is: its limits stand in its own description
                info = self._documents.json(self._client.name(f"{base.rstrip('/')}/info.json"))
            asked = image_requests(info, side, picture.part, base)
        except FetchError as error:
            if not plain or error.kind in ("stopped", "opted out"):
                raise
            return plain
        for request in asked:
            self._client.name(request.url)
        return asked + [request for request in plain if request.url not in {one.url for one in asked}]

    def _root(self, where: str) -> dict[str, Any]:
        if not host_of(where):
            return self._checked(_read_file(where), where)
        try:
            document = self._documents.json(where)
            self._seen.add(where)
            return self._checked(document, where)
        except FetchError as error:
            hint = (
                "try again later, what was fetched is kept"
                if error.kind in ("unreachable", "busy")
                else "give the address of an info.json, a manifest or a collection"
            )
            raise InputError(
                error.message if error.kind == "unreachable" else f"'{where}' cannot be read: {error.message}",
                hint,
                code=error.code,
            ) from error

    @staticmethod
    def _checked(document: dict[str, Any], where: str) -> dict[str, Any]:
        if not kind_of(document):
            raise InputError(
                f"'{where}' is no image service, manifest or collection of IIIF",
                "give the address of an info.json, a manifest or a collection",
                code="not-iiif",
            )
        return document

    def _whole(self, part: Any) -> dict[str, Any] | None:
        """A part of a collection: as it stands there, or fetched.

        None for what was seen before, is something else, or cannot be had."""
        where = address(part)
        if isinstance(part, str):
            part = {"id": part}
        if not isinstance(part, dict) or where in self._seen:
            return None
        manifest = kind_of(part) == "manifest"
        self._empty += not manifest
        if len(self._seen) >= MAX_DOCUMENTS or (self._empty > self._most_empty and not manifest):
            if not self._reported:
                self.skipped.append((where, self._without_end()))
            self._reported = True
            return None
        self._seen.add(where)
        if kind_of(part) and is_whole(part):
            return part
        document = self._follow(where)
        if document is None:
            return None
        if kind_of(document) not in ("manifest", "collection"):
            self.skipped.append((where, "it is no manifest or collection"))
            return None
        return document

    def _follow(self, where: str) -> dict[str, Any] | None:
        try:
            return self._documents.json(self._client.name(where))
        except FetchError as error:
            self.skipped.append((where, error.message))
            return None

    def _without_end(self) -> str:
        if len(self._seen) >= MAX_DOCUMENTS:
            return f"{MAX_DOCUMENTS} documents were read; what comes after them was left out"
        return (
            f"{counted(self._most_empty, 'page')} in a row named no manifest that is new; what comes after them"
            " was left out"
        )


def _said(info: dict[str, Any], *names: str) -> str:
    return next((str(info[name]) for name in names if isinstance(info.get(name), str)), "")


def _read_file(where: str) -> dict[str, Any]:
    path = user_path(where)
    if not path.is_file():
        raise InputError(
            f"'{where}' is no web address, and there is no such file",
            "give the address of an info.json, a manifest or a collection",
            code="no-address",
        )
    try:
        value = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(
            f"'{where}' cannot be read as JSON: {error}",
            "give a manifest or collection of IIIF",
            code="unreadable-json",
        ) from error
    return value if isinstance(value, dict) else {}
