"""The same documents that ``--json`` prints, as text for people."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from artextract.evaluate.page import numbers as number_page
from artextract.evaluate.page.doubt_rows import doubt_head, doubt_rows, doubt_sentences
from artextract.evaluate.page.layout import COLUMNS, difference_rows, figure, table_rows
from artextract.evaluate.page.value_rows import value_head, value_rows
from artextract.printable import counted, one_line
from artextract.sources.new_files import AGAIN
from artextract.train.scores import in_words as scores_in_words

LONGEST_CELL = 200
"""Characters of a cell; all of them are in --json."""


def grid(head: list[str], rows: Iterable[list[str]], left: int = 1) -> str:
    """Columns lined up by spaces; the first ``left`` to the left, the others to the right."""
    rows = [[one_line(cell, LONGEST_CELL) for cell in row] for row in [head, *rows]]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    lines = [
        "  ".join(
            cell.ljust(w) if i < left else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=False))
        ).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "  ".join("-" * w for w in widths), *lines[1:]])


def import_summary(summary: dict[str, Any]) -> str:
    splits = ", ".join(f"{name} {count}" for name, count in summary["splits"].items() if count)
    lines = [f"{summary['paintings']} paintings in {summary['collection']} ({splits})"]
    for name, entry in summary["labels"].items():
        lines.append(f"  {name}: {entry['labelled']} labelled, {entry['classes']} classes")
        lines += _respelled(summary["respelled"].get(name, {}))
    if summary["columns"]:
        lines.append("  further columns: " + ", ".join(f"{name} ({kind})" for name, kind in summary["columns"].items()))
    if summary["missing"]:
        lines.append(f"  {summary['missing']} listed images are not here and were left out")
    lines += [f"  {note}" for note in summary["notes"]]
    lines += _skipped(summary["skipped"], "path") + _left_out(summary)
    return "\n".join([*lines, f"the whole list: {summary['list']}"] if summary["list"] else lines)


def _respelled(changes: dict[str, str | None], shown: int = 3) -> list[str]:
    names = [f"'{written}' as '{name}'" for written, name in changes.items() if name is not None]
    nothing = [f"'{written}'" for written, name in changes.items() if name is None and written.strip()]
    lines = [f"    spellings of machines are shown as names: {', '.join(names[:shown])}"] if names else []
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
    paintings, validation = summary["paintings"], summary["validation"]
    lines = [
        f"model {summary['model']}",
        "  "
        + ", ".join(
            [
                *(f"{name}: {count} classes" for name, count in summary["attributes"].items()),
                *(f"{name}: a number, {one['trained']} known" for name, one in summary["numbers"].items()),
            ]
        ),
        (
            f"  {paintings['train']} training and {paintings['val']} validation paintings, {summary['epochs']} epochs"
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
            f"left out, since the model was trained on them: {excluded['same_content']} paintings,"
            f" {excluded['near_duplicate']} near-duplicates"
        )
    for name, entry in figures["attributes"].items():
        lines += ["", f"{name} ({len(entry['classes'])} classes, {entry['n']} of {entry['labelled']} labels judged)"]
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
                        f"artists {caption}: {part['n']} paintings, accuracy {figure(part, 'accuracy')}, macro-F1"
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
        lines += ["", f"{name} (a number, {number['n']} paintings judged)"]
        if number["n"]:
            lines.append(grid(["", *number_page.head(number)], number_page.rows(number)))
            lines += ["", grid(list(number_page.DIFFERENCE_HEAD), number_page.difference_rows(number))]
    lines += [""] + [f"warning: {text}" for text in figures["warnings"]]
    return "\n".join([*lines, f"report: {figures['report']}"])


def index_summary(summary: dict[str, Any]) -> str:
    lines = [f"{summary['paintings']} paintings indexed by {', '.join(summary['features'])} in {summary['index']}"]
    if summary["updated"]:
        lines.append(f"brought up to date: {summary['added']} added or changed, {summary['removed']} removed")
    if summary["changed"]:
        changed = counted(len(summary["changed"]), "file has", "files have")
        lines.append(f"{changed} changed since the import, and the new content was looked at")
    if summary["new_files"]:
        lines.append(new_files_line(summary["new_files"], summary["folder"]))
    lines += [f"damaged, and made again: {what}" for what in summary["damaged"]]
    lines += [f"{count} have no {name}" for name, count in summary["without"].items() if count]
    if summary["approximate"]:
        about = summary["approximate"]
        lines.append(
            f"approximate index: {about['looked_at']} of {about['cells']} cells, recall@10 {about['recall@10']:.3f}"
            " against looking at all"
        )
    return "\n".join(lines + _skipped(summary["skipped"], "id"))


def new_files_line(names: list[str], folder: str) -> str:
    new = counted(len(names), "new file lies", "new files lie")
    return f"{new} in '{folder}', such as '{names[0]}': {AGAIN}"


def hits(document: dict[str, Any]) -> str:
    if not document["hits"]:
        return (
            "nothing passes the filters"
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
                hit["id"],
                labels,
                hit["rights"],
                *parts,
                f"{hit['score']:.2f}",
                _percent_down(hit["closer_than"]["all"]),
            ]
        )
    head = [
        "",
        "id",
        "labels",
        "rights",
        *(f"{n} (of {document['weights'][n]:.2f})" for n in names),
        "score",
        "closer than",
    ]
    lines = [
        grid(head, rows, left=4),
        (
            "score: 0 is the average pair, 1 as near as the nearest hundredth of pairs; its parts add up; closer than:"
            " of this collection"
        ),
    ]
    lines += [
        f"the query has no {name}: {reason}" for name, reason in document["query"]["missing"].items() if name in names
    ]
    lines += [] if document["exact"] else ["found by the approximate index"]
    return "\n".join(lines) + (f"\ncontact sheet: {document['sheet']}" if "sheet" in document else "")


def _percent_down(part: float) -> str:
    """Rounded down, so that only all is 100 %."""
    return f"{math.floor(round(1000 * part, 6)) / 10:.1f} %"


def explanation(document: dict[str, Any]) -> str:
    lines = [document["summary"], ""]
    for reason in document["features"]:
        part = "missing" if reason["contribution"] is None else f"{reason['contribution']:+.2f}"
        near = "" if reason["percentile"] is None else f", closer than {_percent_down(reason['percentile'])}"
        lines.append(f"{reason['name']} ({part}{near}): {reason['sentence'] or reason['description']}")
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


def benchmark(document: dict[str, Any]) -> str:
    from artextract.evaluate.retrieval.retrieval_report import against_default, p_text

    mixes = {
        name: ", ".join(f"{feature} {weight:.2f}" for feature, weight in mix.items() if weight)
        for name, mix in document["mixes"].items()
    }
    lines = [
        f"{document['n_candidates']} paintings, the query, its duplicates and other views of it left out; default is"
        f" {mixes['default']}"
    ]
    seen = document["seen"]
    if seen is not None and seen["left_out"] and seen["in_collection"]:
        lines.append(
            f"judged on queries that the model of '{seen['feature']}' has not seen: {seen['in_collection']} paintings"
            " that it was trained on ask nothing"
        )
    lines += [f"note: {note}" for note in document["notes"]]

    def figures(entry: dict[str, Any]) -> str:
        with_interval, others = ("p@1", "p@10", "map"), ("p@5", "recall@10", "recall@50", "ndcg@10", "mrr")
        rows = []
        for name, scores in entry["results"].items():
            ends = entry["ci"][name]
            macro = ["–" if entry["macro"] is None else f"{entry['macro'][name][m]:.3f}" for m in ("p@1", "p@10")]
            rows.append(
                [
                    name,
                    *(f"{scores[m]:.3f} [{ends[m][0]:.3f}, {ends[m][1]:.3f}]" for m in with_interval),
                    *(f"{scores[m]:.3f}" for m in others),
                    *macro,
                ]
            )
        return grid(["", *with_interval, *others, "macro p@1", "macro p@10"], rows)

    for relevance, entry in document["relevances"].items():
        classes = "" if entry["n_classes"] is None else f" of {entry['n_classes']} classes"
        lines += [
            "",
            (
                f"{'worth' if entry['n_classes'] is None else 'same'} {relevance}: {entry['n_queries']}"
                f" queries{classes}, {entry['n_labelled']} paintings labelled; 95 % intervals over queries"
            ),
            figures(entry),
        ]
        artists = entry["artists"] or {}
        if artists.get("unseen") and not artists["seen"]:
            lines.append(
                f"{artists['unseen']} of them are by artists that the training never saw, none by one that it saw"
            )
        for part, caption in (
            ("seen_artists", "by artists that the training saw"),
            ("unseen_artists", "by artists that it never saw"),
        ):
            if entry[part] is not None:
                classes = "" if entry[part]["n_classes"] is None else f" of {entry[part]['n_classes']} classes"
                lines += [f"of these {caption}: {entry[part]['n_queries']} queries{classes}", figures(entry[part])]
        by_measure = {
            m: {row["other"]: row for row in against_default(entry["comparisons"], m)} for m in ("p@1", "p@10", "map")
        }
        rows = [
            [
                other,
                *(
                    f"{(row := found[other])['difference']:+.3f} [{row['ci'][0]:+.3f}, {row['ci'][1]:+.3f}]"
                    f" {p_text(row['p_holm'])}"
                    for found in by_measure.values()
                ),
            ]
            for other in by_measure["p@1"]
        ]
        lines += (
            ["paired randomisation, Holm over all pairs", grid(["default minus", *by_measure], rows)] if rows else []
        )
    tuned = document["tuned"]
    if tuned is not None:
        test = next(pair for pair in tuned["comparisons"] if pair["measure"] == tuned["measure"])
        low, high = test["ci"]
        rows = [
            [
                name,
                *(
                    f"{scores[m]:.3f} [{tuned['ci'][name][m][0]:.3f}, {tuned['ci'][name][m][1]:.3f}]"
                    for m in ("p@1", "p@10", "map")
                ),
            ]
            for name, scores in tuned["results"].items()
        ]
        lines += [
            "",
            (
                f"weights with the largest {tuned['measure']} for {tuned['relevance']} on {tuned['chosen_on']} queries"
                f" ({tuned['tried']} tried); judged on {tuned['judged_on']} others:"
            ),
            grid(["", "p@1", "p@10", "map"], rows),
            (
                f"{test['first']} minus {test['second']}, {tuned['measure']}: {test['difference']:+.3f} [{low:+.3f},"
                f" {high:+.3f}], {p_text(test['p_holm'])}"
            ),
            f"take them with: --weights {tuned['as_option']}",
        ]
    if document["hubness"] is not None:
        hubness = document["hubness"]
        shown = (("skewness", "{:.2f}"), ("in_no_ten", "{:.1%}"), ("largest", "{:.1f}"))
        rows = [
            [name, *("–" if not values or values[key] is None else text.format(values[key]) for key, text in shown)]
            for name, values in hubness["results"].items()
        ]
        lines += [
            "",
            f"hubs among {hubness['paintings']} paintings, by how often each is among the ten nearest",
            grid(["", "skewness", "among no one's ten", "largest over mean"], rows),
        ]
    again = document["self_retrieval"]
    if again is not None:
        for measure in ("hit@1", "hit@10", "mrr") if again["results"] else ():
            rows = [
                [change, *(f"{again['results'][name][change][measure]:.3f}" for name in again["results"])]
                for change in again["changes"]
            ]
            rows.append(["paintings", *(str(count) for count in again["judged"].values())])
            lines += [
                "",
                f"found again by a changed picture, {measure}, {again['paintings']} paintings",
                grid(["", *again["results"]], rows),
            ]
        lines += [f"{name} is left out: {reason}" for name, reason in again["left_out"].items()]
    if document["latency"] is not None:
        latency = document["latency"]
        rows = [
            [caption, str(latency[key]["n"]), f"{latency[key]['p50_ms']:.0f} ms", f"{latency[key]['p95_ms']:.0f} ms"]
            for key, caption in (("by_id", "by id"), ("by_image", "by a new image"))
            if latency[key]
        ]
        rates = ", ".join(
            f"{rate['per_second']:.1f} a second with {rate['threads']} thread{'s' * (rate['threads'] > 1)}"
            for rate in latency["throughput"]
        )
        machine = f"{latency['machine']['processor']}, {latency['machine']['cores']} cores"
        lines += [
            "",
            f"a search among {latency['paintings']} paintings on {machine}",
            grid(["", "timed", "p50", "p95"], rows),
            f"by id: {rates}",
        ]
    if "files" in document:
        lines += ["", f"written: {', '.join(document['files'].values())}"]
    return "\n".join(lines)


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
    return grid(["name", "weights", "licence", "source", "note", "size", "dim", "input"], text, left=5)


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
        f"Done in {document['seconds']:.0f} seconds: {document['paintings']} paintings, {document['skipped']} skipped.",
    ]
    for name, entry in document["attributes"].items():
        if entry["n"]:
            probe, majority = entry["baselines"]["linear_probe"], entry["baselines"]["majority"]
            lines.append(
                f"  {name:<8} test accuracy {entry['accuracy']:.2f} on {entry['n']} paintings (linear probe"
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
