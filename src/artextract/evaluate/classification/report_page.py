"""The page of an evaluation's report: its tables and words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from artextract.evaluate.classification import projection
from artextract.evaluate.classification.card import network_words
from artextract.evaluate.classification.caveats import caveats, protocol
from artextract.evaluate.classification.classify import Evaluation
from artextract.evaluate.classification.comparison import HEAD, comparison_tables
from artextract.evaluate.classification.document import (
    AttributeFigures,
    ByColumn,
    ClassFigures,
    EvaluationDocument,
    NumberFigures,
    SeveralFigures,
)
from artextract.evaluate.classification.figures import FEW
from artextract.evaluate.page import html as page
from artextract.evaluate.page import numbers as number_page
from artextract.evaluate.page import several as several_page
from artextract.evaluate.page.doubt_rows import doubt_head, doubt_rows, doubt_sentences
from artextract.evaluate.page.layout import (
    MAIN_COLUMNS,
    MORE_COLUMNS,
    difference_rows,
    figure,
    opponents,
    table_rows,
)
from artextract.evaluate.page.value_rows import value_head, value_rows
from artextract.model.saved import SavedModel
from artextract.printable import counted


def page_of(
    model: SavedModel,
    evaluation: Evaluation,
    pictures: dict[str, Path],
    others: Sequence[tuple[str, str, dict[str, AttributeFigures]]],
    outliers: Sequence[Path],
) -> str:
    figures = evaluation.figures
    name = model.folder.resolve().name
    sections: list[tuple[str, str, list[str]]] = [("At a glance", "glance", _glance(figures, pictures))]
    for number, (attribute, entry) in enumerate(figures["attributes"].items()):
        sections.append((attribute, f"attribute-{number}", _attribute(attribute, entry, pictures)))
    for number, (attribute, judged) in enumerate(figures["numbers"].items()):
        sections.append((attribute, f"number-{number}", _number(attribute, judged, pictures)))
    for number, (attribute, scored) in enumerate(figures["several"].items()):
        sections.append((attribute, f"several-{number}", _several(scored)))
    if "by" in figures:
        sections.append((f"By {figures['by']['column']}", "by", _by(figures["by"])))
    if others:
        own = (name, protocol(model.config), figures["attributes"])
        sections.append(("Compared with other models", "beside", _compared([own, *others])))
    if "attention" in pictures:
        sections.append(
            (
                "Where the network looked",
                "attention",
                [page.picture(pictures["attention"], _ATTENTION + _rights(evaluation))],
            )
        )
    if outliers:
        sections.append(
            ("Paintings that do not fit", "outliers", [page.picture(path, _outlier_caption(path)) for path in outliers])
        )
    sections.append(
        (
            "Training",
            "training",
            [
                page.picture(
                    pictures["history"],
                    f"The weights of epoch {model.config['best_epoch']} were kept, the best on validation.",
                )
            ],
        )
    )
    sections.append(("Known weaknesses", "weaknesses", [page.bullets(caveats(model, figures))]))
    sections.append(("How to read this", "reading", [page.bullets(_HOW_TO_READ)]))
    parts = [
        page.heading(name, "top", 1),
        page.paragraph(_lead(model, figures), "lead"),
        page.contents([(text, anchor) for text, anchor, _ in sections]),
    ]
    parts += [page.paragraph(text, "warning") for text in evaluation.warnings]
    for text, anchor, inner in sections:
        parts += [page.heading(text, anchor), *inner]
    return page.page(f"ArtExtract: {name}", "\n".join(parts))


def _lead(model: SavedModel, figures: EvaluationDocument) -> str:
    excluded = figures["excluded"]
    left_out = (
        f" Left out: {counted(excluded['total'], 'painting')} that it was trained on, or copies of them."
        if excluded["total"]
        else ""
    )
    return (
        f"{network_words(model.config)}. Judged on the {figures['split']} rows of {Path(figures['collection']).name},"
        f" split {protocol(model.config)}.{left_out} Rights of the training images:"
        f" {'; '.join(model.config['rights'])}."
    )


def _glance(figures: EvaluationDocument, pictures: dict[str, Path]) -> list[str]:
    rows = [
        [
            name,
            str(entry["n"]),
            str(len(entry["classes"])),
            *(figure(entry, column) for column in ("accuracy", "macro_f1", "ece")),
            *_strongest(entry),
        ]
        for name, entry in figures["attributes"].items()
        if entry["n"]
    ]
    parts = []
    if "comparison" in pictures:
        parts = [
            page.table(
                ["", "paintings", "classes", "accuracy", "macro-F1", "ECE", "strongest baseline", "its macro-F1"], rows
            ),
            page.picture(
                pictures["comparison"],
                "The network and its baselines on the same paintings; lines are 95 % bootstrap intervals.",
            ),
        ]
    return [
        *parts,
        *(
            page.paragraph(
                f"{name}: {entry['mae']:.1f} off on the mean of {counted(entry['n'], 'painting')};"
                f" {entry['coverage']:.0%} of the"
                f" numbers lie in their interval, which shall hold {entry['wanted_coverage']:.0%}."
            )
            for name, entry in figures["numbers"].items()
            if entry["n"]
        ),
    ]


def _several(entry: SeveralFigures) -> list[str]:
    if not entry["n"]:
        return [page.paragraph("No judged painting carries such a label.")]
    return [
        page.table(["", *several_page.HEAD], several_page.rows(entry), first=True),
        page.heading("What the network has more than its baselines", level=3),
        page.table(list(several_page.DIFFERENCE_HEAD), several_page.difference_rows(entry)),
        page.paragraph(
            "A painting carries several of these labels, and each has a probability of its own. mAP is the mean average"
            " precision of the classes. A label is said from a probability on that was chosen for its class on"
            ' validation. The prior says every label of every painting. "All right": no label is missing, and none too'
            " many.",
            "note",
        ),
        page.heading("Class by class", level=3),
        page.table(list(several_page.CLASS_HEAD), several_page.class_rows(entry)),
    ]


def _number(name: str, entry: NumberFigures, pictures: dict[str, Path]) -> list[str]:
    if not entry["n"]:
        return [page.paragraph("No judged painting carries this number.")]
    return [
        page.table(["", *number_page.head(entry)], number_page.rows(entry), first=True),
        page.heading("How much nearer the network is than its baselines", level=3),
        page.table(list(number_page.DIFFERENCE_HEAD), number_page.difference_rows(entry)),
        page.paragraph(
            "Below 0 the network is nearer; paired 95 % intervals. The network's own interval comes from its"
            " distribution, those of ridge regression and median have one width; all were made to hold on validation.",
            "note",
        ),
        page.picture(
            pictures[f"number-{name}"],
            "What is true and what was answered, a point a painting; on the line they are equal. The pale lines are"
            " the intervals of a sample.",
        ),
    ]


def _strongest(entry: AttributeFigures) -> list[str]:
    key = max(entry["baselines"], key=lambda name: entry["baselines"][name]["macro_f1"] or 0.0)
    return [opponents(entry)[key], figure(entry["baselines"][key], "macro_f1")]


def _attribute(name: str, entry: AttributeFigures, pictures: dict[str, Path]) -> list[str]:
    if not entry["n"]:
        return [page.paragraph("No judged painting carries a label that the model knows.")]
    every = [column for column, _ in MAIN_COLUMNS]
    parts = [
        page.paragraph(
            f"{counted(entry['n'], 'painting')}, {counted(len(entry['classes']), 'class', 'classes')}; the model"
            f" knows {entry['coverage']:.1%} of"
            f" {counted(entry['labelled'], 'label')}."
        ),
        page.table(
            ["", "n", *(caption for _, caption in MAIN_COLUMNS)], table_rows(entry, MAIN_COLUMNS, every), first=True
        ),
        page.folded("More figures", _more(entry)),
        page.heading("What the network has more than its baselines", level=3),
        page.table(["network minus", "accuracy", "macro-F1"], difference_rows(entry)),
        page.paragraph(
            "Paired 95 % intervals: the same resampled paintings for both. One that holds 0 is no clear difference.",
            "note",
        ),
        *_artists(entry),
        page.heading("What is taken for what", level=3),
        page.picture(
            pictures[f"confusion-{name}"],
            "Rows are true classes, columns predictions, numbers per cent of the row; shares below 1 % are left blank.",
        ),
        page.table(
            ["true", "taken for", "paintings", "of the class"],
            [[c["true"], c["predicted"], str(c["n"]), f"{c['share']:.0%}"] for c in entry["confusions"]],
        ),
        page.folded(f"All {len(entry['classes'])} classes", _class_table(entry)),
        page.heading("Ranking and confidence", level=3),
    ]
    if f"roc-{name}" in pictures:
        parts.append(
            page.picture(
                pictures[f"roc-{name}"],
                "How well each class is separated from the rest, over all thresholds; the mean gives every class the"
                " same weight.",
            )
        )
    calibration = entry["calibration"]
    parts += [
        page.picture(
            pictures[f"reliability-{name}"],
            f"On these paintings, before and after the temperature of {calibration['temperature']:.2f} that was fitted"
            f" on validation: ECE {calibration['ece_before']:.3f} and {calibration['ece_after']:.3f}, log loss"
            f" {_or_infinite(calibration['log_loss_before'])} and {_or_infinite(calibration['log_loss_after'])}.",
        ),
        page.picture(
            pictures[f"risk-{name}"],
            "Wrong answers if only the most confident are given; lower is better, a level line knows nothing of its own"
            " errors.",
        ),
    ]
    parts += _doubt(entry)
    if f"maps-{name}" in pictures:
        parts += [
            page.heading("The paintings as the features see them", level=3),
            page.picture(pictures[f"maps-{name}"], _MAPS),
        ]
    return parts


def _doubt(entry: AttributeFigures) -> list[str]:
    doubt = entry.get("doubt")
    if not doubt:
        return []
    return [
        page.heading("Knowing that it does not know", level=3),
        page.table(doubt_head(doubt), doubt_rows(doubt)),
        *(page.paragraph(text, "note") for text in doubt_sentences(doubt)),
    ]


def _by(figures: ByColumn) -> list[str]:
    parts = []
    for name, values in figures["attributes"].items():
        head = value_head(figures["column"], values)
        parts += [page.heading(name, level=3), page.table(head, value_rows(values))]
    note = (
        "The means of a row are over the classes that occur in it, so rows of few classes are not comparable by them."
    )
    return [*parts, page.paragraph(note, "note")]


def _more(entry: AttributeFigures) -> str:
    """The further measures, a line each: too many for the width of a page."""
    rows = table_rows(entry, MORE_COLUMNS, ())
    lines = [[caption, *(row[2 + i] for row in rows)] for i, (_, caption) in enumerate(MORE_COLUMNS)]
    return page.table(["", *(row[0] for row in rows)], lines)


def _artists(entry: AttributeFigures) -> list[str]:
    scores = (("seen in training", entry.get("seen_artists")), ("never seen", entry.get("unseen_artists")))
    groups = [(text, group) for text, group in scores if group]
    if not any(group["n"] for _, group in groups):
        return []
    columns = ("accuracy", "balanced_accuracy", "macro_f1", "ece")
    rows = [[text, str(group["n"]), *(figure(group, column) for column in columns)] for text, group in groups]
    note = (
        f"In neither row: {counted(entry['unknown_artists'], 'painting')} of no artist or of one of validation alone."
        if entry["unknown_artists"]
        else "Every painting names its artist."
    )
    return [
        page.heading("Artists seen in training and never seen", level=3),
        page.table(["artists", "n", "accuracy", "balanced accuracy", "macro-F1", "ECE"], rows),
        page.paragraph(note + " The means are over the classes that occur in each row.", "note"),
    ]


def _measures_of(one: ClassFigures) -> tuple[float | None, ...]:
    return one["precision"], one["recall"], one["f1"], one["auc"], one["average_precision"]


def _class_table(entry: AttributeFigures) -> str:
    rows = [
        [
            c["label"] + (" *" if c["few"] else ""),
            str(c["n"]),
            str(c["trained"]),
            *("undefined" if value is None else f"{value:.3f}" for value in _measures_of(c)),
        ]
        for c in entry["classes"]
    ]
    notes = (
        [f"* fewer than {FEW} paintings: the figures say little."] if any(c["few"] for c in entry["classes"]) else []
    )
    undefined = entry["undefined"]
    if undefined["precision"]:
        notes.append(
            f"Never predicted, so without a precision: {', '.join(undefined['precision'])}; they count as 0 in macro"
            " and weighted precision."
        )
    if undefined["auc"]:
        notes.append(
            "Without positives or negatives, so not in the mean AUC and average precision:"
            f" {', '.join(undefined['auc'])}."
        )
    return page.table(
        ["class", "judged", "trained on", "precision", "recall", "F1", "AUC", "average precision"], rows
    ) + "".join(page.paragraph(n, "note") for n in notes)


def _compared(models: Sequence[tuple[str, str, dict[str, AttributeFigures]]]) -> list[str]:
    parts = [
        page.paragraph(
            "Each model by its own test rows, which differ where the split does: the figures tell how much a protocol"
            " flatters, not which network is better."
        )
    ]
    for name, rows in comparison_tables(models).items():
        parts += [page.heading(name, level=3), page.table(HEAD, rows, first=True)]
    return parts


def _rights(evaluation: Evaluation) -> str:
    return f" Rights of the images: {'; '.join(sorted(set(evaluation.rows.column('rights'))))}."


def _outlier_caption(path: Path) -> str:
    return path.stem.removeprefix("outliers-").replace("-", " ").replace("_", " ")


def _or_infinite(value: float | None) -> str:
    return "infinite" if value is None else f"{value:.3f}"


_ATTENTION = (
    "Drawn at random with a fixed seed, not chosen. Light is where the network's attention lies, on the grid of its"
    " feature map and enlarged; red titles are wrong answers. With a recurrent network a cell also carries what was"
    " read before and after it. Attention tells what was read, which is not always why an answer was given."
)


_MAPS = (
    f"A sample of at most {projection.MOST} judged paintings with a fixed seed; the {projection.NAMED} commonest"
    " classes have a colour. t-SNE keeps neighbours together; distances between its groups and their sizes mean"
    " nothing."
)


_HOW_TO_READ = (
    (
        "Macro figures are plain means over the classes that occur among true or predicted labels, so rare classes"
        " count as much as common ones; weighted ones follow the class sizes. Balanced accuracy is the mean recall. A"
        " dash is a figure that is not defined, as top-5 of five classes, or infinite, as the log loss where a true"
        " class was given no chance at all."
    ),
    (
        "Intervals are 95 % percentile bootstraps over paintings; that of the calibration error is moved down by the"
        " bias which resampling adds to it. They do not cover the luck of the training's seed."
    ),
    (
        "The linear probe is an L2 logistic regression on the pooled features of the same backbone, with C and class"
        " weights chosen on the validation split. The majority class is that of the training split. Where they stand in"
        ' the table, the linear head is trained as the network is but on pooled features alone, and "without RNN" is'
        " the same network with its recurrent part left out."
    ),
    (
        "AUC is the chance that a painting of a class is ranked before one of another, the mean of all classes against"
        " the rest. Average precision has the class's share of paintings as its chance level."
    ),
    (
        "ECE is the expected calibration error over 15 equal-width bins of confidence. Brier is the squared distance to"
        " the truth summed over the classes (0 to 2). AURC is the mean share of errors over all coverages."
    ),
    (
        "An answer is sure where answers so probable were right three times in four on validation. Sets of labels are"
        " made so that nine in ten hold the right one among paintings like those of the validation; paintings by"
        " artists that the training never saw are not quite like them, and their row is the honest number. A painting"
        " is called new where it lies farther out than 95 % of validation paintings of known classes."
    ),
)
