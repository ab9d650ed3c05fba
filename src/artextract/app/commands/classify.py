"""Commands that ask a trained model: evaluate, predict."""

from __future__ import annotations

import argparse
from typing import Any

from artextract.app import answers as in_words
from artextract.app import tables
from artextract.app.commands.common import Outcome, command, image_files, positive, progress, say
from artextract.errors import InputError, NothingUsableError

TOP = 5


def add(commands: argparse._SubParsersAction) -> None:
    evaluate = command(
        commands,
        "evaluate",
        _evaluate,
        "judge a model and its baselines",
        "artextract evaluate models/wikiart\n  artextract evaluate models/wikiart --collection other-collection",
    )
    evaluate.add_argument("model", metavar="MODEL")
    evaluate.add_argument(
        "--collection", metavar="COLLECTION", help="default: the one of the training, of which the test rows are judged"
    )
    evaluate.add_argument(
        "--split",
        choices=("train", "val", "test", "published", "all"),
        help="which rows; published: the test rows of the data set (default: test at home, all elsewhere)",
    )
    evaluate.add_argument(
        "--beside",
        metavar="MODEL",
        action="append",
        default=[],
        help="show another model's own figures too, as one trained on an artist-disjoint split; again for more",
    )
    evaluate.add_argument(
        "--report",
        metavar="DIR",
        help="where the report goes (default: MODEL/report, or a folder next to it for other rows)",
    )

    predict = command(
        commands,
        "predict",
        _predict,
        "labels for image files, ranked",
        "artextract predict painting.jpg\n  artextract predict ~/paintings --model models/wikiart --json >"
        " labels.json\n  artextract predict --classes\n'unsure' marks a best label less probable than those that were"
        " right three times in four on validation; a set of labels holds the\nright one in so many cases as --coverage"
        " says, of paintings like those of the validation.\nWithout --model the starter model answers. It was trained"
        " on WikiArt images, which are for non-commercial research:\nstyles, genres and artists that it was not shown"
        " it cannot name.",
    )
    predict.add_argument("images", metavar="IMAGE", nargs="*", help="image files, or folders of them")
    predict.add_argument("--model", metavar="MODEL", help="default: the starter model that comes with ArtExtract")
    predict.add_argument(
        "--top",
        type=positive,
        metavar="N",
        help="labels per attribute (default: 5, and none of an artist where the model is unsure)",
    )
    predict.add_argument(
        "--coverage",
        type=float,
        default=0.9,
        metavar="SHARE",
        help="how often a set of labels shall hold the right one (default: %(default)s)",
    )
    predict.add_argument("--classes", action="store_true", help="say which classes the model knows")


def _evaluate(args: argparse.Namespace) -> Outcome:
    from artextract.evaluate.classification.classify import evaluate_model
    from artextract.evaluate.classification.report import write_report

    evaluation = evaluate_model(args.model, args.collection, args.split, progress)
    report = write_report(args.model, evaluation, args.report, args.beside)
    figures: dict[str, Any] = {**evaluation.figures, "report": str(report.resolve())}
    return Outcome(figures, tables.evaluation(figures), 1 if evaluation.warnings else 0)


def _predict(args: argparse.Namespace) -> Outcome:
    from artextract.model.predictor import Predictor
    from artextract.model.starter import NOTICE

    if args.classes:
        model = Predictor.open(args.model).model
        document = in_words.classes_document(str(model.folder.resolve()), model.labels)
        return Outcome(document, in_words.classes_text(document))
    if not args.images:
        raise InputError(
            "there is no picture to predict", "name image files or folders, or ask for --classes", code="no-pictures"
        )
    paths = image_files(args.images)
    skipped = []
    if args.model is None:
        say(NOTICE)
    predictor = Predictor.open(args.model)
    answers = predictor.predict(
        paths, lambda i, reason: skipped.append((paths[i], reason)), args.top or TOP, args.coverage
    )
    for path, reason in skipped:
        say(f"skipped {path}: {reason}")
    if not answers:
        raise NothingUsableError(
            f"none of the {len(paths)} images could be read",
            f"{skipped[0][0]}: {skipped[0][1]}" if skipped else "",
            code="no-readable-image",
        )
    failed = [
        {
            "path": str(path.resolve()),
            "attributes": {},
            "unsure": [],
            "sets": {},
            "novelty": {},
            "numbers": {},
            "error": reason,
        }
        for path, reason in skipped
    ]
    text = in_words.predictions(answers, predictor.model.labels.sizes, everything=args.top is not None)
    return Outcome([*answers, *failed], text)
