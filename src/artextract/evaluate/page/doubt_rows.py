"""What a model's doubt is worth, as the rows and sentences of the screen, the page and the model card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from artextract.evaluate.page.layout import figure
from artextract.printable import counted

GROUPS = {"all": "all", "seen_artists": "artists seen in training", "unseen_artists": "artists never seen"}


def doubt_head(doubt: Mapping[str, Any]) -> list[str]:
    sets = doubt["sets"]
    promised = [f"sets hold it ({100 * sets['promised']:.0f}% promised)", "labels in a set"] if sets else []
    return ["doubt", "n", "share sure", "right when sure", *promised]


def doubt_rows(doubt: Mapping[str, Any]) -> list[list[str]]:
    """A row for all judged paintings and for those by artists seen and not seen, as far as there are any."""
    rows = []
    for group, caption in GROUPS.items():
        sure = doubt["sure"].get(group)
        if sure and sure["n"]:
            cells = [figure(sure, "share"), figure(sure, "accuracy")]
            if doubt["sets"]:
                cells += [figure(doubt["sets"]["groups"][group], name) for name in ("coverage", "mean_size")]
            rows.append([caption, str(sure["n"]), *cells])
    return rows


def doubt_sentences(doubt: Mapping[str, Any]) -> list[str]:
    """What is said below the rows: what the model makes of paintings whose label it does not know."""
    found, novelty, unknown = [], doubt["novelty"], doubt["unknown"]
    if unknown["n"]:
        found.append(
            f"Of {unknown['n']} paintings whose label is none of the classes, {_percent(unknown['sure'])} were answered"
            " without “unsure”."
        )
    if novelty:
        found.append(
            f"Called new: {_percent(novelty['known_called_new'])} of {counted(novelty['known'], 'painting')} of known"
            " classes"
            + (
                f", {_percent(novelty['unknown_called_new'])} of {novelty['unknown']} others (AUROC"
                f" {novelty['auroc']:.3f}; by the top probability alone {novelty['auroc_max_probability']:.3f})."
                if novelty["auroc"] is not None
                else "; no other was here to be noticed."
            )
        )
    return found


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}%"
