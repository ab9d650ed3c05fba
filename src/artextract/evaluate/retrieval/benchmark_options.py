"""What a benchmark of a search compares, on which queries, and what it measures besides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from artextract.errors import InputError
from artextract.metrics.retrieval import MEASURES
from artextract.table import SPLITS

UNSEEN, ALL = "unseen", "all"


@dataclass(frozen=True)
class BenchmarkOptions:
    """Queries: ``queries`` is "unseen" (no painting that the model of the index was trained on, nor a near-duplicate of
    one), the name of a split (what it has of those), or "all"; ``limit`` of them are drawn at random, all if None.

    Compared: each feature alone and the default mix, by cosine and by each of ``metrics`` ("deep:csls"), and ``mixes``,
    each of weights by feature, or a name of ``features.PRESETS``, or "all" for those of which anything is indexed.
    ``gains`` ({"artist": 3, "style": 1}) adds a graded relevance, worth the sum over what is shared: nDCG uses it, the
    other measures count what is worth anything.

    Besides: ``tune`` names one of ``metrics.retrieval.MEASURES``; weights that make it largest are looked for on one
    half of the queries of the first relevance, and judged on the other against the default mix; nothing is written.
    ``self_retrieval`` (on ``limit`` paintings, by default 200), ``hubness`` and ``latency`` add what the modules of
    those names measure.

    Raises ``InputError`` for a ``limit`` below 1, for other ``queries`` and for an unknown measure."""

    queries: str = UNSEEN
    limit: int | None = None
    seed: int = 0
    metrics: Sequence[str] = ("cosine", "csls")
    mixes: Sequence[Mapping[str, float] | str] = ()
    gains: Mapping[str, float] | None = None
    tune: str | None = None
    self_retrieval: bool = False
    hubness: bool = False
    latency: bool = False

    def __post_init__(self) -> None:
        if self.limit is not None and self.limit < 1:
            raise InputError(f"{self.limit} queries were asked for", "ask for at least 1", code="invalid-count")
        if self.queries not in (UNSEEN, ALL, *SPLITS):
            raise InputError(
                f"there are no queries '{self.queries}'",
                f"choose from {', '.join((UNSEEN, ALL, *SPLITS))}",
                code="unknown-queries",
            )
        if self.tune is not None and self.tune not in MEASURES:
            raise InputError(
                f"there is no measure '{self.tune}'", f"choose from {', '.join(MEASURES)}", code="unknown-measure"
            )
