"""The command evaluate."""

from __future__ import annotations

import argparse
from typing import Any

from artextract.app import tables
from artextract.app.commands.common import Outcome, command, progress


def add(commands: argparse._SubParsersAction) -> None:
    evaluate = command(
        commands,
        "evaluate",
        _evaluate,
        "judge a model and its baselines",
        "artextract evaluate models/wikiart\n  artextract evaluate models/wikiart --collection other-collection\n"
        "  artextract evaluate models/wikiart --by source",
    )
    evaluate.add_argument("model", metavar="MODEL")
    evaluate.add_argument(
        "--collection", metavar="COLLECTION", help="default: the one of the training, of which the test rows are judged"
    )
    evaluate.add_argument(
        "--split",
        choices=("train", "val", "test", "published", "all"),
        help="which rows; published: the test rows of the data set (default: test on the collection of the"
        " training, all on any other)",
    )
    evaluate.add_argument(
        "--by",
        metavar="COLUMN",
        help="figures for each value of a column too, as --by source: what holds within one",
    )
    evaluate.add_argument(
        "--beside",
        metavar="MODEL",
        action="append",
        default=[],
        help="show another model's own figures too, as one trained on an artist-disjoint split; may be repeated",
    )
    evaluate.add_argument(
        "--report",
        metavar="DIR",
        help="where the report goes (default: MODEL/report, or a folder next to it for other rows)",
    )


def _evaluate(args: argparse.Namespace) -> Outcome:
    from artextract.evaluate.classification.classify import evaluate_model
    from artextract.evaluate.classification.report import write_report

    evaluation = evaluate_model(args.model, args.collection, args.split, progress, args.by)
    report = write_report(args.model, evaluation, args.report, args.beside)
    figures: dict[str, Any] = {**evaluation.figures, "report": str(report.resolve())}
    return Outcome(figures, tables.evaluation(figures), 1 if evaluation.warnings else 0)
