"""Feature maps with a known secret, and a short training on them."""

import numpy as np
import torch

from artextract.model.missing import MISSING
from artextract.model.network import build_network
from artextract.train.loop import channel_statistics, fit
from artextract.train.new_network import network_config
from artextract.train.options import TrainOptions
from artextract.train.rows import StoredRows

SHAPE, CLASSES = (12, 3, 3), {"style": 3, "genre": 2}
COUNTS = {"style": [40, 40, 40], "genre": [60, 60]}


def rows(seed, n, noise=0.5):
    """The style is a channel that is on, the genre whether the top or the bottom row is bright: the second needs the
    place of a token."""
    rng = np.random.default_rng(seed)
    style, genre = rng.integers(0, 3, n), rng.integers(0, 2, n)
    maps = rng.normal(0, noise, (n, *SHAPE))
    maps[np.arange(n), style] += 1.0
    for i in range(n):
        maps[i, 6:, 0 if genre[i] else 2] += 1.0
    targets = np.stack([style, genre], 1)
    targets[rng.random((n, 2)) < 0.3] = MISSING
    return StoredRows(maps.astype(np.float16), targets)


def options(**changes):
    return TrainOptions(
        **({"width": 24, "hidden": 12, "epochs": 12, "batch_size": 16, "learning_rate": 5e-3, "average": 0.8} | changes)
    )


def train(
    learned,
    val,
    *,
    counts=COUNTS,
    watch=lambda history: None,
    progress=lambda items, total, caption: items,
    unfinished=None,
    about=None,
    processes=None,
    **changes,
):
    chosen = options(**changes)
    torch.manual_seed(chosen.seed)
    network = build_network(network_config(chosen, SHAPE, CLASSES))
    network.set_normalisation(*channel_statistics(learned.maps))
    return fit(
        network,
        learned,
        val,
        counts,
        chosen,
        unfinished=unfinished,
        about=about,
        processes=processes,
        watch=watch,
        progress=progress,
    )
