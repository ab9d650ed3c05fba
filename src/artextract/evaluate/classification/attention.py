"""Where the network looked: its attention laid over paintings that were drawn at random."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import PowerNorm
from PIL import Image

from artextract.errors import ImageError
from artextract.evaluate.classification.classify import Evaluation
from artextract.evaluate.page.canvas import ACCENT, INK, plt, save, shortened, style
from artextract.features.deep import on_picture
from artextract.images import open_image
from artextract.model.missing import MISSING
from artextract.naming import caption_of, maker_of

PAINTINGS = 6
SIDE = 360
"""The longer side of a painting in the picture, in pixels."""


def draw_rows(rows: int, most: int, seed: int = 0) -> list[int]:
    """Positions in the order in which they are tried, without a look at what they hold."""
    return np.random.default_rng(seed).permutation(rows)[:most].tolist()


def plot_attention(path: Path, evaluation: Evaluation, seed: int = 0) -> int:
    """Draw ``PAINTINGS`` of the rows judged, each with its attention per attribute, the answer and the truth.

    Gives how many were drawn.

    The rows are the first of a shuffle with a fixed seed whose image opens; 0, and nothing drawn, where there is none.
    """
    rows, predictor = evaluation.rows, evaluation.predictor
    chosen, images = _openable(evaluation, draw_rows(len(rows), 5 * PAINTINGS, seed))
    if not chosen:
        return 0
    maps = evaluation.maps[chosen]
    answer, names = predictor.answer(maps), predictor.attributes
    attention, answers = {name: answer.attention[name] for name in names}, answer.probabilities
    geometry = predictor.backbone.transform.geometry
    labels = predictor.model.labels
    truth = labels.encode(rows.rows(chosen))
    times = {name: values * values.shape[1] * values.shape[2] for name, values in attention.items()}
    most = max(2.0, float(np.ceil(max(values.max() for values in times.values()))))
    scale = PowerNorm(0.5, 0, most)
    with plt.rc_context(style()):
        figure, panels = plt.subplots(
            len(chosen), 1 + len(names), figsize=(2.55 * (1 + len(names)), 2.75 * len(chosen)), squeeze=False
        )
        for i, image in enumerate(images):
            record = rows.record(chosen[i])
            _show(
                panels[i, 0], image, f"{shortened(caption_of(record['title'], record['path'], maker_of(record)), 34)}\n"
            )
            for axes, name in zip(panels[i, 1:], names, strict=False):
                k, target, classes = (
                    int(answers[name][i].argmax()),
                    int(truth[i, list(labels.classes).index(name)]),
                    labels.classes[name],
                )
                verdict = (
                    "right"
                    if target == k
                    else "no label that it knows"
                    if target == MISSING
                    else f"labelled {shortened(classes[target])}"
                )
                caption = f"{name}: {shortened(classes[k], 22)} {answers[name][i, k]:.0%}\n{verdict}"
                _show(
                    axes,
                    Image.blend(image.convert("L").convert("RGB"), Image.new("RGB", image.size, "white"), 0.25),
                    caption,
                    target not in (k, MISSING),
                )
                heat = on_picture(times[name][i], image.size, geometry)
                axes.imshow(
                    heat, cmap="inferno", norm=scale, alpha=0.9 * np.nan_to_num(np.asarray(scale(heat)))
                )  # what was not read stays clear
        figure.tight_layout(h_pad=1.2)
        bar = figure.colorbar(
            ScalarMappable(scale, "inferno"), ax=panels, orientation="horizontal", fraction=0.012, pad=0.015, aspect=50
        )
        bar.set_label("attention, in times of what an even look would give")
        bar.set_ticks([tick for tick in (0, 1, 2, 5, 10, 15, 20, 30, 40, 50) if tick <= most])
        bar.outline.set_visible(False)
        save(figure, path)
    return len(chosen)


def _openable(evaluation: Evaluation, positions: list[int]) -> tuple[list[int], list[Image.Image]]:
    paths = evaluation.rows.image_paths()
    chosen, images = [], []
    for position in positions:
        try:
            image = open_image(paths[position], at_least=SIDE // 2)
        except ImageError:
            continue
        image.thumbnail((SIDE, SIDE))
        chosen.append(position)
        images.append(image)
        if len(chosen) == PAINTINGS:
            break
    return chosen, images


def _show(axes, image: Image.Image, caption: str, wrong: bool = False) -> None:
    axes.imshow(image)
    axes.set_title(caption, loc="left", fontsize=7.5, weight="normal", color=ACCENT if wrong else INK)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)
