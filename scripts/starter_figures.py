"""The figures of the starter model on one Markdown page: test rows and outside photographs, known and unknown hands.

    python -m scripts.starter_figures MODEL COLLECTION GALLERY [--split test] [--out FILE] [--json FILE]

COLLECTION is what ``starter_collection.py`` dealt; of its rows those of ``--split`` are judged. GALLERY is a
collection, or a folder of images with ``labels.csv``. Of both only paintings count that are not in the training, by
their bytes and by their look. "Seen artists" had a painting in training; of "unseen" ones neither training nor
validation had any.
Intervals are 95 % bootstraps over paintings.

The page is a list of ``SECTIONS``, functions from what was judged to lines; add one there."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from artextract.app.commands.common import progress, say
from artextract.evaluate.classification.classify import Evaluation, evaluate_model
from artextract.evaluate.classification.figures import SEEN, UNSEEN, Judged
from artextract.evaluate.page import numbers as number_page
from artextract.evaluate.page.doubt_rows import doubt_head, doubt_rows, doubt_sentences
from artextract.evaluate.page.value_rows import value_head, value_rows
from artextract.labels import canonical_key
from artextract.metrics import bootstrap
from artextract.metrics.classification import Tally, confusion_matrix, summary
from artextract.model.saved import CONFIG_FILE, METRICS_FILE
from artextract.sources import import_folder
from artextract.table import FILE_NAME
from scripts.pack_starter import KEPT

STYLE = "style"
ARTGAN = [
    "Abstract Expressionism",
    "Action painting",
    "Analytical Cubism",
    "Art Nouveau",
    "Baroque",
    "Color Field Painting",
    "Contemporary Realism",
    "Cubism",
    "Early Renaissance",
    "Expressionism",
    "Fauvism",
    "High Renaissance",
    "Impressionism",
    "Mannerism Late Renaissance",
    "Minimalism",
    "Naive Art Primitivism",
    "New Realism",
    "Northern Renaissance",
    "Pointillism",
    "Pop Art",
    "Post Impressionism",
    "Realism",
    "Rococo",
    "Romanticism",
    "Symbolism",
    "Synthetic Cubism",
    "Ukiyo e",
]
"""The 27 styles of the ArtGAN lists of WikiArt."""
THREE = {
    "Renaissance": (
        "Early Renaissance",
        "High Renaissance",
        "Mannerism Late Renaissance",
        "Northern Renaissance",
    ),
    "Baroque": ("Baroque",),
    "Impressionism": ("Impressionism",),
}
ALL_LABELS = "accuracy of all labels"
"""Where a label that the model does not know counts as a wrong answer."""
FEW = 10
"""Of fewer paintings no interval is given: drawing them anew cannot show how sure a share is."""
NOTHING = {"value": None, "ci": None}
GROUPS = ("all", "seen artists", "unseen artists")
Lines = list[str]


@dataclass(frozen=True)
class Page:
    """What is shown: ``sides`` are the evaluations by their caption; ``document`` is filled with the plain figures."""

    model: Path
    sides: dict[str, Evaluation]
    document: dict


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", metavar="MODEL", type=Path)
    parser.add_argument("collection", metavar="COLLECTION", type=Path)
    parser.add_argument("gallery", metavar="GALLERY", type=Path)
    parser.add_argument("--split", default="test", help="which rows of COLLECTION (default: %(default)s)")
    parser.add_argument("--out", metavar="FILE", type=Path, help="write the page there, not on the screen")
    parser.add_argument("--json", metavar="FILE", type=Path, help="also write the figures there, as plain values")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        gallery = args.gallery
        if not (gallery / FILE_NAME).is_file():
            import_folder(gallery, folder, split="stratified", progress=progress)
            gallery = Path(folder)
        say("judging the test rows")
        sides = {"test rows": evaluate_model(args.model, args.collection, args.split, progress, by="source")}
        say("judging the gallery")
        sides["gallery"] = evaluate_model(args.model, gallery, "all", progress)
        page = Page(args.model, sides, {})
        text = "\n".join(line for section in SECTIONS for line in [*section(page), ""])
    if args.out:
        args.out.write_text(text, encoding="utf-8")
    else:
        print(text)
    if args.json:
        args.json.write_text(json.dumps(page.document, indent=2, ensure_ascii=False), encoding="utf-8")


def head(page: Page) -> Lines:
    lines = [f"# Figures of {page.model.resolve().name}", ""]
    for caption, side in page.sides.items():
        out = side.figures["excluded"]
        lines.append(
            f"- {caption}: {len(side.rows)} labelled paintings; {out['same_content']} trained on and"
            f" {out['near_duplicate']} copies of such left out"
        )
    return lines


def overall(page: Page) -> Lines:
    """Each attribute on both sides, by all, seen and unseen artists."""
    lines = [
        "## Test rows and gallery",
        "",
        f"Figures are of paintings whose label the model knows; in '{ALL_LABELS}' any other counts as wrong.",
    ]
    captions = ["accuracy", "macro-F1", "top-3", "ECE", "share sure", "accuracy when sure", ALL_LABELS]
    for name in next(iter(page.sides.values())).judged:
        rows = []
        for caption, side in page.sides.items():
            if (judged := side.judged.get(name)) is None:
                continue
            sure = _sure(side, name, judged)
            for group, mask in _groups(judged).items():
                found = _measures(judged.truth[mask], judged.probabilities[mask], sure[mask])
                found[ALL_LABELS] = _of_all_labels(judged) if group == "all" else NOTHING
                page.document.setdefault("overall", {}).setdefault(name, {}).setdefault(caption, {})[group] = found
                rows.append([caption, group, str(found["n"]), *(_text(found[key]) for key in captions)])
        lines += ["", f"### {name}", "", *table(["", "artists", "n", *captions], rows, left=2)]
    return lines


def recalls(page: Page) -> Lines:
    """The recall of each of the 27 styles, also where the model does not know it."""
    rows, kept = [], page.document.setdefault("recall", {})
    for style in ARTGAN:
        cells = []
        for caption, side in page.sides.items():
            judged = side.judged[STYLE]
            keys = [canonical_key(label) for label in judged.classes]
            known = canonical_key(style) in keys
            for group in ("all", "unseen artists"):
                if not known:
                    cells.append(f"not known ({_labelled(side, style)})" if group == "all" else "–")
                    continue
                mask = _groups(judged).get(group, np.zeros(len(judged.truth), dtype=bool))
                mask = mask & (judged.truth == keys.index(canonical_key(style)))
                right = (judged.probabilities.argmax(1) == judged.truth)[mask]
                found = _share(right, np.ones(len(right)))
                kept.setdefault(style, {}).setdefault(caption, {})[group] = {"n": len(right), **found}
                cells.append(f"{_text(found)} (n {len(right)})" if len(right) else "–")
        rows.append([style, *cells])
    captions = [f"{caption}, {group}" for caption in page.sides for group in ("all", "unseen artists")]
    return ["## Recall of the 27 styles", "", *table([STYLE, *captions], rows)]


def three_styles(page: Page) -> Lines:
    """Renaissance, Baroque, Impressionism: the probabilities of the classes of each are summed, and the largest sum is
    the answer."""
    lines = ["## Three styles: Renaissance of all four kinds, Baroque, Impressionism"]
    kept = page.document.setdefault("three_styles", {})
    keys = {canonical_key(label) for label in next(iter(page.sides.values())).judged[STYLE].classes}
    unknown = [label for names in THREE.values() for label in names if canonical_key(label) not in keys]
    if unknown:
        lines += ["", f"The model does not know {', '.join(unknown)}: paintings of these are not counted here."]
    for caption, side in page.sides.items():
        judged = side.judged[STYLE]
        truth, sums = three_of(judged)
        for group, mask in _groups(judged).items():
            if group == "seen artists":
                continue
            rows = mask & (truth >= 0)
            if not rows.any():
                lines += ["", f"{caption}, {group}: no painting of these styles is known to the model."]
                continue
            found = _three(truth[rows], sums[rows])
            kept.setdefault(caption, {})[group] = found
            measures = ("precision", "recall", "F1")
            cells = [[name, str(one["n"]), *(_text(one[m]) for m in measures)] for name, one in found["styles"].items()]
            both = [_text(found["accuracy"]), _text(found["macro-F1"])]
            lines += ["", f"{caption}, {group}: n {found['n']}, accuracy {both[0]}, macro-F1 {both[1]}", ""]
            lines += table([STYLE, "n", *measures], cells)
    return lines


def within_sources(page: Page) -> Lines:
    lines = ["## Within one source"]
    for caption, side in page.sides.items():
        if "by" not in side.figures:
            continue
        for name, values in side.figures["by"]["attributes"].items():
            page.document.setdefault("by_source", {}).setdefault(caption, {})[name] = values
            lines += ["", f"### {name}, {caption}", "", *table(value_head("source", values), value_rows(values))]
    return [
        *lines,
        "",
        "Macro-F1 is over the classes that occur in a row, so rows of other classes compare badly by it.",
    ]


def doubts(page: Page) -> Lines:
    """What answer sets, "sure" and novelty are worth."""
    lines = ["## Knowing that it does not know"]
    for caption, side in page.sides.items():
        for name, found in side.figures["attributes"].items():
            doubt = found.get("doubt")
            if not doubt or not found["n"]:
                continue
            page.document.setdefault("doubt", {}).setdefault(caption, {})[name] = doubt
            rows = doubt_rows(doubt)
            lines += ["", f"### {name}, {caption}", "", *table(doubt_head(doubt), rows), "", *doubt_sentences(doubt)]
    return lines


def numbers(page: Page) -> Lines:
    """Years and other numbers, beside the median and ridge regression where the model has it."""
    lines = ["## Numbers"]
    for caption, side in page.sides.items():
        for name, found in side.figures["numbers"].items():
            page.document.setdefault("numbers", {}).setdefault(caption, {})[name] = found
            if found["n"]:
                rows = number_page.rows(found)
                lines += ["", f"### {name}, {caption}", "", *table(["", *number_page.head(found)], rows)]
    return lines


def size(page: Page) -> Lines:
    files = {name: (page.model / name).stat().st_size for name in (*KEPT, CONFIG_FILE, METRICS_FILE) if _is(page, name)}
    page.document["bytes"] = files
    largest = ", ".join(f"{name} {n / 1e6:.2f}" for name, n in sorted(files.items(), key=lambda one: -one[1])[:3])
    return ["## Size shipped", "", f"{sum(files.values()) / 1e6:.1f} MB beside the backbone ({largest})."]


SECTIONS: tuple[Callable[[Page], Lines], ...] = (
    head,
    overall,
    recalls,
    three_styles,
    within_sources,
    doubts,
    numbers,
    size,
)
"""In the order of the page."""


def three_of(judged: Judged) -> tuple[np.ndarray, np.ndarray]:
    """Which of ``THREE`` each row is, ``int (N,)``, -1 for none; and the probability of each, ``float (N, 3)``, that of
    a style that the model does not know being 0."""
    keys = [canonical_key(label) for label in judged.classes]
    columns = [
        [keys.index(key) for label in names if (key := canonical_key(label)) in keys] for names in THREE.values()
    ]
    of_class = np.full(len(keys), -1)
    for number, own in enumerate(columns):
        of_class[own] = number
    sums = np.stack([judged.probabilities[:, own].sum(1, dtype=np.float64) for own in columns], axis=1)
    return of_class[judged.truth], sums / np.maximum(sums.sum(1, keepdims=True), 1e-12)


def _three(truth: np.ndarray, sums: np.ndarray) -> dict:
    said = sums.argmax(1)
    tally = Tally.of(confusion_matrix(truth, said, len(THREE)))
    drawn = list(bootstrap.resample(len(truth), bootstrap.ROUNDS))
    right = [((truth == k) & (said == k)).astype(float) for k in range(len(THREE))]
    whole = {
        "precision": [(said == k).astype(float) for k in range(len(THREE))],
        "recall": [(truth == k).astype(float) for k in range(len(THREE))],
        "F1": [((said == k).astype(float) + (truth == k)) / 2 for k in range(len(THREE))],
    }
    values = {"precision": tally.precision(), "recall": tally.recall(), "F1": tally.f1()}
    measures = bootstrap.resampled(truth, sums, auc_rounds=0)
    styles = {}
    for k, name in enumerate(THREE):
        n = int((truth == k).sum())
        styles[name] = {"n": n} | {
            measure: {
                "value": float(values[measure][k]) if whole[measure][k].any() else None,
                "ci": _ratio_interval(drawn, right[k], whole[measure][k]),
            }
            for measure in whole
        }
    return {
        "n": len(truth),
        "accuracy": {"value": float(tally.accuracy()), "ci": bootstrap.interval(measures["accuracy"])},
        "macro-F1": {"value": float(tally.macro("f1")), "ci": bootstrap.interval(measures["macro_f1"])},
        "styles": styles,
    }


def _measures(truth: np.ndarray, probabilities: np.ndarray, sure: np.ndarray) -> dict:
    """The figures of one row of the first table, each with its value and its interval."""
    names = {"accuracy": "accuracy", "macro-F1": "macro_f1", "ECE": "ece"}
    if not len(truth):
        return {"n": 0} | dict.fromkeys([*names, "top-3", "share sure", "accuracy when sure"], NOTHING)
    figures = summary(truth, probabilities)
    ends = bootstrap.intervals(truth, probabilities, bootstrap.resampled(truth, probabilities, auc_rounds=0))
    right = probabilities.argmax(1) == truth
    own = probabilities[np.arange(len(truth)), truth]
    among_three = (probabilities >= own[:, None]).sum(1) <= 3
    enough = probabilities.shape[1] > 3
    return {
        "n": len(truth),
        **{caption: {"value": figures[key], "ci": ends[key]} for caption, key in names.items()},
        "top-3": _share(among_three, np.ones(len(truth))) if enough else NOTHING,
        "share sure": _share(sure, np.ones(len(truth))),
        "accuracy when sure": _share(right & sure, sure),
    }


def _of_all_labels(judged: Judged) -> dict:
    right = judged.probabilities.argmax(1) == judged.truth
    return (
        _share(np.r_[right, np.zeros(judged.labelled - len(right))], np.ones(judged.labelled))
        if len(right)
        else NOTHING
    )


def _share(part: np.ndarray, whole: np.ndarray) -> dict:
    """The sum of one column over that of another, None where that is 0, and its interval."""
    if not whole.sum():
        return NOTHING
    if whole.sum() < FEW:
        return {"value": float(part.sum() / whole.sum()), "ci": None}
    drawn = bootstrap.resample(len(whole), bootstrap.ROUNDS)
    return {"value": float(part.sum() / whole.sum()), "ci": _ratio_interval(drawn, part, whole)}


def _ratio_interval(drawn: Iterable[np.ndarray], part: np.ndarray, whole: np.ndarray) -> list[float] | None:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = [(counts @ part.astype(float)) / (counts @ whole.astype(float)) for counts in drawn]
    return bootstrap.interval(np.concatenate(ratios))


def _groups(judged: Judged) -> dict[str, np.ndarray]:
    """Masks of the rows of ``GROUPS``; all alone where the attribute names the artists itself."""
    masks = [np.ones(len(judged.truth), dtype=bool)]
    if judged.artists is not None:
        masks += [judged.artists == SEEN, judged.artists == UNSEEN]
    return dict(zip(GROUPS, masks, strict=False))


def _sure(side: Evaluation, name: str, judged: Judged) -> np.ndarray:
    best = judged.probabilities.max(1)
    return np.array([side.predictor.is_sure(name, float(value)) for value in best], dtype=bool)


def _labelled(side: Evaluation, style: str) -> int:
    return int((side.rows.keys(STYLE) == canonical_key(style)).sum())


def _is(page: Page, name: str) -> bool:
    return (page.model / name).is_file()


def _text(found: dict) -> str:
    if found["value"] is None:
        return "–"
    ends = f" [{found['ci'][0]:.3f}, {found['ci'][1]:.3f}]" if found["ci"] else ""
    return f"{found['value']:.3f}{ends}"


def table(names: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1) -> Lines:
    """A table of Markdown; the first ``left`` columns are words."""
    rule = ["---"] * left + ["---:"] * (len(names) - left)
    return ["| " + " | ".join(cell.replace("|", r"\|") for cell in row) + " |" for row in (names, rule, *rows)]


if __name__ == "__main__":
    main()
