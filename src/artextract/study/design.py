"""What a study asks: queries drawn at random, what each mix of features finds for them, and questions about it that do
not tell where a painting comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from itertools import combinations
from typing import Any

import numpy as np

from artextract.errors import InputError
from artextract.printable import counted
from artextract.progress import Progress, no_progress
from artextract.said import Said
from artextract.search.asking.engine import SearchEngine
from artextract.search.asking.weights import parse_weights, resolve_weights

KINDS = ("pairwise", "graded")
GRADES = ("not similar", "a little similar", "similar", "very similar")
MAX_QUERIES, MAX_K, MAX_MIXES = 500, 50, 8
_NAME = re.compile(r"\w[\w .,'()+-]{0,59}")

Weights = dict[str, float] | None


@dataclass(frozen=True)
class Design:
    """``mixes``: name -> weights, None the default mix.

    Of each two mixes and each query, ``pairs`` questions are asked; a rater is asked ``per_rater`` questions, of which
    the part ``repeats`` comes a second time. ``where`` and ``stratify`` (a label column, of whose values queries are
    drawn in turn) say what may be a query; hits come from the whole collection."""

    name: str
    mixes: Mapping[str, Weights]
    kinds: tuple[str, ...] = ("pairwise",)
    queries: int = 30
    k: int = 5
    pairs: int = 1
    per_rater: int = 40
    repeats: float = 0.1
    titles: bool = False
    where: tuple[str, ...] = ()
    stratify: str | None = None
    seed: int = 0

    def require(self) -> None:
        """Raises ``InputError`` where this cannot be asked of anyone."""
        if not _NAME.fullmatch(self.name):
            raise InputError(
                f"'{self.name}' cannot be the name of a study",
                "use letters, digits, spaces and .,'()+- with a letter or digit first, 60 characters at most",
                code="invalid-name",
            )
        if not self.kinds or not set(self.kinds) <= set(KINDS) or len(set(self.kinds)) < len(self.kinds):
            raise InputError(
                f"the kinds {', '.join(self.kinds) or '(none)'} are not those of a study",
                f"choose of {', '.join(KINDS)}, each once",
                code="unknown-question-kind",
            )
        if not 1 <= len(self.mixes) <= MAX_MIXES:
            raise InputError(
                f"{counted(len(self.mixes), 'mix', 'mixes')} cannot be compared",
                f"give 2 to {MAX_MIXES}, as in: --mix default --mix deep=1",
                code="too-few-mixes",
            )
        if "pairwise" in self.kinds and len(self.mixes) < 2:
            raise InputError(
                "one mix alone cannot be preferred to anything",
                "give a second --mix, or ask for graded judgements: --kind graded",
                code="too-few-mixes",
            )
        limits = {"queries": MAX_QUERIES, "k": MAX_K, "pairs": MAX_K, "per_rater": 10_000}
        for name, most in limits.items():
            if not 1 <= getattr(self, name) <= most:
                raise InputError(
                    f"{name.replace('_', ' ')} is {getattr(self, name)}",
                    f"it must be 1 to {most}",
                    code="invalid-count",
                )
        if not 0 <= self.repeats <= 0.5:
            raise InputError(
                f"the part of repeated questions is {self.repeats:g}", "it must be 0 to 0.5", code="invalid-part"
            )

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self) | {
            "mixes": {name: None if weights is None else dict(weights) for name, weights in self.mixes.items()},
            "kinds": list(self.kinds),
            "where": list(self.where),
        }


@dataclass(frozen=True)
class Task:
    """One question.

    Pairwise: which of ``first`` and ``second`` is more like ``query``; ``contests`` are the mixes that stand behind
    them, one pair or several. Graded: how like it is ``first``."""

    kind: str
    query: str
    first: str
    second: str | None = None
    contests: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Drawn:
    """``weights`` of every mix as they were searched with, ``results[mix][query]`` its ids, best first.

    ``shared``: hits that two mixes both gave and that were therefore not asked about, per query and pair of mixes;
    ``passed_over``: queries drawn that some mix could not search for, or that are copies of another query."""

    design: Design
    weights: dict[str, dict[str, float]]
    queries: list[str]
    results: dict[str, dict[str, list[str]]]
    tasks: list[Task]
    shared: int = 0
    passed_over: int = 0
    notes: list[str] = field(default_factory=list)


def parse_mix(text: str) -> tuple[str, Weights]:
    """ "default", "deep=1,palette=0.5" or "NAME: deep=1,palette=0.5" as name and weights."""
    name, colon, weights = text.partition(":")
    if not colon:
        name, weights = text, text
    name, weights = name.strip(), weights.strip()
    if not name:
        raise InputError(
            f"'{text}' has no name before its colon",
            "write a mix as: default, deep=1 or mine: deep=1,palette=0.5",
            code="invalid-mix",
        )
    return name, None if weights == "default" else parse_weights(weights)


def parse_mixes(texts: Iterable[str]) -> dict[str, Weights]:
    """Several of ``parse_mix``; raises ``InputError`` where two have one name."""
    mixes: dict[str, Weights] = {}
    for name, weights in map(parse_mix, texts):
        if name in mixes:
            raise InputError(
                f"two mixes are called '{name}'",
                "give one of them another name, as in: other: deep=1",
                code="mix-twice",
            )
        mixes[name] = weights
    return mixes


def draw_study(engine: SearchEngine, design: Design, progress: Progress = no_progress) -> Drawn:
    """Search for every query with every mix, and make the questions.

    Equal seeds and indexes draw equal studies. Raises ``InputError`` where the design or a mix cannot be, or nothing is
    left to ask."""
    design.require()
    weights = {name: resolve_weights(mix, engine.index.features) for name, mix in design.mixes.items()}
    random = np.random.default_rng(design.seed)
    shuffled = iter(_shuffled_rows(engine, design, random))
    queries: list[str] = []
    results: dict[str, dict[str, list[str]]] = {name: {} for name in design.mixes}
    asked_with: set[str] = set()
    passed_over = 0
    for _ in progress(range(design.queries), design.queries, "searching"):
        for row in shuffled:
            query = engine.query(engine.index.ids[row])
            try:
                if engine.index.ids[row] in asked_with:
                    raise InputError("it is a copy of another query", code="copy-of-query")
                found = {
                    name: [hit.id for hit in engine.search(query, design.k, mix).hits] for name, mix in weights.items()
                }
            except InputError:  # it has nothing of what a mix asks for
                passed_over += 1
                continue
            queries.append(engine.index.ids[row])
            asked_with |= engine.copies.of(query)
            for name, ids in found.items():
                results[name][queries[-1]] = ids
            break
    if not queries:
        raise InputError(
            "no painting can be a query of this study",
            "loosen --where, or choose mixes of features that the paintings have",
            code="no-query-left",
        )
    same = dict(zip(engine.index.ids, engine.index.hashes, strict=False))
    tasks: list[Task] = []
    shared = 0
    if "pairwise" in design.kinds:
        tasks, shared = _pairwise(queries, results, same, design.pairs, random)
    notes = notes_on(design.queries, len(queries), "pairwise" in design.kinds and not tasks)
    if "graded" in design.kinds:
        tasks += _graded(queries, results)
    if not tasks:
        raise InputError(
            "the mixes find the same paintings for every query",
            "compare mixes that differ more, or give a larger --k",
            code="mixes-agree",
        )
    return Drawn(design, weights, queries, results, tasks, shared, passed_over, notes)


def notes_on(asked: int, drawn: int, lacks_pairwise: bool) -> list[str]:
    """What is to be known of a study that could not be drawn as it was wanted: with ``drawn`` of the ``asked`` queries,
    or without a question to compare two paintings by."""
    notes: list[str] = []
    if drawn != asked:
        text = "{drawn} queries instead of {asked}, since no more paintings can be asked with"
        notes.append(Said("fewer-queries", text, drawn=drawn, asked=asked))
    if lacks_pairwise:
        text = (
            "No pairwise question could be asked, since the mixes find the same paintings for every query; a larger"
            " k lets them differ."
        )
        notes.append(Said("no-pairwise", text))
    return notes


def _shuffled_rows(engine: SearchEngine, design: Design, random: np.random.Generator) -> list[int]:
    """The rows that may be queries, shuffled.

    With ``stratify`` one of each label value in turn, values and rows shuffled, rows without a label left out."""
    rows = random.permutation(np.flatnonzero(engine.listing.allowed(design.where)))
    if design.stratify is None:
        return rows.tolist()
    if design.stratify not in engine.paintings.labels:
        raise InputError(
            f"there is no label column '{design.stratify}'",
            f"label columns are: {', '.join(engine.paintings.labels) or '(none)'}",
            code="unknown-column",
        )
    values = engine.paintings.column(design.stratify)
    by_value: dict[str, list[int]] = {}
    for row in rows.tolist():
        if values[row] is not None:
            by_value.setdefault(values[row], []).append(row)
    deepest = max(map(len, by_value.values()), default=0)
    return [of_value[turn] for turn in range(deepest) for of_value in by_value.values() if turn < len(of_value)]


def _pairwise(
    queries: list[str],
    results: Mapping[str, Mapping[str, list[str]]],
    same: Mapping[str, str],
    pairs: int,
    random: np.random.Generator,
) -> tuple[list[Task], int]:
    """Of each two mixes, what only the one or only the other found, paired in the order of their ranks, ``pairs`` of
    them at random; and how many hits both gave.

    What both give, be it at other ranks, tells them apart by its rank alone; the grades judge that, a preference would
    not. A pair that several pairs of mixes ask for is one task."""
    found: dict[tuple[str, frozenset[str]], dict[str, Any]] = {}
    shared = 0
    for query in queries:
        for one, other in combinations(results, 2):
            lists = results[one][query], results[other][query]
            contents = [{same[i] for i in ids} for ids in lists]
            only = [
                [i for i in ids if same[i] not in others]
                for ids, others in zip(lists, reversed(contents), strict=False)
            ]
            shared += len(contents[0] & contents[1])
            there = list(zip(*only, strict=False))
            for place in sorted(random.permutation(len(there))[:pairs].tolist()):
                first, second = there[place]
                entry = found.setdefault(
                    (query, frozenset((first, second))), {"first": first, "second": second, "contests": []}
                )
                entry["contests"].append((one, other) if entry["first"] == first else (other, one))
    tasks = []
    for (query, _), entry in found.items():
        first, second, contests = entry["first"], entry["second"], entry["contests"]
        if random.random() < 0.5:
            first, second, contests = second, first, [(b, a) for a, b in contests]
        tasks.append(Task("pairwise", query, first, second, tuple(contests)))
    return tasks, shared


def _graded(queries: list[str], results: Mapping[str, Mapping[str, list[str]]]) -> list[Task]:
    """One task for each painting that any mix found, so that all are judged to the same depth: pooling, as in K. Spärck
    Jones and C. van Rijsbergen (1975) and in TREC."""
    return [
        Task("graded", query, painting)
        for query in queries
        for painting in dict.fromkeys(i for of_mix in results.values() for i in of_mix[query])
    ]
