"""What an embedded index says about itself: ``config.json``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from artextract.forms import misfit
from artextract.index.scales import Scale
from artextract.index.spaces import SPACES

FORMAT = 2
HALF_FORMAT = 3
"""The format of an index that keeps vectors in 16 bits, so that a version that does not know them says so."""
DTYPES = ("float32", "float16")
_FORM: dict[str, Any] = {
    "format": int,
    "blocks": [{"name": str, "version": str, "dim": int, "space": str}],
    "spaces": str,
    "scales": {str: {str: {"mean": float, "reach": float, "quantiles": [float]}}},
    "segments": [{"name": str, "removed": [int]}],
    "skipped": {str: str},
    "settings": {str: object},
    "approximate": (
        None,
        {
            "file": str,
            "weights": {str: float},
            "rows": int,
            "built": int,
            "candidates": int,
            "recall@10": float,
            "leaning": {str: int},
            "alone": {str: int},
            "walks": int,
        },
    ),
    "fitted": int,
}
_TEXTS = ("backbone", "precision", "semantic")
"""Settings that are names."""


@dataclass(frozen=True)
class Block:
    """One feature of the index: ``dim`` is that of its vectors as stored, in its ``space``.

    ``dtype``, of ``DTYPES``, is how their numbers are stored."""

    name: str
    version: str
    dim: int
    space: str = "raw"
    dtype: str = "float32"

    def as_dict(self) -> dict[str, Any]:
        values = asdict(self)
        return values if self.dtype != DTYPES[0] else {name: values[name] for name in values if name != "dtype"}


WALKS = 16
"""At how many places walks through a graph of candidates begin."""


@dataclass(frozen=True)
class Segment:
    name: str
    removed: tuple[int, ...] = ()


@dataclass(frozen=True)
class Description:
    """What is known of a written approximate index: its ``file``.

    The ``weights`` it was built for; the number of the first row that it does not hold, ``rows``, and what that was
    when it was ``built``; how many ``candidates`` are ranked exactly for these weights, and the ``recall`` of the ten
    nearest that this reached; how many for mixes that are ``leaning`` to a feature, and for each feature ``alone``,
    without those for which the most are too few; at how many places ``walks`` through the graph began when this was
    measured."""

    file: str
    weights: dict[str, float]
    rows: int
    built: int
    candidates: int
    recall: float
    leaning: dict[str, int]
    alone: dict[str, int]
    walks: int

    def as_dict(self) -> dict[str, Any]:
        """As the config keeps it."""
        values = asdict(self)
        values["recall@10"] = values.pop("recall")
        return values

    @staticmethod
    def from_dict(saved: Mapping[str, Any]) -> Description:
        return Description(recall=saved["recall@10"], **{k: v for k, v in saved.items() if k != "recall@10"})


@dataclass(frozen=True)
class IndexConfig:
    """What an index says about itself.

    ``skipped`` maps ids that could not be indexed to the reason; ``settings`` is what the builder wants back when it
    opens the index (such as the backbone), plain values only; ``approximate`` tells of the FAISS index, where there is
    one."""

    blocks: tuple[Block, ...]
    spaces: str
    scales: dict[str, dict[str, Scale]]
    segments: tuple[Segment, ...]
    skipped: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    approximate: Description | None = None
    fitted: int = 0
    """How many rows the spaces and scales were fitted on."""
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Checksums of the files beside the config, as ``checksums.Checksum.as_dict`` gives them; an index of an older
    version has none."""

    def as_dict(self) -> dict[str, Any]:
        scales = {
            name: {metric: scale.as_dict() for metric, scale in by_metric.items()}
            for name, by_metric in self.scales.items()
        }
        approximate = None if self.approximate is None else self.approximate.as_dict()
        half = any(block.dtype != DTYPES[0] for block in self.blocks)
        blocks = [block.as_dict() for block in self.blocks]
        return {
            "format": HALF_FORMAT if half else FORMAT,
            **asdict(self),
            "blocks": blocks,
            "scales": scales,
            "approximate": approximate,
        }

    @staticmethod
    def from_dict(saved: Mapping[str, Any]) -> IndexConfig:
        """Raises ``ValueError`` for values of another form than ``as_dict`` gives.

        An approximate index of an older version that had cells is passed over; of one whose graph was measured with a
        single walk, ``walks`` begin at as many places as now, which finds no less."""
        of_old = saved.get("approximate")
        if isinstance(of_old, dict) and "walks" not in of_old:
            saved = {**saved, "approximate": None if "cells" in of_old else {**of_old, "walks": WALKS}}
        _require_form(saved)
        scales = {
            name: {
                metric: Scale(values["mean"], values["reach"], tuple(values["quantiles"]))
                for metric, values in by_metric.items()
            }
            for name, by_metric in saved["scales"].items()
        }
        blocks = tuple(Block(**block) for block in saved["blocks"])
        segments = tuple(Segment(segment["name"], tuple(segment["removed"])) for segment in saved["segments"])
        return IndexConfig(
            blocks,
            saved["spaces"],
            scales,
            segments,
            saved["skipped"],
            saved["settings"],
            None if saved["approximate"] is None else Description.from_dict(saved["approximate"]),
            saved["fitted"],
            saved.get("files", {}),
        )


def _require_form(saved: Mapping[str, Any]) -> None:
    problem = misfit(saved, _FORM)
    if not problem:
        unknown = saved.keys() - _FORM.keys() - {"files"}
        texts = [name for name in _TEXTS if not isinstance(saved["settings"].get(name, ""), str)]
        blocks = saved["blocks"]
        if unknown:
            problem = f"it has an unknown '{min(unknown)}'"
        elif texts:
            problem = f"its setting '{texts[0]}' is not a text"
        elif not isinstance(saved["settings"].get("model"), (str, type(None))):
            problem = "its setting 'model' is not a text"
        elif not blocks or len({block["name"] for block in blocks}) < len(blocks):
            problem = "it does not name each feature once"
        elif any(block["space"] not in SPACES for block in blocks):
            problem = "it names an unknown space"
        elif any(block.get("dtype", DTYPES[0]) not in DTYPES for block in blocks):
            problem = "it names an unknown type of numbers"
        elif any(
            scale["reach"] <= 0 or len(scale["quantiles"]) < 2
            for of in saved["scales"].values()
            for scale in of.values()
        ):
            problem = "it has a scale of no use"
        else:
            problem = misfit(saved.get("files", {}), {str: {"size": int, "blocks": [str]}})
    if problem:
        raise ValueError(f"config.json: {problem}")


class Configured:
    """What an index tells from its ``config`` alone, wherever it keeps its vectors."""

    config: IndexConfig

    @property
    def features(self) -> tuple[str, ...]:
        return tuple(block.name for block in self.config.blocks)

    @property
    def versions(self) -> dict[str, str]:
        return {block.name: block.version for block in self.config.blocks}

    @property
    def skipped(self) -> dict[str, str]:
        return self.config.skipped

    @property
    def settings(self) -> dict[str, Any]:
        return self.config.settings

    @property
    def rows_fitted(self) -> int:
        return self.config.fitted
