"""What a network says of feature maps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Answer:
    """What a network says of N feature maps, per attribute: calibrated ``probabilities`` float32 (N, K), where it
    looked (``attention`` float32 (N, H, W), each map summing to 1), and the vectors that it classifies (``embeddings``
    float32 (N, D))."""

    probabilities: dict[str, np.ndarray]
    attention: dict[str, np.ndarray]
    embeddings: dict[str, np.ndarray]
