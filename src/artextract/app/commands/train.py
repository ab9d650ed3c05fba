"""The command train."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from artextract.app import tables, training_tables
from artextract.app.commands.common import Outcome, command, from_zero, names, pair, positive, progress, say
from artextract.errors import InputError
from artextract.precision import PRECISIONS
from artextract.progress import Progress
from artextract.train.options import ATTENTIONS, IMBALANCES, RNN_TYPES, SCANS, TrainOptions
from artextract.train.presets import PRESETS, STANDARD

DEFAULT = TrainOptions()
BY_PRESET = "(default: set by --preset)"


def add(commands: argparse._SubParsersAction) -> None:
    train = command(
        commands,
        "train",
        _train,
        "train a CNN-RNN on a collection",
        "artextract train wikiart-collection --out models/wikiart\n"
        "  artextract train my-collection --out models/first --preset quick\n"
        "  artextract train my-collection --out models/mine --rnn lstm --attributes style,genre\n"
        "  artextract train my-collection --out models/tuned --finetune --unfreeze 3 --batch-size 16\n"
        "  artextract train my-collection --out models/unseen-artists --split artist-disjoint\n"
        "  artextract train my-collection --out models/searched --tune 16\n"
        "  artextract train my-collection --out models/five-folds --folds 5\n"
        "an interrupted training resumes when the same command is run again",
    )
    train.add_argument("collection", metavar="COLLECTION")
    train.add_argument("--out", metavar="MODEL", required=True, help="the model's folder; made if not there")
    train.add_argument(
        "--preset",
        choices=tuple(PRESETS),
        default=STANDARD,
        help="sets the options that matter most; each that is given beside it wins (default: %(default)s). "
        + ". ".join(f"{name}: {preset.about} ({preset.in_words()})" for name, preset in PRESETS.items()),
    )
    _data(train.add_argument_group("data"))
    _network(train.add_argument_group("network"))
    _balance(train.add_argument_group("rare classes and several attributes"))
    _course(train.add_argument_group("course of the training"))
    _finetuning(train.add_argument_group("fine-tuning"))


def _data(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--attributes", metavar="A,B", help="label columns to learn (default: all)")
    group.add_argument(
        "--at-least",
        default="2",
        metavar="N|A=N,B=N",
        help="leave out classes with fewer training paintings, of all or of single attributes (default: %(default)s)",
    )
    group.add_argument(
        "--split",
        choices=("stratified", "artist-disjoint", "published"),
        help="make a new split into train, val and test, or that of the data set as published (default: as the"
        " collection was imported)",
    )
    group.add_argument(
        "--split-seed", type=from_zero, default=0, metavar="N", help="of that split (default: %(default)s)"
    )
    group.add_argument(
        "--folds",
        type=positive,
        metavar="K",
        help="train K models, each judged on its own part of the collection: MODEL/fold-1 and so on",
    )
    group.add_argument(
        "--views",
        type=from_zero,
        metavar="N",
        help=f"store and learn N changed views of each painting too: framing, sharpness, exposure, JPEG {BY_PRESET}",
    )
    group.add_argument(
        "--geometry",
        default="squash",
        choices=("squash", "letterbox", "crop"),
        help="how a picture becomes square (default: %(default)s)",
    )
    group.add_argument(
        "--detail",
        type=from_zero,
        metavar="PIXELS",
        help="see no picture finer than this many pixels on a side, 0 for as fine as it is: for training files that are"
        f" small {BY_PRESET}",
    )
    group.add_argument(
        "--jpeg-side",
        type=from_zero,
        metavar="PIXELS",
        help="make every picture a JPEG of that many pixels on a side first, 0 for not: where some training files"
        " are such files and others are not, that the network cannot tell them apart",
    )


def _network(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--backbone",
        default="efficientnet_lite0",
        metavar="NAME",
        help="see: artextract backbones (default: %(default)s)",
    )
    group.add_argument(
        "--no-multi-scale",
        "--no-finer",
        dest="multi_scale",
        action="store_false",
        help="the backbone's last map only, without the texture of its earlier stages",
    )
    group.add_argument(
        "--precision",
        default="fast",
        choices=PRECISIONS,
        help="of the backbone: strict is float32, int8 the fastest, for efficientnet_lite0 (default: %(default)s)",
    )
    group.add_argument("--rnn", choices=RNN_TYPES, help=f"the recurrent network (default: {DEFAULT.rnn})")
    group.add_argument(
        "--one-way",
        dest="bidirectional",
        action="store_false",
        default=None,
        help="read the sequence forwards only (default: both ways)",
    )
    group.add_argument(
        "--scan", choices=SCANS, help=f"how the map becomes a sequence; crossed is ReNet's (default: {DEFAULT.scan})"
    )
    group.add_argument(
        "--attention", choices=ATTENTIONS, help=f"pooling with a query per attribute (default: {DEFAULT.attention})"
    )
    group.add_argument("--layers", type=positive, help=f"recurrent layers (default: {DEFAULT.layers})")
    group.add_argument("--width", type=positive, help=f"of a token (default: {DEFAULT.width})")
    group.add_argument(
        "--hidden", type=positive, help=f"width of the recurrent state, per direction (default: {DEFAULT.hidden})"
    )
    group.add_argument("--dropout", type=float, help=f"(default: {DEFAULT.dropout})")
    group.add_argument(
        "--baselines",
        metavar="A,B",
        help=f"what is trained for comparison: linear_probe, linear_head, no_rnn, or none {BY_PRESET}",
    )


def _balance(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--imbalance", choices=IMBALANCES, help=f"how rare classes are favoured (default: {DEFAULT.imbalance})"
    )
    group.add_argument("--balance", type=float, help=f"how far: 0 not at all, 1 fully (default: {DEFAULT.balance})")
    group.add_argument("--gamma", type=float, help=f"of the focal loss (default: {DEFAULT.gamma})")
    group.add_argument(
        "--task-weights", metavar="equal|learned|A=1,B=0.5", help="how the attributes are weighed (default: equal)"
    )
    group.add_argument("--label-smoothing", type=float, help=f"(default: {DEFAULT.label_smoothing})")


def _course(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--epochs", type=positive, help=f"at most this many {BY_PRESET}")
    group.add_argument(
        "--patience",
        type=positive,
        help=f"stop after so many epochs without a better validation macro-F1 {BY_PRESET}",
    )
    group.add_argument("--batch-size", type=positive, help=f"(default: {DEFAULT.batch_size})")
    group.add_argument("--learning-rate", type=float, help=f"(default: {DEFAULT.learning_rate:g})")
    group.add_argument("--weight-decay", type=float, help=f"(default: {DEFAULT.weight_decay:g})")
    group.add_argument("--mixup", type=float, help=f"Beta parameter; 0: none (default: {DEFAULT.mixup})")
    group.add_argument(
        "--average", type=float, help=f"decay of the running mean of the weights; 0: none (default: {DEFAULT.average})"
    )
    group.add_argument(
        "--mixed-precision",
        action="store_true",
        default=None,
        help="compute in bfloat16 where that is safe, on processors that are made for it",
    )
    group.add_argument(
        "--tune",
        type=positive,
        metavar="N",
        help="first try N options on validation, the given ones among them; an interrupted search resumes",
    )
    group.add_argument(
        "--tensorboard", action="store_true", help="also log for TensorBoard (pip install 'artextract[tensorboard]')"
    )
    group.add_argument(
        "--processes",
        type=positive,
        default=1,
        metavar="N",
        help="train in N processes, on a machine with GPUs each on one of its own (default: %(default)s)",
    )
    group.add_argument(
        "--ray",
        metavar="ADDRESS",
        help="compute the feature maps on all machines of a Ray cluster: HOST:PORT, auto or local; the network itself"
        " learns here (pip install 'artextract[ray]')",
    )
    group.add_argument("--seed", type=from_zero, help=f"(default: {DEFAULT.seed})")


def _finetuning(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--finetune",
        action="store_true",
        default=None,
        help="train the backbone too: from pixels, or with --views from stored views, which is several times faster",
    )
    group.add_argument(
        "--unfreeze",
        type=positive,
        metavar="N",
        help=f"its last N stages, one more in each epoch (default: {DEFAULT.unfreeze})",
    )
    group.add_argument(
        "--backbone-rate",
        type=float,
        help=f"the learning rate of its last stage, as a part of the network's (default: {DEFAULT.backbone_rate})",
    )
    group.add_argument(
        "--layer-decay",
        type=float,
        help=f"the learning rate of each stage, as a part of the one above it (default: {DEFAULT.layer_decay})",
    )


def _train(args: argparse.Namespace) -> Outcome:
    if args.processes == 1:
        return train_here(args)
    from artextract import errors
    from artextract.train.processes import launch

    answer = launch(
        "artextract.app.train_process",
        args.processes,
        {name: value for name, value in vars(args).items() if name != "run"},
    )
    if "error" in answer:
        raise getattr(errors, answer["error"])(answer["message"], answer["hint"], code=answer["code"])
    return Outcome(**answer)


def train_here(args: argparse.Namespace, progress: Progress = progress, say: Callable[[str], None] = say) -> Outcome:
    """Train in this process, which may be one of several."""
    from artextract.train.backbone_options import BackboneOptions
    from artextract.train.running import LabelOptions, Running
    from artextract.train.splitting import Splitting

    for name, value in PRESETS[args.preset].settings.items():
        if getattr(args, name) is None:
            setattr(args, name, value)
    given = {f.name: getattr(args, f.name) for f in fields(TrainOptions) if getattr(args, f.name, None) is not None}
    if "task_weights" in given:
        given["task_weights"] = _task_weights(given["task_weights"])
    baselines = () if args.baselines == "none" else names(args.baselines)
    arguments: dict[str, Any] = {
        "backbone": BackboneOptions(
            args.backbone,
            args.geometry,
            args.multi_scale,
            args.detail or None,
            args.jpeg_side or None,
            args.precision,
        ),
        "labels": LabelOptions(names(args.attributes), _at_least(args.at_least)),
        "splitting": Splitting(args.split, args.split_seed),
        "baselines": baselines,
        "options": TrainOptions(**given),
        "running": Running(progress, say, args.tensorboard, args.ray),
    }
    if args.folds is not None:
        return _cross_validated(args, arguments)
    from artextract.train.run import train_model

    summary = train_model(args.collection, args.out, trials=args.tune or 0, **arguments)
    if summary:
        from artextract.evaluate.classification.card import write_card

        write_card(summary["model"])
    text = tables.train_summary(summary) if summary else ""
    return Outcome(
        summary, "\n\n".join([training_tables.tuning(summary["tuning"]), text]) if "tuning" in summary else text
    )


def _cross_validated(args: argparse.Namespace, arguments: dict[str, Any]) -> Outcome:
    if args.tune:
        raise InputError(
            "--tune and --folds do not go together",
            "search first and give the found options to --folds; the search has then seen some of what is judged, so"
            " the figures are a little optimistic",
            code="tune-and-folds",
        )
    if args.ray:
        raise InputError(
            "--ray and --folds do not go together",
            "train once with --ray: the feature maps that it stores are those of the folds too",
            code="ray-and-folds",
        )
    from artextract.evaluate.classification.cross_validation import cross_validate

    document = cross_validate(args.collection, args.out, args.folds, **arguments)
    return Outcome(document, training_tables.cross_validation(document) if document else "")


def _task_weights(text: str) -> str | dict[str, float]:
    if "=" not in text:
        return text
    try:
        return {name: float(value) for name, value in map(pair, text.split(","))}
    except ValueError as error:
        raise InputError(
            f"'{text}' holds a weight that is no number",
            "as in: --task-weights style=1,artist=0.5",
            code="invalid-weight",
        ) from error


def _at_least(text: str) -> int | dict[str, int]:
    if "=" not in text:
        return _number(text)
    return {name: _number(value) for name, value in map(pair, text.split(","))}


def _number(text: str) -> int:
    try:
        return positive(text)
    except argparse.ArgumentTypeError as error:
        raise InputError(str(error), "as in: --at-least 10, or --at-least artist=40", code="invalid-count") from error
