"""The rows and columns in which the evaluation of an attribute with several labels is shown, on the screen, on the page
and in the model card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from artextract.evaluate.page.layout import NETWORK, figure

BASELINES = {"no_rnn": "without RNN", "linear_head": "linear head", "prior": "prior of the training"}
HEAD = ("n", "mAP", "macro-F1", "micro-F1", "all right", "labels said")
DIFFERENCE_HEAD = ("network minus (paired)", "mAP", "macro-F1")
CLASS_HEAD = ("class", "judged", "trained on", "precision", "recall", "F1", "average precision")
_COLUMNS = ("map", "macro_f1", "micro_f1", "exact", "labels")
_GROUPS = (("seen_artists", "artists seen in training"), ("unseen_artists", "artists never seen"))


def rows(entry: Mapping[str, Any]) -> list[list[str]]:
    """The network, its baselines, and the network by artists, each with its caption and the cells below ``HEAD``."""
    entries = [(NETWORK, entry), *((caption, entry["baselines"][key]) for key, caption in _opponents(entry).items())]
    entries += [(f"{NETWORK}, {caption}", entry[key]) for key, caption in _GROUPS if entry.get(key, {}).get("n")]
    return [[caption, str(one["n"]), *(figure(one, column) for column in _COLUMNS)] for caption, one in entries]


def difference_rows(entry: Mapping[str, Any]) -> list[list[str]]:
    """The network minus each baseline, in mAP and macro-F1, with paired intervals."""
    found = []
    for key, caption in _opponents(entry).items():
        cells = []
        for name in ("map", "macro_f1"):
            one = entry["baselines"][key]["difference"][name]
            ends = f" [{one['ci'][0]:+.3f}, {one['ci'][1]:+.3f}]" if one["ci"] else ""
            cells.append("–" if one["value"] is None else f"{one['value']:+.3f}{ends}")
        found.append([caption, *cells])
    return found


def class_rows(entry: Mapping[str, Any]) -> list[list[str]]:
    """A row a class below ``CLASS_HEAD``; those with few paintings have a mark."""
    return [
        [
            one["label"] + (" *" if one["few"] else ""),
            str(one["n"]),
            str(one["trained"]),
            *("–" if one[name] is None else f"{one[name]:.3f}" for name in ("precision", "recall", "f1")),
            "–" if one["average_precision"] is None else f"{one['average_precision']:.3f}",
        ]
        for one in entry["classes"]
    ]


def _opponents(entry: Mapping[str, Any]) -> dict[str, str]:
    return {key: caption for key, caption in BASELINES.items() if key in entry["baselines"]}
