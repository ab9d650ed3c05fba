"""Calls of the review of labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from artextract.client.answers.review import Decision, LabelFacts, ReviewPage, Summary
from artextract.client.connection import Connection

State = Literal["open", "decided", "skipped", "disagreed", "all"]
Order = Literal["suspicion", "label", "suggested"]


class ReviewCalls(Connection):
    def review(
        self,
        *,
        attribute: str = "",
        state: State = "open",
        order: Order = "suspicion",
        reviewer: str = "",
        id: Sequence[str] = (),
        offset: int = 0,
        limit: int = 12,
        rare: bool = False,
        unlikely: bool = False,
    ) -> ReviewPage:
        """The labels that are probably wrong, or how far they are computed: ask again until that is done. ``rare``:
        also classes of fewer than ten judged paintings; ``unlikely``: also labels that are probably right."""
        query: dict[str, Any] = {"attribute": attribute, "state": state, "order": order, "reviewer": reviewer}
        query |= {"rare": rare, "unlikely": unlikely, "id": id, "offset": offset, "limit": limit}
        return self._json("GET", "review", query=query)

    def review_labels(self, attribute: str) -> list[LabelFacts]:
        """What a label or another field can be corrected to, the most frequent first."""
        return self._json("GET", "review/labels", query={"attribute": attribute})

    def decide(
        self,
        painting: str,
        attribute: str,
        action: Literal["accept", "correct", "skip"],
        reviewer: str,
        *,
        label: str | None = None,
        new: bool = False,
        note: str = "",
        id: str | None = None,
    ) -> Decision:
        """Decide on one label of one painting; "correct" with the ``label`` None takes it away. ``new``: the label may
        be one that no painting carries yet. ``id``: sent twice with the same one, a decision is kept once."""
        body: dict[str, Any] = {"painting": painting, "attribute": attribute, "action": action, "reviewer": reviewer}
        body |= {"new": new, "note": note} | ({} if id is None else {"id": id})
        if action == "correct":
            body["label"] = label
        return self._send("POST", "review/decisions", body=body, writes=True).json()

    def undo_decision(self, decision: str, reviewer: str) -> Decision:
        """Undo a decision; it stays in the history."""
        return self._json("POST", "review/undo", body={"decision": decision, "reviewer": reviewer}, writes=True)

    def review_history(
        self, *, attribute: str | None = None, painting: str | None = None, reviewer: str | None = None, limit: int = 50
    ) -> list[Decision]:
        """Decisions, the latest first."""
        query = {"attribute": attribute, "painting": painting, "reviewer": reviewer, "limit": limit}
        return self._json("GET", "review/history", query=query)

    def review_summary(self) -> Summary:
        """Counts per attribute and per reviewer, and how far reviewers agree."""
        return self._json("GET", "review/summary")

    def review_corrected(self) -> bytes:
        """The whole table as CSV with the corrections in force."""
        return self._bytes("GET", "review/corrected")

    def review_decisions(self) -> bytes:
        """Every decision as CSV."""
        return self._bytes("GET", "review/decisions")
