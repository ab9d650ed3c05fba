"""The long form of the campaign, and the table at its end.

    python -m scripts.campaign [PART ...] [--quick] [--seed N] [--first N] [--count N] [--manifests FOLDER]

Stopped with Ctrl-C it prints the table of what was done. Each trial has a number, and ``--first N --count 1`` repeats
one alone. The exit code is 1 where anything was lost."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from scripts.campaign.flips import flip_bits
from scripts.campaign.images import damage_images_apart
from scripts.campaign.kills import kill_all
from scripts.campaign.manifests import import_changed, import_folder
from scripts.campaign.requests import send_all
from scripts.campaign.slow_clients import slow_clients
from scripts.campaign.tally import Clock, Tally, table


@dataclass(frozen=True)
class Part:
    """``run`` takes a tally, the numbers of the trials and an empty folder; ``long`` and ``quick`` are how many trials
    there are."""

    run: Callable[[Tally, range, Path], None]
    long: int
    quick: int
    what: str


PARTS = {
    "kills": Part(kill_all, 200, 5, "commands killed at a rename"),
    "images": Part(damage_images_apart, 10_000, 200, "damaged pictures decoded"),
    "requests": Part(send_all, 20_000, 600, "calls of the application"),
    "flips": Part(flip_bits, 40, 4, "bits flipped in stored files"),
    "slow": Part(slow_clients, 40, 4, "visitors who never finish"),
    "manifests": Part(import_changed, 2_000, 60, "changed manifests imported"),
}


def main(arguments: list[str] | None = None) -> int:
    args = _parser().parse_args(arguments)
    parts = {name: PARTS[name] for name in args.parts or PARTS}
    tallies: list[Tally] = []
    try:
        for name, part in parts.items():
            count = args.count or (part.quick if args.quick else part.long)
            print(f"{name}: {count:,} {part.what}", file=sys.stderr, flush=True)
            _run(tallies, name, args.seed, partial(part.run, numbers=range(args.first, args.first + count)))
        if args.manifests:
            _run(tallies, "folder", args.seed, partial(import_folder, folder=args.manifests))
    except KeyboardInterrupt:
        tallies[-1].stopped = True
    print(table(tallies))
    return 1 if any(tally.lost for tally in tallies) else 0


def _run(tallies: list[Tally], name: str, seed: int, run: Callable[..., None]) -> None:
    tallies.append(Tally(name, seed))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as work, Clock(tallies[-1]):
        try:
            run(tallies[-1], work=Path(work))
        except Exception as error:  # the other parts, and the table, are still wanted
            tallies[-1].lose(f"the part itself broke off: {type(error).__name__}: {error}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="campaign", description=__doc__.partition("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="PART", choices=[[], *PARTS], help=f"of {', '.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="a few trials of each part")
    parser.add_argument("--seed", type=int, default=0, help="another seed tries other things")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="the number of the first trial")
    parser.add_argument("--count", type=int, metavar="N", help="how many trials of each part")
    parser.add_argument("--manifests", type=Path, metavar="FOLDER", help="also import every JSON file of a folder")
    return parser


if __name__ == "__main__":
    sys.exit(main())
