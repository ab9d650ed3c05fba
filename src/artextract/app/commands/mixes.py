"""The mix that a command compares by: ``--weights`` or ``--mix``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from artextract.search.asking.engine import SearchEngine


def mix_options(parser: argparse.ArgumentParser) -> None:
    asked = parser.add_mutually_exclusive_group()
    asked.add_argument("--weights", metavar="F=W,F=W", help="weight per feature (default: the mix of the index)")
    asked.add_argument(
        "--mix",
        metavar="NAME",
        help="a mix by name: overall (the default), hand, subject, colours, composition, light or pose",
    )


def chosen_mix(args: argparse.Namespace, engine: SearchEngine) -> dict[str, float] | None:
    """What ``--weights`` or ``--mix`` ask for; None for the default mix."""
    from artextract.search.asking.weights import named_mix, parse_weights

    if args.mix:
        return named_mix(args.mix, engine.features.values())
    return parse_weights(args.weights) if args.weights else None
