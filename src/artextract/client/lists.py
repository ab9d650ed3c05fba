"""Calls about named lists of paintings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from artextract.client.answers.lists import ListAnswer, Lists
from artextract.client.connection import Connection, in_path


class ListCalls(Connection):
    """``by``: who changes a list."""

    def lists(self) -> Lists:
        """All lists that were saved; what changed last comes first."""
        return self._json("GET", "lists")

    def list(self, id: str) -> ListAnswer:
        """A list with its notes, also one that was deleted."""
        return self._json("GET", f"lists/{in_path(id)}")

    def list_history(self, id: str, *, before: int | None = None, limit: int = 20) -> Any:
        """The last versions of a list, ``list[ListAnswer]``, the latest first; older ones come with ``before``, the
        oldest version that is known."""
        return self._json("GET", f"lists/{in_path(id)}/history", query={"before": before, "limit": limit})

    def save_list(
        self,
        name: str,
        paintings: Sequence[dict[str, str]],
        *,
        id: str | None = None,
        version: int | None = None,
        note: str = "",
        by: str = "",
    ) -> ListAnswer:
        """Save a new list, or with ``id`` another version of one; ``paintings`` as {"id": ..., "note": ...}.
        ``version``: the one that was changed; ``ApiError`` with 409 where somebody else saved another meanwhile."""
        body = {"name": name, "paintings": [*paintings], "id": id, "version": version, "note": note, "by": by}
        return self._json("POST", "lists", body=body, writes=True)

    def delete_list(self, id: str, *, by: str = "") -> ListAnswer:
        """Delete a list; its versions stay."""
        return self._json("POST", f"lists/{in_path(id)}/delete", body={"by": by}, writes=True)

    def restore_list(self, id: str, version: int, *, by: str = "") -> ListAnswer:
        """Make a former version of a list the one that stands."""
        return self._json("POST", f"lists/{in_path(id)}/restore", body={"version": version, "by": by}, writes=True)
