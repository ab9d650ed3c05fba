"""How many threads FAISS uses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread() -> Iterator[None]:
    """In this block FAISS works in the thread that calls it: for what takes less time than a second thread is waited
    for, on a busy machine above all. Other threads keep what they have."""
    import faiss

    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
