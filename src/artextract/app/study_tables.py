"""The report of a study, as text for people."""

from __future__ import annotations

from typing import Any

from artextract.app.tables import grid
from artextract.printable import counted


def report(document: dict[str, Any]) -> str:
    repeated = f", {document['repeats']} of them repeats" if document["repeats"] else ""
    lines = [
        f"{document['name']}: {counted(document['judgements'], 'judgement')}{repeated},"
        f" {counted(len(document['raters']), 'rater')},"
        f" {counted(document['queries'], 'query', 'queries')}"
    ]
    for kind in document["kinds"]:
        lines += _kind(kind, document["coverage"][kind], document["agreement"][kind], document["consistency"][kind])
    preference, grades = document["preference"], document["grades"]
    if preference and preference["contests"]:
        lines += _preference(preference)
    if grades and grades["queries_graded"]:
        lines += _grades(grades)
    if document.get("preferred_mix"):
        lines += ["", *_preferred_mix(document["preferred_mix"])]
    return "\n".join(lines + [""] * bool(document["warnings"]) + document["warnings"])


def _kind(kind: str, coverage: dict[str, Any], agreement: dict[str, Any], again: dict[str, Any]) -> list[str]:
    lines = [
        "",
        f"{kind}: {coverage['judged']} of {counted(coverage['tasks'], 'question')} judged, {coverage['judged_twice']}"
        " by two"
        " raters or more",
    ]
    if agreement["alpha"] is not None:
        lines.append(
            f"  Krippendorff's alpha ({agreement['level']}) {agreement['alpha']:.3f}{_ends(agreement['ci'])} over"
            f" {counted(agreement['units'], 'question')}"
        )
    if again["equal"] is not None:
        lines.append(
            f"  asked again, raters gave the same answer {again['equal']:.0%} of the time{_ends(again['ci'])},"
            f" {again['repeats']} times"
        )
    return lines


def _preference(preference: dict[str, Any]) -> list[str]:
    mixes = [
        [
            row["mix"],
            _number(row["strength"], "+.2f"),
            _ends(row["ci"], "+.2f"),
            _number(row["rate"], ".2f"),
            _ends(row["rate_ci"], ".2f"),
            str(row["contests"]),
        ]
        for row in sorted(preference["mixes"], key=lambda row: -_or_last(row["strength"]))
    ]
    pairs = [
        [
            f"{row['first']} against {row['second']}",
            _number(row["rate"], ".2f"),
            _ends(row["ci"], ".2f"),
            str(row["contests"]),
            _number(row["p_holm"], ".3f"),
            "sure" if row["sure"] else "",
        ]
        for row in preference["pairs"]
    ]
    return [
        "",
        grid(["preferred", "strength", "95 %", "win rate", "95 %", "contests"], mixes),
        "",
        grid(["first against second", "won", "95 %", "contests", "p (Holm)", ""], pairs),
    ]


def _grades(grades: dict[str, Any]) -> list[str]:
    names = grades["measures"]
    mixes = [
        [row["mix"], *(_number(row[name]["value"], ".3f") + " " + _ends(row[name]["ci"], ".3f") for name in names)]
        for row in grades["mixes"]
    ]
    lines = ["", grid([f"grades, {counted(grades['queries_graded'], 'query', 'queries')}", *names], mixes)]
    pairs = [
        [
            f"{row['first']} less {row['second']}",
            row["measure"],
            _number(row["difference"], "+.3f"),
            _ends(row["ci"], "+.3f"),
            _number(row["p_holm"], ".3f"),
            "sure" if row["sure"] else "",
        ]
        for row in grades["pairs"]
    ]
    if pairs:
        lines += ["", grid(["first less second (paired)", "measure", "difference", "95 %", "p (Holm)", ""], pairs, 2)]
    return lines


def _preferred_mix(mix: dict[str, Any]) -> list[str]:
    if mix["weights"] is None:
        return [f"the mix your raters prefer is not known: {mix['why']}"]
    rows = [
        [row["name"], f"{row['weight']:.2f}", _ends(row["ci"], ".2f"), f"{row['default']:.2f}"]
        for row in sorted(mix["features"], key=lambda row: -row["weight"])
    ]
    check = mix["held_out"]
    says = {"better": "surely better than", "worse": "surely worse than", "not sure": "not surely better than"}
    return [
        grid(["the mix your raters prefer", "weight", "95 %", "default mix"], rows),
        f"of judgements about other queries it foretells {check['learned']['accuracy']:.0%}, the default mix"
        f" {check['default']['accuracy']:.0%}: it is {says[mix['verdict']]} the default (log loss"
        f" {check['learned']['log_loss']:.3f} and {check['default']['log_loss']:.3f}, gain"
        f" {check['gain']:+.3f}{_ends(check['gain_ci'], '+.3f')})",
        f"search with it: --weights {mix['option']}",
    ]


def _or_last(value: float | None) -> float:
    return float("-inf") if value is None else value


def _number(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


def _ends(ends: list[float] | None, form: str = ".3f") -> str:
    return "" if ends is None else f" [{format(ends[0], form)}, {format(ends[1], form)}]"
