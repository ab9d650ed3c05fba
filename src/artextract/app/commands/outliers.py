"""The command outliers."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from artextract.app.commands.common import Outcome, command, from_zero, positive, progress, say
from artextract.app.tables import grid
from artextract.printable import counted

METHODS = ("expected", "label_error", "margin", "softmax", "entropy", "centroid", "mahalanobis", "all")


def add(commands: argparse._SubParsersAction) -> None:
    outliers = command(
        commands,
        "outliers",
        _outliers,
        "paintings that do not fit the class they carry",
        "artextract outliers models/wikiart --attribute style -k 50 --out suspects.csv --gallery suspects.png\n"
        "  artextract outliers models/wikiart --plant 0.05 --json",
    )
    outliers.add_argument("model", metavar="MODEL")
    outliers.add_argument(
        "--collection",
        metavar="COLLECTION",
        help="default: the one of the training; all its labelled paintings are judged",
    )
    outliers.add_argument(
        "--attribute", default="style", metavar="NAME", help="which label is judged (default: %(default)s)"
    )
    outliers.add_argument(
        "--method",
        choices=METHODS,
        help="what ranks them; all is the mean rank of those that look at the label (default: all)",
    )
    outliers.add_argument("-k", type=positive, default=50, help="how many to list (default: %(default)s)")
    outliers.add_argument(
        "--folds",
        type=positive,
        default=5,
        metavar="N",
        help="each painting is judged by a model of the other folds (default: %(default)s)",
    )
    outliers.add_argument("--folds-by", metavar="COLUMN", help="keep paintings of one value in one fold: artist")
    outliers.add_argument("--seed", type=from_zero, default=0, help="of the folds (default: %(default)s)")
    outliers.add_argument(
        "--rare-classes", action="store_true", help="also classes of fewer than ten paintings, of which little is known"
    )
    outliers.add_argument("--out", metavar="FILE", help="also write the list as .csv or .json")
    outliers.add_argument("--gallery", metavar="PNG", help="also draw the first ones with their nearest neighbours")
    outliers.add_argument("--report", action="store_true", help="draw that picture into the model's report folder")
    outliers.add_argument(
        "--plant",
        type=float,
        metavar="SHARE",
        help="instead, plant that share of wrong labels and measure how well each method finds them",
    )
    outliers.add_argument(
        "--seeds", type=positive, default=5, metavar="N", help="of --plant: how many times (default: %(default)s)"
    )


def _outliers(args: argparse.Namespace) -> Outcome:
    if args.plant is not None:
        return _planted(args)
    from artextract.drawing_text import require_picture
    from artextract.evaluate.outliers.find import DEFAULT_METHOD, find_outliers, require_list, write_outliers
    from artextract.evaluate.outliers.outlier_gallery import write_gallery
    from artextract.evaluate.page.canvas import slug
    from artextract.model.saved import REPORT_FOLDER

    if args.out:
        require_list(args.out)
    if args.gallery:
        require_picture(args.gallery)
    found = find_outliers(
        args.model,
        args.collection,
        args.attribute,
        args.method or DEFAULT_METHOD,
        args.k,
        args.folds,
        args.folds_by,
        args.seed,
        progress,
        args.rare_classes,
    )
    for entry in found.figures["skipped"]:
        say(f"skipped {entry['id']}: {entry['reason']}")
    files = {}
    if args.out:
        files["list"] = write_outliers(args.out, found.figures)
    if args.gallery:
        files["gallery"] = write_gallery(args.gallery, found)
    if args.report:
        files["report"] = write_gallery(
            Path(args.model) / REPORT_FOLDER / f"outliers-{slug(args.attribute)}.png", found, small=True
        )
    document = found.figures | {"files": {name: str(path.resolve()) for name, path in files.items()}}
    return Outcome(document, _text(document))


def _planted(args: argparse.Namespace) -> Outcome:
    from artextract.evaluate.outliers.find import read_labelled
    from artextract.evaluate.outliers.planted import planted_study

    labelled = read_labelled(args.model, args.collection, args.attribute, progress)
    document = planted_study(labelled, args.plant, args.seeds, args.folds, args.folds_by, progress)
    return Outcome(document, planted_text(document))


def _text(document: dict[str, Any]) -> str:
    from artextract.evaluate.outliers.find import LEAST_OF_CLASS
    from artextract.metrics.expected_errors import in_words

    rows = [
        [
            str(e["rank"]),
            e["id"],
            e["label"],
            e["suggested"] if e["suggested"] != e["label"] else "–",
            f"{e['label_probability']:.1%}",
            f"{e['suggested_probability']:.1%}",
            "–" if e["chance_wrong"] is None else f"{e['chance_wrong']:.0%}",
            f"{e['score']:.3f}",
        ]
        for e in document["outliers"]
    ]
    lines = [
        (
            f"{document['attribute']}: {counted(document['n'], 'painting')} of"
            f" {counted(document['classes'], 'class', 'classes')}, each judged by a"
            f" model that had not seen it; ranked by {document['method']}"
        ),
        grid(
            ["", "id", "label", "suggested", "P(label)", "P(suggested)", "P(wrong)", "score"],
            rows,
            left=4,
            spare=("P(label)", "P(suggested)", "score"),
            whole="id",
        ),
    ]
    if document["expected_share"] is not None:
        low, high = document["expected_in_all"]["ci"]
        lines.append(
            f"{in_words(document['expected_share'])} of these {len(rows)} are expected to be wrong; of all labels"
            f" {document['expected_in_all']['share']:.1%} ({low:.1%} to {high:.1%})"
        )
    if document["of_rare_classes"]:
        lines.append(
            f"{counted(document['of_rare_classes'], 'painting')} of classes of fewer than {LEAST_OF_CLASS} left out;"
            " --rare-classes takes them in"
        )
    if document["not_judged"]:
        lines.append(
            f"{counted(document['not_judged'], 'painting has', 'paintings have')} no other of their class outside"
            " their fold, and cannot be judged"
        )
    if document["unknown_labels"]:
        lines.append(
            f"{counted(document['unknown_labels'], 'painting carries', 'paintings carry')} a label that the model"
            " does not know"
        )
    return "\n".join(lines + [f"{name}: {path}" for name, path in document["files"].items()])


def planted_text(document: dict[str, Any]) -> str:
    columns = (
        ("auroc", "AUROC"),
        ("precision_at_planted", f"precision@{document['planted']}"),
        ("precision_at_50", "precision@50"),
    )
    lines = [
        (
            f"{document['planted']} of {document['n']} {document['attribute']} labels made wrong, {document['seeds']}"
            " times; mean and [lowest, highest]"
        ),
    ]
    for kind, caption in (
        ("random", "at random, to any class"),
        ("confused", "to the class that theirs is most often taken for"),
    ):
        rows = [
            [method, *(_cell(figures, key) for key, _ in columns)]
            for method, figures in document["kinds"][kind].items()
        ]
        rows.append(["chance", *(f"{document['chance'][key]:.3f}" for key, _ in columns)])
        lines += ["", caption, grid(["", *(name for _, name in columns)], rows)]
        stated = [
            [
                "probably wrong" if name == "all" else f"the first {name}",
                f"{one['listed']:.0f}",
                f"{one['stated']:.0%}",
                f"{one['true']:.0%} [{one['range'][0]:.0%}, {one['range'][1]:.0%}]",
            ]
            for name, one in document["expected"][kind].items()
        ]
        lines += ["", grid(["wrong labels", "listed", "stated", "planted"], stated)]
    return "\n".join(lines)


def _cell(figures: dict[str, Any], key: str) -> str:
    if figures[key] is None:
        return "–"
    low, high = figures["range"][key]
    return f"{figures[key]:.3f} [{low:.3f}, {high:.3f}]"
