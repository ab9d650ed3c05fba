"""Studies of what raters prefer."""

from typing import TypedDict


class StudyBrief(TypedDict):
    name: str
    made: str
    kinds: list[str]
    mixes: list[str]
    queries: int
    tasks: dict[str, int]
    per_rater: int
    judgements: int
    raters: int


class StudyList(TypedDict):
    studies: list[StudyBrief]


class Shown(TypedDict):
    id: str
    width: int
    height: int
    title: str | None


class Question(TypedDict):
    task: int | None
    kind: str | None
    query: Shown | None
    left: Shown | None
    right: Shown | None
    done: int
    total: int
    grades: list[str]
