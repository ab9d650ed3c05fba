"""The command predict."""

from __future__ import annotations

import argparse
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from artextract.app.commands.common import Outcome, command, positive, progress, say
from artextract.errors import ImageError, InputError, NothingUsableError
from artextract.printable import counted

TOP = 5


def add(commands: argparse._SubParsersAction) -> None:
    predict = command(
        commands,
        "predict",
        _predict,
        "labels for image files, ranked",
        "artextract predict painting.jpg\n  artextract predict ~/paintings more/*.jpg --out answers.csv\n  artextract"
        " predict ~/paintings --model models/wikiart --json > labels.json\n  artextract predict --classes\n'unsure'"
        " marks a best label less probable than those that were right three times in four on validation; a set of"
        " labels\nholds the right one in so many cases as --coverage says, of paintings like those of the"
        " validation.\nWithout --model the starter model answers. It"
        " was trained on WikiArt images, which are for non-commercial research:\nstyles, genres and artists that it was"
        " not shown it cannot name.\nFiles that cannot be read are skipped and listed; with --json they stand in their"
        ' places, with an "error".',
    )
    predict.add_argument(
        "images", metavar="IMAGE", nargs="*", help="image files, or folders, which are looked through as by import"
    )
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
    predict.add_argument("--classes", action="store_true", help="list the classes that the model knows")
    predict.add_argument(
        "--out",
        metavar="CSV",
        help="write one row per picture as soon as it is answered; run again, it resumes after those in the file, and"
        " --json then holds the others",
    )


def _predict(args: argparse.Namespace) -> Outcome:
    from artextract.app import answers as in_words
    from artextract.app.predicting import AnswerTable, failure, pictures
    from artextract.model.predictor import Predictor
    from artextract.model.starter import NOTICE
    from artextract.sources.walk import by_reason

    if args.classes:
        model = Predictor.open(args.model).model
        document = in_words.classes_document(str(model.folder.resolve()), model.labels)
        return Outcome(document, in_words.classes_text(document))
    if not args.images:
        raise InputError(
            "there is no picture to predict", "name image files or folders, or ask for --classes", code="no-pictures"
        )
    paths, left = pictures(args.images)
    for reason, count in by_reason(left).items():
        say(f"left out of the folders: {counted(count, 'entry', 'entries')}: {reason}")
    if args.model is None:
        say(NOTICE)
    predictor = Predictor.open(args.model)
    table, asked = None, len(paths)
    if args.out is not None:
        from artextract.app.exports import name_of_model

        table = AnswerTable(args.out, name_of_model(predictor))
        paths = [path for path in paths if not table.has(path)]
        if len(paths) < asked:
            known = counted(asked - len(paths), "picture is", "pictures are")
            say(f"{known} answered in {table.path} already, {len(paths)} are to be read")
    answers: list[dict[str, Any]] = []
    with nullcontext() if table is None else table:
        for position, found in progress(
            predictor.each(paths, args.top or TOP, args.coverage), len(paths), "predicting"
        ):
            answer = failure(paths[position], found) if isinstance(found, ImageError) else found
            answers.append(answer)
            if table is not None:
                table.add(answer)
    failed = [answer for answer in answers if "error" in answer]
    for answer in failed:
        say(f"skipped {answer['path']}: {answer['error']['message']}")
    for answer in answers:
        if answer.get("notes"):
            say(f"{answer['path']}: {'; '.join(answer['notes'])}")
    if len(failed) == asked:
        raise NothingUsableError(
            f"none of {counted(asked, 'image')} could be read",
            f"{failed[0]['path']}: {failed[0]['error']['message']}",
            code="no-readable-image",
        )
    good = [answer for answer in answers if "error" not in answer]
    if table is not None:
        return Outcome(answers, _written(table.path, len(good), len(failed), len(table)))
    return Outcome(answers, in_words.predictions(good, predictor.model.labels.sizes, everything=args.top is not None))


def _written(out: Path, good: int, failed: int, rows: int) -> str:
    return (
        f"{counted(good, 'picture', 'pictures')} answered in {out}, which holds {counted(rows, 'answer', 'answers')}"
        + (f"; {failed} could not be read, and their rows say why" if failed else "")
    )
