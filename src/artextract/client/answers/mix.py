"""The mix of a search that names none."""

from typing import TypedDict


class MixAnswer(TypedDict):
    weights: dict[str, float]
    chosen: bool
    study: str
    by: str
    time: str
