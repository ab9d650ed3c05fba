"""What a training adds for attributes that are numbers: their calibration on validation, and their opponents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from artextract.model.carried import carried_shares
from artextract.model.label_map import LabelMap
from artextract.model.numbers import Calibration, numbers_of, widening
from artextract.model.ridge import Ridge, fit_ridge, half_width
from artextract.table import Paintings
from artextract.train.loop import Fitted, all_logits
from artextract.train.prepared import Prepared


def calibrated(prepared: Prepared, fitted: Fitted) -> dict[str, dict[str, Any]]:
    """Per number what ``config.json`` keeps: temperature, coverage and the widening of its intervals
    (``model.numbers``), the median of the training with its half width, and which classes carried it (``carried``)."""
    labels, val = prepared.labels, prepared.rows("val")
    if not labels.numbers:
        return {}
    network: Any = getattr(fitted.network, "head", fitted.network)
    logits = dict(zip(labels.output_sizes, all_logits(network, val), strict=True)) if len(val) else {}
    temperatures = dict(zip(labels.output_sizes, network.temperature.tolist(), strict=True))
    found: dict[str, dict[str, Any]] = {}
    for name, bins in labels.numbers.items():
        side = numbers_of(prepared.sides["val"], name)
        trained = numbers_of(prepared.sides["train"], name)
        median, truth = float(np.nanmedian(trained)), side[~np.isnan(side)]
        widened = 0.0
        if len(val):
            every = np.tile(side, len(val) // len(side))
            known = ~np.isnan(every)
            probabilities = (logits[name] / temperatures[name]).softmax(1).numpy()[known]
            widened = widening(probabilities, bins, every[known])
        found[name] = {
            **Calibration(temperatures[name], widened=widened).as_dict(),
            "median": median,
            "median_half_width": half_width(np.abs(truth - median)),
            "carried": carried(prepared.sides["train"], labels, name),
        }
    return found


def carried(training: Paintings, labels: LabelMap, name: str) -> dict[str, list[float]]:
    """The share of the training paintings of each class that carry the number ``name``, per attribute of classes
    (``model.carried``)."""
    carries, classes = ~np.isnan(numbers_of(training, name)), labels.encode(training)
    return {
        attribute: carried_shares(carries, classes[:, i], size)
        for i, (attribute, size) in enumerate(labels.sizes.items())
    }


def fit_ridges(prepared: Prepared, say: Callable[[str], None]) -> dict[str, Ridge]:
    """A ridge regression per number on the pooled vectors of the same paintings, of all stored views of them."""
    found = {}
    for name in prepared.labels.numbers:
        say(f"ridge regression for {name}")
        parts = []
        for side, stores in (("train", [prepared.store, *prepared.views]), ("val", [prepared.store])):
            truth = numbers_of(prepared.sides[side], name)
            known = ~np.isnan(truth)
            hashes = prepared.sides[side].column("sha256")[known]
            vectors = [store.vectors(hashes) for store in stores] if len(hashes) else []
            parts += [np.concatenate(vectors) if vectors else np.empty((0, 0)), np.tile(truth[known], len(stores))]
        found[name] = fit_ridge(*parts)
    return found
