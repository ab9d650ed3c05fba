"""What a training learns, and how it is run and reported; torch is not needed here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from artextract.progress import Progress, no_progress

AT_LEAST = 2
"""Classes with fewer training paintings are left out: nothing can be learned from a single one."""


@dataclass(frozen=True)
class LabelOptions:
    """Which columns are learned, and of these the classes of ``at_least`` training paintings: one number, or one per
    attribute. ``attributes`` defaults to every label column with two such classes, and the year where enough training
    paintings carry one; columns of numbers are learned as numbers."""

    attributes: tuple[str, ...] | None = None
    at_least: int | Mapping[str, int] = AT_LEAST


@dataclass(frozen=True)
class Running:
    """How a training is run, which changes nothing of its result.

    ``say`` is called with a line of text for the person who waits. ``tensorboard`` logs for TensorBoard too. ``ray`` is
    the address of a cluster whose machines compute the feature maps (``features.on_ray``)."""

    progress: Progress = no_progress
    say: Callable[[str], None] = lambda text: None
    tensorboard: bool = False
    ray: str | None = None
