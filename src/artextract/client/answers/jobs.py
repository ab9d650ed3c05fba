"""Vectors, and jobs of many calls."""

from typing import TypedDict

from artextract.client.answers.models import Suggestion
from artextract.client.answers.search import SearchAnswer


class Embeddings(TypedDict):
    feature: str
    version: str
    space: str
    generation: str
    dim: int
    ids: list[str]
    vectors: list[list[float] | None]


class BatchJob(TypedDict):
    state: str
    caption: str
    done: int
    total: int
    message: str
    hint: str
    code: str
    job: str


class ErrorText(TypedDict):
    message: str
    hint: str
    code: str


class BatchResult(TypedDict):
    predict: Suggestion | None
    search: SearchAnswer | None
    error: ErrorText | None


class BatchResults(TypedDict):
    results: list[BatchResult]
