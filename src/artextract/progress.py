"""How long work reports: a callable that wraps an iterable, given by whoever has a screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable

Progress = Callable[[Iterable, int, str], Iterable]
"""Wraps an iterable of known length under a caption, as tqdm does; the identity where nobody watches."""


def no_progress(items: Iterable, total: int, caption: str) -> Iterable:
    return items
