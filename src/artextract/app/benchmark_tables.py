"""What the command benchmark prints: the figures of each relevance, and what else was measured."""

from __future__ import annotations

from typing import Any

from artextract.app.tables import grid
from artextract.evaluate.retrieval.retrieval_report import against_default, p_text
from artextract.printable import counted

_WITH_INTERVAL = ("p@1", "p@10", "map")
_ALONE = ("p@5", "recall@10", "recall@50", "ndcg@10", "mrr")


def benchmark(document: dict[str, Any]) -> str:
    lines = [*_head(document), *(f"note: {note}" for note in document["notes"])]
    for relevance, entry in document["relevances"].items():
        lines += ["", *_relevance(relevance, entry)]
    for name, table in (
        ("tuned", _tuned),
        ("hubness", _hubness),
        ("self_retrieval", _self_retrieval),
        ("latency", _latency),
    ):
        if document[name] is not None:
            lines += table(document[name])
    if "files" in document:
        lines += ["", f"written: {', '.join(document['files'].values())}"]
    return "\n".join(lines)


def _head(document: dict[str, Any]) -> list[str]:
    default = ", ".join(f"{feature} {weight:.2f}" for feature, weight in document["mixes"]["default"].items() if weight)
    lines = [
        f"{counted(document['n_candidates'], 'painting')}, the query, its duplicates and other views of it left out;"
        " default is"
        f" {default}"
    ]
    seen = document["seen"]
    if seen is not None and seen["left_out"] and seen["in_collection"]:
        lines.append(
            f"judged on queries that the model of '{seen['feature']}' has not seen:"
            f" {counted(seen['in_collection'], 'painting')}"
            " that it was trained on ask nothing"
        )
    return lines


def _relevance(name: str, entry: dict[str, Any]) -> list[str]:
    lines = [
        f"{'worth' if entry['n_classes'] is None else 'same'} {name}: {_queries(entry)}, {entry['n_labelled']}"
        " paintings labelled; 95 % intervals over queries",
        _figures(entry),
    ]
    artists = entry["artists"] or {}
    if artists.get("unseen") and not artists["seen"]:
        lines.append(f"{artists['unseen']} of them are by artists that the training never saw, none by one that it saw")
    for part, caption in (
        ("seen_artists", "by artists that the training saw"),
        ("unseen_artists", "by artists that it never saw"),
    ):
        if entry[part] is not None:
            lines += [f"of these {caption}: {_queries(entry[part])}", _figures(entry[part])]
    return lines + _comparisons(entry)


def _queries(entry: dict[str, Any]) -> str:
    classes = "" if entry["n_classes"] is None else f" of {counted(entry['n_classes'], 'class', 'classes')}"
    return f"{counted(entry['n_queries'], 'query', 'queries')}{classes}"


def _figures(entry: dict[str, Any]) -> str:
    rows = []
    for name, scores in entry["results"].items():
        macro = ["–" if entry["macro"] is None else f"{entry['macro'][name][m]:.3f}" for m in ("p@1", "p@10")]
        rows.append([name, *_with_intervals(scores, entry["ci"][name]), *(f"{scores[m]:.3f}" for m in _ALONE), *macro])
    return grid(["", *_WITH_INTERVAL, *_ALONE, "macro p@1", "macro p@10"], rows)


def _with_intervals(scores: dict[str, float], ends: dict[str, list[float]]) -> list[str]:
    return [f"{scores[m]:.3f} [{ends[m][0]:.3f}, {ends[m][1]:.3f}]" for m in _WITH_INTERVAL]


def _comparisons(entry: dict[str, Any]) -> list[str]:
    found = {m: {row["other"]: row for row in against_default(entry["comparisons"], m)} for m in _WITH_INTERVAL}
    rows = [
        [
            other,
            *(
                f"{(row := by_other[other])['difference']:+.3f} [{row['ci'][0]:+.3f}, {row['ci'][1]:+.3f}]"
                f" {p_text(row['p_holm'])}"
                for by_other in found.values()
            ),
        ]
        for other in found["p@1"]
    ]
    return ["paired randomisation, Holm over all pairs", grid(["default minus", *found], rows)] if rows else []


def _tuned(tuned: dict[str, Any]) -> list[str]:
    test = next(pair for pair in tuned["comparisons"] if pair["measure"] == tuned["measure"])
    low, high = test["ci"]
    rows = [[name, *_with_intervals(scores, tuned["ci"][name])] for name, scores in tuned["results"].items()]
    return [
        "",
        (
            f"weights with the largest {tuned['measure']} for {tuned['relevance']} on"
            f" {counted(tuned['chosen_on'], 'query', 'queries')}"
            f" ({tuned['tried']} tried); judged on {tuned['judged_on']} others:"
        ),
        grid(["", *_WITH_INTERVAL], rows),
        (
            f"{test['first']} minus {test['second']}, {tuned['measure']}: {test['difference']:+.3f} [{low:+.3f},"
            f" {high:+.3f}], {p_text(test['p_holm'])}"
        ),
        f"take them with: --weights {tuned['as_option']}",
    ]


def _hubness(hubness: dict[str, Any]) -> list[str]:
    shown = (("skewness", "{:.2f}"), ("in_no_ten", "{:.1%}"), ("largest", "{:.1f}"))
    rows = [
        [name, *("–" if not values or values[key] is None else text.format(values[key]) for key, text in shown)]
        for name, values in hubness["results"].items()
    ]
    return [
        "",
        f"hubs among {counted(hubness['paintings'], 'painting')}, by how often each is among the ten nearest",
        grid(["", "skewness", "among no one's ten", "largest over mean"], rows),
    ]


def _self_retrieval(again: dict[str, Any]) -> list[str]:
    lines = []
    for measure in ("hit@1", "hit@10", "mrr") if again["results"] else ():
        rows = [
            [change, *(f"{again['results'][name][change][measure]:.3f}" for name in again["results"])]
            for change in again["changes"]
        ]
        rows.append(["paintings", *(str(count) for count in again["judged"].values())])
        lines += [
            "",
            f"found again by a changed picture, {measure}, {counted(again['paintings'], 'painting')}",
            grid(["", *again["results"]], rows),
        ]
    return lines + [f"{name} is left out: {reason}" for name, reason in again["left_out"].items()]


def _latency(latency: dict[str, Any]) -> list[str]:
    rows = [
        [caption, str(latency[key]["n"]), f"{latency[key]['p50_ms']:.0f} ms", f"{latency[key]['p95_ms']:.0f} ms"]
        for key, caption in (("by_id", "by id"), ("by_image", "by a new image"))
        if latency[key]
    ]
    rates = ", ".join(
        f"{rate['per_second']:.1f} a second with {rate['threads']} thread{'s' * (rate['threads'] > 1)}"
        for rate in latency["throughput"]
    )
    machine = f"{latency['machine']['processor']}, {counted(latency['machine']['cores'], 'core')}"
    return [
        "",
        f"a search among {counted(latency['paintings'], 'painting')} on {machine}",
        grid(["", "timed", "p50", "p95"], rows),
        f"by id: {rates}",
    ]
