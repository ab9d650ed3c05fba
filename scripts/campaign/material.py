"""Small pictures and collections that the campaign is run on."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from artextract.app import cli


def picture(seed: int, width: int = 96, height: int = 72) -> Image.Image:
    """An RGB picture of strewn discs and a little noise; the same seed gives the same one."""
    random = np.random.default_rng(seed)
    image = Image.new("RGB", (width, height), tuple(int(value) for value in random.integers(0, 255, 3)))
    draw = ImageDraw.Draw(image)
    for _ in range(6):
        x, y = int(random.integers(0, width)), int(random.integers(0, height))
        side = int(random.integers(8, 30))
        draw.ellipse((x, y, x + side, y + side), fill=tuple(int(value) for value in random.integers(0, 255, 3)))
    noise = random.normal(0, 3, (height, width, 3))
    return Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))


def write_pictures(folder: Path, numbers: range) -> Path:
    """PNG files in ``folder/STYLE/GENRE/``, four kinds in turn."""
    for number in numbers:
        place = folder / ("Early", "Late")[number % 2] / ("portrait", "landscape")[number // 2 % 2]
        place.mkdir(parents=True, exist_ok=True)
        picture(number).save(place / f"{number:03d}.png")
    return folder


def import_of(folder: Path, out: Path) -> list[str]:
    """The arguments of ``artextract`` that import ``write_pictures``."""
    labels = ["--label", "style=grandparent", "--label", "genre=parent"]
    return ["import", "folder", str(folder), *labels, "--out", str(out)]


def index_of(collection: Path) -> list[str]:
    """The arguments of ``artextract`` that index by colours alone, which needs no network and is quick."""
    return ["index", str(collection), "--features", "palette"]


def command(arguments: list[str]) -> tuple[int, dict[str, Any], str]:
    """Run ``artextract`` in this process with ``--json``: exit code, document, and what it wrote to standard error."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = cli.main([*arguments, "--json"])
    try:
        document = json.loads(out.getvalue())
    except ValueError:
        document = {}
    return code, document, err.getvalue()


def indexed_collection(folder: Path, count: int = 12) -> Path:
    """A collection of ``count`` pictures at ``folder/collection``, imported and indexed."""
    collection = folder / "collection"
    for arguments in (import_of(write_pictures(folder / "pictures", range(count)), collection), index_of(collection)):
        code, document, said = command(arguments)
        assert code == 0, f"artextract {' '.join(arguments)}: {document} {said}"
    return collection


def is_defect(document: dict[str, Any]) -> bool:
    """Whether a command's answer says that something happened which nobody foresaw."""
    return not document or document.get("error", {}).get("code") == "defect"
