"""The command train."""

from __future__ import annotations

import argparse

from artextract.app import tables
from artextract.app.commands.common import Outcome, command, from_zero, names, positive, progress, say


def add(commands: argparse._SubParsersAction) -> None:
    train = command(
        commands, "train", _train, "train a CNN-RNN on a collection",
        "artextract train wikiart-collection --out models/wikiart\n  artextract train my-collection --out models/mine --rnn lstm --attributes style,genre",
    )  # fmt: skip
    train.add_argument("collection", metavar="COLLECTION")
    train.add_argument("--out", metavar="MODEL", required=True, help="the model's folder; made if not there")
    train.add_argument("--backbone", default="efficientnet_lite0", metavar="NAME", help="see: artextract backbones (default: %(default)s)")
    train.add_argument("--geometry", default="squash", choices=("squash", "letterbox", "crop"), help="how a picture becomes square (default: %(default)s)")
    train.add_argument("--precision", default="fast", choices=("fast", "strict"), help="of the backbone: strict is float32 (default: %(default)s)")
    train.add_argument("--attributes", metavar="A,B", help="label columns to learn (default: all)")
    train.add_argument("--at-least", type=positive, default=2, metavar="N", help="leave out classes with fewer training paintings (default: %(default)s)")
    train.add_argument("--rnn", choices=("gru", "lstm", "none"), help="the recurrent network (default: gru)")
    train.add_argument("--epochs", type=positive, help="at most this many (default: 15)")
    train.add_argument("--patience", type=positive, help="stop after so many epochs without a better validation macro-F1")
    train.add_argument("--batch-size", type=positive, dest="batch_size")
    train.add_argument("--learning-rate", type=float, dest="learning_rate")
    train.add_argument("--hidden", type=positive, help="width of the recurrent state, per direction")
    train.add_argument("--dropout", type=float)
    train.add_argument("--balance", type=float, help="how far rare classes are favoured: 0 not at all, 1 fully (logit adjustment)")
    train.add_argument("--seed", type=from_zero)


def _train(args: argparse.Namespace) -> Outcome:
    from dataclasses import fields

    from artextract.train.loop import TrainOptions
    from artextract.train.run import train_model

    options = TrainOptions(**{f.name: getattr(args, f.name) for f in fields(TrainOptions) if getattr(args, f.name, None) is not None})
    summary = train_model(
        args.collection, args.out, backbone=args.backbone, geometry=args.geometry, precision=args.precision, attributes=names(args.attributes),
        at_least=args.at_least, options=options, progress=progress, say=say,
    )  # fmt: skip
    return Outcome(summary, tables.train_summary(summary))
