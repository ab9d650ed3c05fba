"""The same documents that ``--json`` prints, as text for people."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from artextract.evaluate.page import numbers as number_page
from artextract.evaluate.page import several as several_page
from artextract.evaluate.page.doubt_rows import doubt_head, doubt_rows, doubt_sentences
from artextract.evaluate.page.layout import COLUMNS, difference_rows, figure, table_rows
from artextract.evaluate.page.value_rows import value_head, value_rows
from artextract.naming import caption_of
from artextract.printable import counted, one_line

NARROWEST = 8
"""Characters that a column of words keeps on a narrow terminal."""
LONGEST_CELL = 200
"""Characters of a cell; all of them are in --json."""


def grid(
    head: list[str], rows: Iterable[list[str]], left: int = 1, end: int = 0, spare: Sequence[str] = (), whole: str = ""
) -> str:
    """Columns lined up by spaces; the first ``left`` and the last ``end`` to the left, the others to the right.

    On a terminal that is too narrow, the widest of those to the left are cut, but for the column ``whole``, whose cells
    are typed again. Where that is not enough, the columns ``spare`` are left out, the first of them first, and named
    below."""
    rows = [[one_line(cell, LONGEST_CELL) for cell in row] for row in [head, *rows]]
    words = [i for i in range(len(head)) if i < left or i >= len(head) - end]
    out: list[str] = []
    while True:
        shown = [i for i, name in enumerate(head) if name not in out]
        widths = [max(len(row[i]) for row in rows) for i in shown]
        widths, fits = _fitting(widths, [at for at, i in enumerate(shown) if i in words and head[i] != whole])
        if fits or len(out) == len(spare):
            break
        out.append(spare[len(out)])
    rows = [[row[i] for i in shown] for row in rows]
    words = [at for at, i in enumerate(shown) if i in words]
    rows = [[one_line(cell, max(w, 1)) for cell, w in zip(row, widths, strict=False)] for row in rows]
    lines = [
        "  ".join(
            cell.ljust(w) if i in words else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=False))
        ).rstrip()
        for row in rows
    ]
    below = [f"no room here for: {', '.join(out)} (all of it with --json)"] if out else []
    return "\n".join([lines[0], "  ".join("-" * w for w in widths), *lines[1:], *below])


def fits(rows: list[list[str]]) -> bool:
    """Whether the lines of a table, head and all, fit the terminal uncut; always where the text goes into a file."""
    return _fitting([max(map(len, column)) for column in zip(*rows, strict=True)], [])[1]


def _fitting(widths: list[int], words: list[int]) -> tuple[list[int], bool]:
    """The widths of columns, those of ``words`` cut so far that a line fits the terminal, and whether it does.

    All of them where the text goes into a file."""
    if not sys.stdout.isatty():
        return widths, True
    there, fitting = shutil.get_terminal_size().columns, list(widths)
    while sum(fitting) + 2 * (len(fitting) - 1) > there:
        widest = max(words, key=lambda i: fitting[i], default=None)
        if widest is None or fitting[widest] <= NARROWEST:
            return fitting, False
        fitting[widest] -= 1
    return fitting, True


def import_summary(summary: dict[str, Any]) -> str:
    splits = ", ".join(f"{name} {count}" for name, count in summary["splits"].items() if count)
    lines = [f"{counted(summary['paintings'], 'painting')} in {summary['collection']} ({splits})"]
    for name, entry in summary["labels"].items():
        lines.append(f"  {name}: {entry['labelled']} labelled, {counted(entry['classes'], 'class', 'classes')}")
        lines += _respelled(summary["respelled"].get(name, {}))
    if summary["columns"]:
        lines.append("  further columns: " + ", ".join(f"{name} ({kind})" for name, kind in summary["columns"].items()))
    if summary["missing"]:
        lines.append(f"  left out, since it is not here: {counted(summary['missing'], 'listed image')}")
    lines += [f"  {note}" for note in summary["notes"]]
    lines += _skipped(summary["skipped"], "path") + _left_out(summary)
    return "\n".join([*lines, f"the whole list: {summary['list']}"] if summary["list"] else lines)


def _respelled(changes: dict[str, str | None], shown: int = 3) -> list[str]:
    names = [f"'{written}' as '{name}'" for written, name in changes.items() if name is not None]
    nothing = [f"'{written}'" for written, name in changes.items() if name is None and written.strip()]
    lines = [f"    machine-made spellings are shown as names: {', '.join(names[:shown])}"] if names else []
    return lines + ([f"    taken for no label: {', '.join(nothing[:shown])}"] if nothing else [])


def _left_out(summary: dict[str, Any], shown: int = 3) -> list[str]:
    """What else was not taken: each reason, how often, and its first examples."""
    if not summary["left_out"]:
        return []
    lines = ["not taken:"]
    for reason, count in summary["left_out_by_reason"].items():
        paths = [left["path"] for left in summary["left_out"] if left["reason"] == reason][:shown]
        lines.append(f"  {count}: {reason} ({', '.join(paths)}{', ...' if count > shown else ''})")
    return lines


def train_summary(summary: dict[str, Any]) -> str:
    from artextract.train.scores import in_words as scores_in_words

    paintings, validation = summary["paintings"], summary["validation"]
    lines = [
        f"model {summary['model']}",
        "  "
        + ", ".join(
            [
                *(f"{name}: {counted(count, 'class', 'classes')}" for name, count in summary["attributes"].items()),
                *(f"{name}: a number, {one['trained']} known" for name, one in summary["numbers"].items()),
            ]
        ),
        (
            f"  {counted(paintings['train'], 'training painting')},"
            f" {counted(paintings['val'], 'validation painting')}, {counted(summary['epochs'], 'epoch')}"
            f" of {summary['seconds_per_epoch']:.1f} s, epoch {summary['best_epoch']} kept"
        ),
    ]
    if validation:
        lines.append(f"  validation macro-F1: {scores_in_words(validation)}")
    lines.append(f"judge it with: artextract evaluate {summary['model']}")
    return "\n".join(lines + _skipped(summary["skipped"], "sha256"))


def evaluation(figures: dict[str, Any]) -> str:
    lines = [f"{figures['split']} rows of {figures['collection']}, split {figures['protocol']}"]
    excluded = figures["excluded"]
    if excluded["total"]:
        lines.append(
            f"left out, since the model was trained on them: {counted(excluded['same_content'], 'painting')},"
            f" {counted(excluded['near_duplicate'], 'near-duplicate')}"
        )
    for name, entry in figures["attributes"].items():
        lines += [
            "",
            f"{name} ({counted(len(entry['classes']), 'class', 'classes')}, {entry['n']} of"
            f" {counted(entry['labelled'], 'label')} judged)",
        ]
        if entry["n"]:
            lines.append(grid(["", "n", *(caption for _, caption in COLUMNS)], table_rows(entry)))
            lines += ["", grid(["network minus (paired)", "accuracy", "macro-F1"], difference_rows(entry))]
            calibration = entry["calibration"]
            lines.append(
                f"calibration error {calibration['ece_before']:.3f} before its temperature of"
                f" {calibration['temperature']:.2f}, {entry['ece']:.3f} after"
            )
            for key, caption in (("seen_artists", "seen in training"), ("unseen_artists", "never seen")):
                part = entry.get(key)
                if part and part["n"]:
                    lines.append(
                        f"artists {caption}: {counted(part['n'], 'painting')}, accuracy {figure(part, 'accuracy')},"
                        " macro-F1"
                        f" {figure(part, 'macro_f1')}"
                    )
            doubt = entry.get("doubt")
            if doubt:
                lines += ["", grid(doubt_head(doubt), doubt_rows(doubt)), *doubt_sentences(doubt)]
            values = figures["by"]["attributes"][name] if "by" in figures else []
            if values:
                lines += ["", grid(value_head(figures["by"]["column"], values), value_rows(values)), ""]
            silent = [c["label"] for c in entry["classes"] if c["n"] and not c["predicted"]]
            if silent:
                lines.append(f"never predicted, so without a precision: {', '.join(silent)}")
            few = [c["label"] for c in entry["classes"] if c["few"]]
            if few:
                lines.append(f"fewer than 10 paintings, of little weight: {', '.join(few)}")
    for name, number in figures["numbers"].items():
        lines += ["", f"{name} (a number, {counted(number['n'], 'painting')} judged)"]
        if number["n"]:
            lines.append(grid(["", *number_page.head(number)], number_page.rows(number)))
            lines += ["", grid(list(number_page.DIFFERENCE_HEAD), number_page.difference_rows(number))]
    for name, several in figures["several"].items():
        lines += [
            "",
            f"{name} ({counted(len(several['classes']), 'class', 'classes')}, several a painting,"
            f" {counted(several['n'], 'painting')} judged)",
        ]
        if several["n"]:
            lines.append(grid(["", *several_page.HEAD], several_page.rows(several)))
            lines += ["", grid(list(several_page.DIFFERENCE_HEAD), several_page.difference_rows(several))]
    lines += [""] + [f"warning: {text}" for text in figures["warnings"]]
    return "\n".join([*lines, f"report: {figures['report']}"])


def index_summary(summary: dict[str, Any]) -> str:
    lines = [
        f"{counted(summary['paintings'], 'painting')} indexed by {', '.join(summary['features'])} in {summary['index']}"
    ]
    if summary["updated"]:
        lines.append(f"brought up to date: {summary['added']} added or changed, {summary['removed']} removed")
    if summary["changed"]:
        changed = counted(len(summary["changed"]), "file has", "files have")
        lines.append(f"{changed} changed since the import, and the new content was looked at")
    if summary["new_files"]:
        lines.append(new_files_line(summary["new_files"], summary["folder"]))
    lines += [f"damaged, and recomputed: {what}" for what in summary["damaged"]]
    lines += [f"{count} have no {name}" for name, count in summary["without"].items() if count]
    if summary["approximate"]:
        lines.append(_approximate_line(summary["approximate"]))
    return "\n".join(lines + _skipped(summary["skipped"], "id"))


def _approximate_line(about: dict[str, Any]) -> str:
    if "store" in about:
        return f"approximate index: a graph at {about['store']}"
    reached = f"recall@10 {about['recall@10']:.3f} against looking at all"
    return f"approximate index: {counted(about['candidates'], 'candidate')}, {reached}"


def new_files_line(names: list[str], folder: str) -> str:
    from artextract.sources.new_files import AGAIN  # all sources come with it

    new = counted(len(names), "new file lies", "new files lie")
    return f"{new} in '{folder}', such as '{names[0]}': {AGAIN}"


def hits(document: dict[str, Any], short: dict[str, str] | None = None) -> str:
    """``short``: by id, what is shown of it."""
    if not document["hits"]:
        return (
            "no paintings match the filters"
            if document["where"]
            else "there is no other painting that has what is asked for"
        )
    names = [name for name, weight in document["weights"].items() if weight > 0]
    rows = []
    for rank, hit in enumerate(document["hits"], 1):
        parts = ["missing" if hit["features"][n] is None else f"{hit['features'][n]:+.2f}" for n in names]
        labels = ", ".join(value for value in hit["labels"].values() if value)
        rows.append(
            [
                str(rank),
                caption_of(hit["title"], hit["path"], hit["labels"].get("artist")),
                labels,
                *parts,
                f"{hit['score']:.2f}",
                hit["band"] or "–",
                (short or {}).get(hit["id"], hit["id"]),
                hit["rights"],
            ]
        )
    head = [
        "",
        "title",
        "labels",
        *names,
        "score",
        "nearness",
        "id",
        "rights",
    ]
    lines = [document["note"], ""] if document["note"] else []
    lines += [
        grid(head, rows, left=3, end=3, spare=["rights", *names, "labels"], whole="id"),
        "weights: " + ", ".join(f"{name} {document['weights'][name]:.2f}" for name in names),
        "score: 0 is the average pair, 1 as near as the nearest hundredth of pairs; its parts add up",
        *_nearness(document["bands"]),
    ]
    lines += [
        f"the query has no {name}: {reason}" for name, reason in document["query"]["missing"].items() if name in names
    ]
    for word, near in document["query"]["dropped"].items():
        like = f"; similar words: {', '.join(near)}" if near else ""
        lines.append(f"'{word}' does not occur in the table and was left out{like}")
    lines += [] if document["exact"] else ["found by the approximate index"]
    return "\n".join(lines) + (f"\ncontact sheet: {document['sheet']}" if "sheet" in document else "")


def _nearness(bands: dict[str, Any]) -> list[str]:
    """What the bands mean, with how many paintings each would have by chance."""
    from artextract.search.asking.nearness import SHARES  # the search comes with it

    parts = [
        f"{name} as 1 random pair in {round(1 / share):,} (by chance {bands[name]['by_chance']:.3g} here)"
        for name, share in SHARES.items()
        if name in bands
    ]
    return [f"nearness: {', '.join(parts)}"] if parts else []


def explanation(document: dict[str, Any]) -> str:
    lines = [f"{document['band']}: {document['summary']}" if document["band"] else document["summary"], ""]
    for reason in document["features"]:
        part = "missing" if reason["contribution"] is None else f"{reason['contribution']:+.2f}"
        near = "" if reason["band"] is None else f", {reason['band']}"
        lines.append(f"{reason['name']} ({part}{near}): {reason['sentence'] or reason['description']}")
    if document["parts"]:
        names = list(document["parts"][0]["features"])
        rows = [
            [
                ("" if part["wanted"] else "less ") + part["title"],
                *("–" if (value := part["features"][name]) is None else f"{value:+.2f}" for name in names),
                f"{part['score']:+.2f}",
            ]
            for part in document["parts"]
        ]
        lines += ["", "what each part of the query adds:", grid(["part", *names, "score"], rows, left=1)]
    if document["swatches"]:
        lines += [
            "",
            "colours of both: "
            + ", ".join(
                f"{one['name']} {one['hex']} ({one['share_a']:.0%} and {one['share_b']:.0%})"
                for one in document["swatches"]
            ),
        ]
    return "\n".join(lines) + (f"\nsheet: {document['sheet']}" if "sheet" in document else "")


def backbones(rows: list[dict[str, Any]]) -> str:
    cells = [
        [
            row["name"],
            "here" if row["available"] else "not here",
            f"{row['size_mb']:.0f} MB",
            str(row["dim"] or "–"),
            str(row["input_size"]),
            row["licence"],
            row["source"],
            row["note"],
        ]
        for row in rows
    ]
    text = [[cell[0], cell[1], cell[5], cell[6], cell[7], *cell[2:5]] for cell in cells]
    return grid(
        ["name", "weights", "licence", "source", "note", "size", "dim", "input"],
        text,
        left=5,
        spare=("source", "input", "dim", "licence"),
    )


def features(rows: list[dict[str, Any]]) -> str:
    text = grid(
        ["name", "dim", "what it compares"],
        [[row["name"], str(row["dim"] or "–"), row["description"]] for row in rows],
        left=3,
    )
    return "\n".join([text, *(f"{row['name']} cannot run here: {row['missing']}" for row in rows if row["missing"])])


def demo_summary(document: dict[str, Any]) -> str:
    lines = [
        "",
        f"Done in {document['seconds']:.0f} seconds: {counted(document['paintings'], 'painting')},"
        f" {document['skipped']} skipped.",
    ]
    for name, entry in document["attributes"].items():
        if entry["n"]:
            probe, majority = entry["baselines"]["linear_probe"], entry["baselines"]["majority"]
            lines.append(
                f"  {name:<8} test accuracy {entry['accuracy']:.2f} on {counted(entry['n'], 'painting')} (linear probe"
                f" {probe['accuracy']:.2f}, majority {majority['accuracy']:.2f})"
            )
    lines += [f"  note: {note}" for note in document["notes"]]
    if document["report"]:
        lines.append(f"  report         {document['report']}")
    lines += [
        f"  contact sheet  {document['sheet']}",
        "",
        "Look around in your browser with:",
        f"  {document['serve']}",
    ]
    return "\n".join(lines)


def _skipped(skipped: list[dict[str, str]], key: str, shown: int = 10) -> list[str]:
    if not skipped:
        return []
    lines = [f"{counted(len(skipped), 'image was', 'images were')} skipped:"] + [
        f"  {entry[key]}: {entry['reason']}" for entry in skipped[:shown]
    ]
    return lines + ([f"  and {len(skipped) - shown} more (all with --json)"] if len(skipped) > shown else [])
