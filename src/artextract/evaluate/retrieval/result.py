"""What a benchmark of the search found, as plain values."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, TypedDict

Scores = dict[str, dict[str, float]]
"""Variant -> measure -> mean over queries."""
Intervals = dict[str, dict[str, list[float]]]
"""Variant -> measure -> the ends of its 95 % bootstrap interval over queries."""


class Comparison(TypedDict):
    """A paired test of two variants.

    ``difference`` is ``first`` less ``second``, ``ci`` the ends of its interval; ``p_holm`` is corrected over all pairs
    of one measure."""

    first: str
    second: str
    measure: str
    difference: float
    ci: list[float]
    p: float
    p_holm: float


@dataclass(frozen=True)
class Figures:
    """The figures of a set of queries.

    ``results`` are means over queries, ``ci`` their intervals, ``macro`` means of class means (None for graded
    relevance, as is ``n_classes``). ``unanswered`` counts, per variant, the queries that found nothing relevant, where
    there are any."""

    n_queries: int
    results: Scores
    ci: Intervals
    macro: Scores | None
    n_classes: int | None
    unanswered: dict[str, int]
    comparisons: list[Comparison]


@dataclass(frozen=True)
class RelevanceFigures(Figures):
    """The figures of one relevance, and the same for the artists that the training of the model saw and for those that
    it never saw, where there are both.

    ``artists`` counts the queries by artists "seen", "unseen" and "unknown"; None where that cannot be known."""

    n_labelled: int
    artists: dict[str, int] | None
    seen_artists: Figures | None
    unseen_artists: Figures | None


@dataclass(frozen=True)
class TunedMix:
    """The weights with the largest ``measure`` on one half of the queries, and how they and the default mix do on the
    other half.

    ``as_option`` are the weights as ``--weights`` takes them; ``value_there`` is the measure on the ``chosen_on``
    queries that chose them, after ``tried`` mixes; ``results``, ``ci`` and ``comparisons`` are of the ``judged_on``
    others."""

    relevance: str
    measure: str
    weights: dict[str, float]
    as_option: str
    chosen_on: int
    value_there: float
    tried: int
    judged_on: int
    results: Scores
    ci: Intervals
    comparisons: list[Comparison]


@dataclass(frozen=True)
class BenchmarkResult:
    """What ``benchmark`` found.

    ``relevances`` has the figures by relevance, in the order asked for. ``weights`` are those of the default mix,
    ``mixes`` those of every mix. ``seen`` is None where no feature of the index has a model, else
    {"feature", "in_collection" (how many paintings its model was trained on), "left_out" (whether they ask nothing)}.
    ``tuned``, ``self_retrieval``, ``hubness`` and ``latency`` are None where they were not asked for."""

    relevances: dict[str, RelevanceFigures]
    n_candidates: int
    seed: int
    weights: dict[str, float]
    mixes: dict[str, dict[str, float]]
    queries: str
    seen: dict[str, Any] | None
    notes: list[str]
    tuned: TunedMix | None
    self_retrieval: dict[str, Any] | None
    hubness: dict[str, Any] | None
    latency: dict[str, Any] | None

    @property
    def relevance(self) -> str:
        """The name of the first relevance."""
        return next(iter(self.relevances))

    @property
    def first(self) -> RelevanceFigures:
        """The figures of the first relevance."""
        return self.relevances[self.relevance]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON; the figures of the first relevance stand at the top too."""
        plain = asdict(self)
        relevances = plain.pop("relevances")
        places = list(plain)
        after = places.index("notes") + 1
        return {
            "relevance": self.relevance,
            **relevances[self.relevance],
            **{name: plain[name] for name in places[:after]},
            "relevances": relevances,
            **{name: plain[name] for name in places[after:]},
        }
