"""Commands that show what there is: demo, backbones, features."""

from __future__ import annotations

import argparse

from artextract.app import tables
from artextract.app.commands.common import Outcome, command, from_zero, positive, progress, say


def add(commands: argparse._SubParsersAction) -> None:
    demo = command(
        commands,
        "demo",
        _demo,
        "a complete example, from images to a search",
        "artextract demo --out demo\n  artextract demo --out demo --images ~/paintings",
    )
    demo.add_argument(
        "--out", default="demo", metavar="DIR", help="where collection and model go (default: %(default)s)"
    )
    demo.add_argument(
        "--images", metavar="DIR", help="your own paintings, as for 'import folder' (default: drawn ones)"
    )
    demo.add_argument("--count", type=positive, default=600, help="how many to draw (default: %(default)s)")
    demo.add_argument("--seed", type=from_zero, default=0)

    command(commands, "backbones", _backbones, "list the backbones", "artextract backbones")
    command(commands, "features", _features, "list the features of the search", "artextract features")


def _demo(args: argparse.Namespace) -> Outcome:
    from artextract.app.demo import run_demo

    document = run_demo(args.out, args.images, args.count, args.seed, progress, say)
    return Outcome(document, tables.demo_summary(document))


def _backbones(args: argparse.Namespace) -> Outcome:
    from artextract.backbones import list_backbones

    rows = list_backbones()
    return Outcome(rows, tables.backbones(rows))


def _features(args: argparse.Namespace) -> Outcome:
    from artextract.features import list_features

    rows = list_features()
    return Outcome(rows, tables.features(rows))
