"""Calls about pictures of one work, and motifs that are repeated."""

from __future__ import annotations

from typing import Literal

from artextract.client.answers.works import Decided, DuplicatesPage, RepeatedMotifsPage
from artextract.client.connection import Connection


class WorkCalls(Connection):
    """``start`` begins to look, which takes minutes: ask again until the answer is done."""

    def duplicates(
        self,
        *,
        start: bool = False,
        state: Literal["open", "decided", "different", "all"] = "open",
        offset: int = 0,
        limit: int = 12,
    ) -> DuplicatesPage:
        """Pictures that show one work: copies, other photographs, details, versions."""
        query = {"start": start, "state": state, "offset": offset, "limit": limit}
        return self._json("GET", "works/duplicates", query=query)

    def repeated_motifs(
        self,
        *,
        start: bool = False,
        state: Literal["open", "decided", "different", "all"] = "all",
        offset: int = 0,
        limit: int = 12,
    ) -> RepeatedMotifsPage:
        """Details that several paintings share."""
        query = {"start": start, "state": state, "offset": offset, "limit": limit}
        return self._json("GET", "works/motifs", query=query)

    def work_decisions(self) -> list[Decided]:
        """All decisions about pairs, the latest first."""
        return self._json("GET", "works/decisions")

    def decide_work(
        self,
        first: str,
        second: str,
        verdict: Literal["same work", "version", "same motif", "different"],
        reviewer: str,
        *,
        note: str = "",
    ) -> Decided:
        """Decide whether two pictures show one work."""
        body = {"first": first, "second": second, "verdict": verdict, "reviewer": reviewer, "note": note}
        return self._json("POST", "works/decisions", body=body, writes=True)

    def undo_work(self, decision: str, reviewer: str) -> Decided:
        """Undo a decision; it stays in the history."""
        return self._json("POST", "works/undo", body={"decision": decision, "reviewer": reviewer}, writes=True)
