"""The rows and columns in which the evaluation of a number is shown, on the screen, on the page and in the model
card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from artextract.evaluate.page.layout import NETWORK

BASELINES = {
    "no_rnn": "without RNN",
    "linear_head": "linear head",
    "ridge": "ridge regression",
    "median": "median of the training",
}
"""The captions of the baselines, the strongest opponents first."""
DIFFERENCE_HEAD = ("network minus (paired)", "mean error")
_GROUPS = (
    ("sure", "where it is sure"),
    ("unsure", "where it is unsure"),
    ("seen_artists", "artists seen in training"),
    ("unseen_artists", "artists never seen"),
)


def head(entry: Mapping[str, Any]) -> list[str]:
    """The columns of a number's table, behind the caption of a row."""
    return [
        "n",
        "mean error",
        "median error",
        f"at most {entry['near']:.3g} off",
        f"in the {entry['wanted_coverage']:.0%} interval",
        "its mean width",
    ]


def rows(entry: Mapping[str, Any]) -> list[list[str]]:
    """The network, its baselines, and the network by its doubt and by artists, each with its caption and the cells
    below ``head``."""
    entries = [(NETWORK, entry), *((caption, entry["baselines"][key]) for key, caption in _opponents(entry).items())]
    entries += [(f"{NETWORK}, {caption}", entry[key]) for key, caption in _GROUPS if entry.get(key, {}).get("n")]
    return [[caption, *_cells(one)] for caption, one in entries]


def difference_rows(entry: Mapping[str, Any]) -> list[list[str]]:
    """The network's mean error minus that of each baseline, with its paired interval; below 0 the network is nearer."""
    found = []
    for key, caption in _opponents(entry).items():
        found.append([caption, signed(entry["baselines"][key]["difference"])])
    return found


def signed(difference: Mapping[str, Any]) -> str:
    """The difference of mean errors as text, its interval behind it."""
    one = difference["mae"]
    ends = f" [{one['ci'][0]:+.1f}, {one['ci'][1]:+.1f}]" if one["ci"] else ""
    return "–" if one["value"] is None else f"{one['value']:+.1f}{ends}"


def _opponents(entry: Mapping[str, Any]) -> dict[str, str]:
    return {key: caption for key, caption in BASELINES.items() if key in entry["baselines"]}


def _cells(one: Mapping[str, Any]) -> list[str]:
    def figure(name: str, form: str) -> str:
        if one[name] is None:
            return "–"
        ends = (one["ci"] or {}).get(name)
        return f"{one[name]:{form}}" + (f" [{ends[0]:{form}}, {ends[1]:{form}}]" if ends else "")

    forms = (("mae", ".1f"), ("median_error", ".1f"), ("within", ".3f"), ("coverage", ".3f"), ("width", ".1f"))
    return [str(one["n"]), *(figure(name, form) for name, form in forms)]
