"""Maps of the collection."""

from typing import Literal, TypedDict


class TermFacts(TypedDict):
    column: str
    value: str
    share: float
    elsewhere: float
    z: float


class ClusterFacts(TypedDict):
    number: int
    name: str
    size: int
    terms: list[TermFacts]
    representatives: list[str]


class MapFacts(TypedDict):
    index: str
    method: str
    weights: dict[str, float]
    seed: int
    n: int
    skipped: int
    fitted: int
    explained: float | None
    years: list[float] | None
    clustering: str
    silhouettes: dict[str, float]
    agreement: dict[str, dict[str, float | None]]
    clusters: list[ClusterFacts]
    ids: list[str]
    x: list[float | None]
    y: list[float | None]
    cluster: list[int]
    placed: list[int]


class MapAnswer(TypedDict):
    state: str
    caption: str
    done: int
    total: int
    message: str
    hint: str
    code: str
    map: MapFacts | None


class ColumnName(TypedDict):
    name: str
    kind: str
    values: int


class MapOptions(TypedDict):
    methods: list[str]
    columns: list[ColumnName]


class Column(TypedDict):
    index: str
    name: str
    kind: Literal["labels", "numbers"]
    values: list[str]
    counts: list[int]
    codes: list[int]
    numbers: list[float | None]


class Passing(TypedDict):
    index: str
    rows: list[int]


class ValueShare(TypedDict):
    value: str
    count: int
    share: float
    elsewhere: float | None
    z: float | None


class LabelShares(TypedDict):
    column: str
    known: int
    distinct: int
    values: list[ValueShare]


class ChosenComparison(TypedDict):
    n: int
    rest: int
    labels: list[LabelShares]
