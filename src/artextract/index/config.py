"""What an embedded index says about itself: ``config.json``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from artextract.index.approximate import Description
from artextract.index.scales import Scale

FORMAT = 2


@dataclass(frozen=True)
class Block:
    """One feature of the index: ``dim`` is that of its vectors as stored, in its ``space``."""

    name: str
    version: str
    dim: int
    space: str = "raw"


@dataclass(frozen=True)
class Segment:
    name: str
    removed: tuple[int, ...] = ()


@dataclass(frozen=True)
class IndexConfig:
    """What an index says about itself. ``skipped`` maps ids that could not be indexed to the reason; ``settings`` is
    what the builder wants back when it opens the index (such as the backbone), plain values only; ``approximate`` tells
    of the FAISS index, where there is one."""

    blocks: tuple[Block, ...]
    spaces: str
    scales: dict[str, dict[str, Scale]]
    segments: tuple[Segment, ...]
    skipped: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    approximate: Description | None = None
    fitted: int = 0
    """How many rows the spaces and scales were fitted on."""

    def as_dict(self) -> dict[str, Any]:
        scales = {
            name: {metric: scale.as_dict() for metric, scale in by_metric.items()}
            for name, by_metric in self.scales.items()
        }
        approximate = None if self.approximate is None else self.approximate.as_dict()
        return {"format": FORMAT, **asdict(self), "scales": scales, "approximate": approximate}

    @staticmethod
    def from_dict(saved: Mapping[str, Any]) -> IndexConfig:
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
        )
