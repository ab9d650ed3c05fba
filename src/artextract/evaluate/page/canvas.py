"""What all pictures of an evaluation share: their look, and how they are saved."""

from __future__ import annotations

import re
from pathlib import Path

import matplotlib

matplotlib.use("Agg")  # no screen is needed, and none may be there

import matplotlib.pyplot as plt

from artextract.drawing_text import MARK
from artextract.evaluate.page.layout import NETWORK
from artextract.files import write_aside
from artextract.printable import one_line

INK, ACCENT, QUIET, PALE, PAPER = "#22252b", "#a8482f", "#8a8f98", "#dcd8ce", "#fbfaf7"
SERIES = ("#a8482f", "#2f6f8f", "#5a7d3a", "#8a5fa0", "#b08a2e", "#4b5563")
DPI, JPEG_QUALITY = 130, 84


def style() -> dict:
    return {
        "font.size": 9,
        "text.parse_math": False,  # a label may hold dollar signs
        "axes.edgecolor": QUIET,
        "axes.labelcolor": INK,
        "text.color": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titleweight": "bold",
        "axes.titlesize": 10,
        "figure.dpi": 100,
        "figure.facecolor": PAPER,
        "axes.facecolor": PAPER,
    }


def save(figure, path: Path) -> None:
    """Write a figure as its suffix says, JPEG for those that show photographs, and let go of it."""
    with write_aside(path) as aside:
        figure.savefig(
            aside,
            bbox_inches="tight",
            dpi=DPI,
            metadata={"Software": MARK} if path.suffix == ".png" else None,
            pil_kwargs={"quality": JPEG_QUALITY, "comment": MARK} if path.suffix == ".jpg" else {"optimize": True},
        )
    plt.close(figure)


def kind_colours(kinds: list[str]) -> dict[str, str]:
    """A colour for the network and each baseline, by caption: the same in every picture."""
    others = [kind for kind in kinds if kind not in (NETWORK, "majority class")]
    return {NETWORK: ACCENT, "majority class": QUIET} | {
        kind: SERIES[1 + i % (len(SERIES) - 1)] for i, kind in enumerate(others)
    }


def slug(name: str) -> str:
    """An attribute's name as part of a file name."""
    return re.sub(r"[^\w-]+", "_", name)


def shortened(label: str, most: int = 26) -> str:
    return one_line(label, most)
