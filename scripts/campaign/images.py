"""Damaged picture files go through the decoder, the import's inspection and the check of uploads: a picture comes out,
or the error that is promised, and nothing else."""

from __future__ import annotations

import resource
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

from artextract.app.uploads import read_upload
from artextract.errors import ImageError, InputError
from artextract.images import inspect, open_image
from scripts.campaign.mutate import damaged
from scripts.campaign.tally import Tally

MOST_PIXELS = 100_000_000
"""Of an upload, as ``artextract serve`` has it by default."""
MEMORY = 6 << 30
"""Bytes that a process may ask for in the long form, so that a false size in a header stops no machine."""
LIMIT = 60
"""Seconds for one file."""
GROUP = 50
"""Files that one task of the second process takes: a crash loses no more than these from the count."""


def try_image(data: bytes, place: Path) -> tuple[str, list[str]]:
    """The outcome for the decoder, and what is wrong in any of the three ways. ``place`` is a file to write."""
    outcome, wrong = "refused", []
    try:
        image = open_image(data)
        outcome = "decoded"
        if image.mode != "RGB":
            wrong.append(f"open_image gives the mode {image.mode}")
    except ImageError:
        pass
    except Exception as error:
        wrong.append(f"open_image: {type(error).__name__}: {error}")
    place.write_bytes(data)
    try:
        inspect(place)
    except ImageError:
        pass
    except Exception as error:
        wrong.append(f"inspect: {type(error).__name__}: {error}")
    try:
        read_upload(data, MOST_PIXELS)
    except InputError:
        pass
    except Exception as error:
        wrong.append(f"read_upload: {type(error).__name__}: {error}")
    return outcome, wrong


def damage_images(tally: Tally, numbers: range, work: Path) -> None:
    """All in this process; the slowest file is among the figures."""
    slowest = 0.0
    for number, random_ in tally.trials(numbers):
        words, data = damaged(random_)
        begun = time.monotonic()
        outcome, wrong = try_image(data, work / "damaged")
        slowest = max(slowest, time.monotonic() - begun)
        tally.figures["slowest"] = f"{slowest:.1f} s"
        tally.counts[outcome] += 1
        for what in wrong:
            tally.lose(f"image {number} ({words}): {what}")


def damage_images_apart(tally: Tally, numbers: range, work: Path) -> None:
    """In a second process, since a decoder written in C may take its process down. A group that does not come back is
    tried again file by file."""
    ahead = [numbers[at : at + GROUP] for at in range(0, len(numbers), GROUP)]
    pool, slowest = _pool(), 0.0
    try:
        while ahead:
            group = ahead.pop(0)
            try:
                done = pool.submit(_group, group, tally.seed, work).result(LIMIT * (1 if len(group) == 1 else 3))
            except (BrokenProcessPool, TimeoutError) as error:
                _end(pool)
                pool = _pool()
                if len(group) > 1:
                    ahead[:0] = [group[at : at + 1] for at in range(len(group))]
                    continue
                tally.tried += 1
                what = "too slow" if isinstance(error, TimeoutError) else "the process died"
                tally.lose(f"image {group[0]}: {what}")
                continue
            tally.tried += done.tried
            tally.counts += Counter(done.counts)
            tally.lost += done.lost
            slowest = max(slowest, float(done.figures["slowest"].split()[0]))
            tally.figures["slowest"] = f"{slowest:.1f} s"
    finally:
        _end(pool)


def _group(numbers: range, seed: int, work: Path) -> Tally:
    tally = Tally("images", seed)
    damage_images(tally, numbers, work)
    return tally


def _pool() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_within_limits)


def _within_limits() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _end(pool: ProcessPoolExecutor) -> None:
    for process in list((pool._processes or {}).values()):
        process.kill()
    pool.shutdown(wait=True, cancel_futures=True)
