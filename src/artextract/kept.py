"""A small cache for several threads: what was made last is kept, and what is asked for twice at once is made once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from threading import Lock, RLock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """At most ``most`` values by key; of more, the one that was used longest ago goes.

    Where they are weighed, their weights are at most ``most`` together, but the last one always stays. Safe for several
    threads."""

    def __init__(self, most: int, weigh: Callable[[V], int] = lambda _: 1):
        self._most = most
        self._weigh = weigh
        self._values: OrderedDict[K, V] = OrderedDict()
        self._under_way: dict[K, tuple[RLock, list[None]]] = {}
        self._lock = Lock()

    def get(self, key: K, make: Callable[[], V], worth: Callable[[V], bool] | None = None) -> V:
        """The value of ``key``, made by ``make`` where none is kept.

        Who asks for the same key meanwhile waits for that value; other keys do not wait. An error of ``make`` is raised
        and not kept, nor is a value that ``worth`` refuses: who waited makes it anew. ``make`` may ask for other keys.
        """
        with self._alone(key):
            with self._lock:
                values = self._values
                if key in values:
                    values.move_to_end(key)
                    return values[key]
            value = make()
            if worth is None or worth(value):
                with self._lock:
                    self._add(values, key, value)
            return value

    def peek(self, key: K) -> V | None:
        """The value of ``key``, which counts as a use of it; None where none is kept."""
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key]

    def put(self, key: K, value: V) -> None:
        """Keep a value, in place of the one before."""
        with self._lock:
            self._add(self._values, key, value)

    def clear(self) -> None:
        """Forget all values. One that is being made is given to who waits for it, and not kept."""
        with self._lock:
            self._values = OrderedDict()  # another one, so that ``get`` adds to the one it began with

    def __len__(self) -> int:
        return len(self._values)

    def _add(self, values: OrderedDict[K, V], key: K, value: V) -> None:
        values[key] = value
        values.move_to_end(key)
        weight = sum(map(self._weigh, values.values()))
        while weight > self._most and len(values) > min(1, self._most):
            weight -= self._weigh(values.popitem(last=False)[1])

    @contextmanager
    def _alone(self, key: K) -> Iterator[None]:
        """Hold the lock of a key, which is there as long as someone wants it."""
        with self._lock:
            lock, users = self._under_way.setdefault(key, (RLock(), []))
            users.append(None)
        try:
            with lock:
                yield
        finally:
            with self._lock:
                users.pop()
                if not users:
                    self._under_way.pop(key, None)
