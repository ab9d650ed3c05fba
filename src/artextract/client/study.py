"""Calls of studies of what raters prefer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from artextract.client.answers.review import JobAnswer
from artextract.client.answers.study import Question, StudyBrief, StudyList
from artextract.client.connection import Connection, in_path


class StudyCalls(Connection):
    def studies(self) -> StudyList:
        """The studies of the collection, newest first."""
        return self._json("GET", "study")

    def new_study(
        self,
        name: str,
        mixes: Sequence[str],
        *,
        kinds: Sequence[Literal["pairwise", "graded"]] = ("pairwise",),
        queries: int = 30,
        k: int = 5,
        pairs: int = 1,
        per_rater: int = 40,
        repeats: float = 0.1,
        titles: bool = False,
        where: Sequence[str] = (),
        stratify: str | None = None,
        seed: int = 0,
    ) -> JobAnswer:
        """Draw a new study; ``study_making`` tells when it is done."""
        body: dict[str, Any] = {"name": name, "mixes": list(mixes), "kinds": list(kinds), "queries": queries, "k": k}
        body |= {"pairs": pairs, "per_rater": per_rater, "repeats": repeats, "titles": titles}
        body |= {"where": list(where), "stratify": stratify, "seed": seed}
        return self._json("POST", "study", body=body, writes=True)

    def study_making(self, name: str) -> JobAnswer:
        """How far the drawing of a new study is."""
        return self._json("GET", f"study/{in_path(name)}/making")

    def study(self, name: str) -> StudyBrief:
        """What a study asks, and how many judgements it has."""
        return self._json("GET", f"study/{in_path(name)}")

    def study_task(self, name: str, rater: str) -> Question:
        """What to ask a rater next."""
        return self._json("GET", f"study/{in_path(name)}/task", query={"rater": rater})

    def judge(
        self,
        name: str,
        rater: str,
        task: int,
        answer: Literal["left", "equal", "right", 0, 1, 2, 3],
        left: str,
        *,
        milliseconds: int | None = None,
    ) -> Question:
        """Keep an answer; gives the next question."""
        body = {"rater": rater, "task": task, "answer": answer, "left": left, "milliseconds": milliseconds}
        return self._json("POST", f"study/{in_path(name)}/judgements", body=body, writes=True)

    def undo_judgement(self, name: str, rater: str) -> Question:
        """Take the rater's last answer back; gives the question it answered."""
        return self._json("POST", f"study/{in_path(name)}/undo", body={"rater": rater}, writes=True)

    def study_report(self, name: str) -> dict[str, Any]:
        """Agreement, preference and nDCG by what has been judged so far."""
        return self._json("GET", f"study/{in_path(name)}/report")

    def study_judgements(self, name: str) -> bytes:
        """Every judgement in force, as CSV."""
        return self._bytes("GET", f"study/{in_path(name)}/judgements.csv")
