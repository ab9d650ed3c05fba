"""What a training adds for attributes of which several labels can be right: from which probability on each is said."""

from __future__ import annotations

from typing import Any

import numpy as np

from artextract.model.missing import MISSING
from artextract.model.several import labels_of, thresholds
from artextract.train.loop import Fitted, all_logits
from artextract.train.prepared import Prepared


def thresholds_of(prepared: Prepared, fitted: Fitted) -> dict[str, dict[str, Any]]:
    """Per such attribute what ``config.json`` keeps: its temperature and the thresholds of its classes
    (``model.several``), by the validation rows."""
    labels, val = prepared.labels, prepared.rows("val")
    if not labels.several:
        return {}
    network: Any = getattr(fitted.network, "head", fitted.network)
    outputs = list(labels.output_sizes)
    logits = all_logits(network, val) if len(val) else []
    found = {}
    for name, one in labels.several.items():
        place = outputs.index(name)
        temperature = float(network.temperature[place])
        if len(val):
            side = prepared.sides["val"]
            truth = np.tile(one.targets(labels_of(side, name)), (len(val) // len(side), 1))
            known = truth[:, 0] != MISSING
            probabilities = (logits[place] / temperature).sigmoid().numpy()[known]
            chosen = thresholds(probabilities, truth[known] > 0)
        else:
            chosen = [0.5] * len(one.classes)
        found[name] = {"temperature": temperature, "thresholds": chosen}
    return found
