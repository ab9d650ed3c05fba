"""Where vectors are kept for search. An index knows ids, vectors and the hashes of images, and nothing about paintings.

``VectorIndex`` is all that the rest of ArtExtract uses of one; ``open_index`` and ``create_index`` give one. The
embedded index (``embedded.py``) is kept in files of the collection. Another store implements the same Protocol and
passes the same tests (``tests/index/contract.py``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from artextract.progress import Progress, no_progress

if TYPE_CHECKING:  # the command line asks for METRICS before anything heavy is loaded
    import numpy as np
    from numpy.typing import NDArray

    from artextract.index.scales import Scale
    from artextract.index.spaces import Space, Vectors

METRICS = ("cosine", "l2", "csls", "csls-half")
"""How two vectors are compared: by their angle, by minus their distance, or by their angle less how crowded it is
around each (hubs, which are near to everything, lose their lead), or less half of that."""
CROWDED = ("csls", "csls-half")
"""Metrics that ask how crowded it is around a vector."""
BATCH = 65_536
"""Rows that ``scan`` gives at a time."""
STORE = "store.json"
"""The file that tells of a server, where one keeps the vectors."""
EXACT_ROWS = 300_000
"""Up to so many rows every search looks at all of them, unless asked otherwise."""


@dataclass(frozen=True)
class Condition:
    """One filter on a column of the table, as it was written: "year", ">=", "1880".

    ``keys`` are the canonical keys of the values that ``|`` parts, None for "no label"."""

    column: str
    operator: str
    value: str
    keys: tuple[str | None, ...] = ()


@dataclass(frozen=True, eq=False)
class Selection:
    """Which rows a search may find, applied before the search.

    ``mask`` is bool (N,), in the order of the index's ``ids``. ``conditions`` say the same to an engine that filters by
    itself; None where conditions on columns cannot say it all, such as words in the texts.
    """

    mask: NDArray[np.bool_]
    conditions: tuple[Condition, ...] | None = None


@dataclass(frozen=True, eq=False)
class Rows:
    """Some rows of one feature: ``ids``.

    ``units`` float32 (n, dim), of unit length, zero where the feature is missing; ``norms`` float32 (n,), the length
    that each had, 0 where missing; ``densities`` float32 (n,), how crowded it is around each (``scales.densities``)."""

    ids: Sequence[str]
    units: NDArray[np.float32]
    norms: NDArray[np.float32]
    densities: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Found:
    """What a search found, best first: ``ids`` (n), ``scores`` float64 (n,), and per feature (n,) the raw
    ``similarities``, the ``contributions``, which sum to the score, and ``closer_than``; NaN where row or query lacks
    the feature.

    ``closer_than`` is the part of the collection (of the paintings that have the feature) that is less similar to the
    query by it, and ``all_closer_than`` (n,) that part by the whole score. Both are measured on all rows, or on a
    sample of 2,000: for features without weight, and where not all rows were looked at. ``n_candidates`` is how many
    rows could have been found; ``exact`` tells whether all of them were looked at.
    """

    ids: Sequence[str]
    scores: NDArray[np.float64]
    similarities: dict[str, NDArray[np.float64]]
    contributions: dict[str, NDArray[np.float64]]
    closer_than: dict[str, NDArray[np.float64]]
    all_closer_than: NDArray[np.float64]
    n_candidates: int
    exact: bool = True


@dataclass(frozen=True, eq=False)
class FeatureVectors:
    """What an index is built of: ``vectors`` float32 (N, dim) as the feature gave them, rows of NaN where it is
    missing: an array, or what reads rows when they are asked for; ``version`` names what computed them; ``space`` is
    the one to compare them in (of ``spaces.SPACES``)."""

    version: str
    vectors: Vectors
    space: str = "raw"


Columns = Mapping[str, "NDArray[Any] | tuple[NDArray[Any], NDArray[Any]]"]
"""What filters may ask of each of N rows, by the name of a column: canonical keys, object (N,), None where there is no
label; numbers, float64 (N,), NaN where there is none; or ranges, the first and the last of each."""


class VectorIndex(Protocol):
    """The vectors of a collection's paintings, one per feature, opened: it stays as it was when it was opened.

    Rows are named by ids. Arrays (N,) have the order of ``ids``, as the table that ``SearchEngine`` keeps beside it.
    """

    @property
    def version(self) -> str:
        """Names the contents: another index, or the same one after an update, has another."""

    @property
    def generation(self) -> str:
        """Names the spaces and scales. Updates keep it, so that vectors of queries stay valid."""

    @property
    def ids(self) -> Sequence[str]: ...

    @property
    def hashes(self) -> Sequence[str]:
        """The content hash of each row's image, in the order of ``ids``."""

    @property
    def features(self) -> tuple[str, ...]: ...

    @property
    def versions(self) -> Mapping[str, str]:
        """What computed each feature's vectors, as ``FeatureVectors.version`` said."""

    @property
    def skipped(self) -> Mapping[str, str]:
        """Ids that could not be indexed, and why."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """What the builder wants back (such as the backbone); plain values."""

    @property
    def rows_fitted(self) -> int:
        """How many rows the spaces and scales were fitted on."""

    @property
    def approximate(self) -> Mapping[str, Any] | None:
        """What is known of the approximate index that proposes candidates; None where every search looks at all."""

    def __len__(self) -> int: ...

    def position(self, painting_id: str) -> int | None:
        """The place of an id in ``ids``, or None where it is not indexed."""

    def space(self, feature: str) -> Space: ...

    def scale(self, feature: str, metric: str) -> Scale: ...

    def has(self, feature: str) -> NDArray[np.bool_]:
        """Which rows have a feature: bool (N,)."""

    def rows(self, feature: str, ids: Sequence[str]) -> Rows:
        """The vectors of some rows, in that order; raises ``KeyError`` for an id that is not indexed."""

    def scan(self, feature: str, batch: int = BATCH) -> Iterator[Rows]:
        """All rows in the order of ``ids``, ``batch`` at a time: for work that must read everything."""

    def nearest(
        self,
        query: Mapping[str, NDArray[np.float32]],
        weights: Mapping[str, float],
        k: int,
        allowed: Selection | None = None,
        metric: str = "cosine",
        further: Mapping[str, NDArray[np.float64]] | None = None,
        left_out: Collection[str] = (),
        approximate: bool | None = None,
    ) -> Found:
        """The ``k`` rows with the largest sum of weight x standard similarity, fewer only where fewer are allowed and
        have any of the features that count.

        ``query`` has a vector ``(dim,)`` per feature, in the feature's space, without those that it lacks; ``weights``
        of features not named are 0. ``left_out`` are the ids of the query itself: neither found nor part of what a hit
        is compared with. ``further`` adds features that are no vectors, as similarities (N,) with NaN where missing.
        A similarity is put on the common scale (``Scale.standard``), so that weights mean the same for all features; a
        row that lacks a feature has 0 there, as the mean pair has. Equal scores stand in row order.

        ``approximate`` False looks at all rows. Otherwise an approximate index proposes them, where there is one that
        serves the mix and the metric, and no further feature is asked for; True raises ``InputError`` where there is
        none."""

    def is_current(self) -> bool:
        """Whether what was opened is still what is in force."""

    def update(
        self,
        ids: Sequence[str],
        hashes: Sequence[str],
        vectors: Mapping[str, Vectors],
        removed: Sequence[str],
        skipped: Mapping[str, str] | None = None,
        columns: Columns | None = None,
    ) -> VectorIndex:
        """Add rows (``vectors`` per feature as the feature gave them) and take away those of the ids ``removed``.

        An id that is there already is replaced. Spaces and scales stay. Gives the index as it is then; this one stays.
        ``columns`` is for an engine that filters by itself."""

    def with_approximate(
        self, weights: Mapping[str, float] | None, seed: int = 0, progress: Progress = no_progress
    ) -> VectorIndex:
        """The same rows with an approximate index built and tuned for a mix; None takes it away.

        One that is there and still serves is kept."""


def open_index(folder: str | Path, check: bool = False) -> VectorIndex:
    """The index that a folder holds, such as ``COLLECTION/index``.

    With ``check`` all that is stored is compared with what was written.

    Raises ``InputError`` where there is none and ``MismatchError`` where it cannot be used."""
    from artextract.files import user_path
    from artextract.index.embedded import EmbeddedIndex

    if (user_path(folder) / STORE).is_file():
        from artextract.index.remote import RemoteIndex

        return RemoteIndex.open(folder, check)
    return EmbeddedIndex.open(folder, check)


def damage_of(folder: str | Path) -> dict[str, str]:
    """Everything of the index in a folder that is not what was written, as name of a file -> reason.

    Empty where it is whole, and where there is none."""
    from artextract.errors import InputError
    from artextract.index.checking import index_damage
    from artextract.index.embedded import EmbeddedIndex

    folder = Path(folder)
    if (folder / STORE).is_file():
        from artextract.index.remote import RemoteIndex

        try:
            RemoteIndex.open(folder)
        except InputError as error:
            return {STORE: error.message}
        return {}
    if not (folder / "config.json").is_file():
        return {}
    try:
        found = index_damage(folder, EmbeddedIndex.config_of(folder))
        if not found:
            EmbeddedIndex.open(folder)
    except InputError as error:
        return {"config.json": error.message}
    return found


def planned(folder: str | Path) -> dict[str, Any] | None:
    """What an index was asked to be, even where its vectors are damaged: "features" (name -> space),
    "settings", "dtype", "store" (None: it is embedded), and whether it was "approximate"; None where that cannot be
    read."""
    from artextract.errors import InputError
    from artextract.index.embedded import EmbeddedIndex

    store, approximate = None, False
    try:
        if (Path(folder) / STORE).is_file():
            from artextract.index.remote import RemoteIndex

            there = RemoteIndex.open(folder)
            config, store, approximate = there.config, there.address.text, there.approximate is not None
        else:
            config = EmbeddedIndex.config_of(folder)
    except InputError:
        return None
    return {
        "features": {block.name: block.space for block in config.blocks},
        "settings": dict(config.settings),
        "dtype": config.blocks[0].dtype,
        "store": store,
        "approximate": approximate or config.approximate is not None,
    }


def create_index(
    folder: str | Path,
    ids: Sequence[str],
    hashes: Sequence[str],
    features: Mapping[str, FeatureVectors],
    skipped: Mapping[str, str] | None = None,
    settings: Mapping[str, Any] | None = None,
    dtype: str = "float32",
    store: str | None = None,
    weights: Mapping[str, float] | None = None,
    columns: Columns | None = None,
) -> VectorIndex:
    """Write an index of ``N = len(ids)`` rows in place of what is in the folder: fits the spaces and scales.

    ``dtype`` "float16" takes half the disk; scores are the same to 0.001. ``store`` is the address of a server that
    keeps the vectors, such as "milvus://localhost:19530/paintings"; ``weights`` the mix that it is asked for most,
    ``columns`` what it may filter by."""
    from artextract.index.config import Block
    from artextract.index.embedded import EmbeddedIndex

    vectors = {
        Block(name, feature.version, feature.vectors.shape[1], feature.space, dtype): feature.vectors
        for name, feature in features.items()
    }
    if store:
        from artextract.index.remote import RemoteIndex

        return RemoteIndex.create(folder, store, ids, hashes, vectors, skipped, settings, weights, columns)
    if (Path(folder) / STORE).is_file():
        from artextract.index.remote import RemoteIndex

        with RemoteIndex.taken_away(folder):
            return EmbeddedIndex.build(folder, ids, hashes, vectors, skipped, settings)
    return EmbeddedIndex.build(folder, ids, hashes, vectors, skipped, settings)
