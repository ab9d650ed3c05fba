"""What a network says of feature maps."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Answer:
    """What a network says of N feature maps, per attribute: calibrated ``probabilities`` float32 (N, K), where it
    looked (``attention`` float32 (N, H, W), each map summing to 1), and the vectors that it classifies (``embeddings``
    float32 (N, D)). ``distributions`` float32 (N, K) over the bins are those of the attributes that are numbers,
    ``several`` float32 (N, K) the probabilities, each of its own, of those with several labels; ``attention`` has
    these too."""

    probabilities: dict[str, np.ndarray]
    attention: dict[str, np.ndarray]
    embeddings: dict[str, np.ndarray]
    distributions: dict[str, np.ndarray] = field(default_factory=dict)
    several: dict[str, np.ndarray] = field(default_factory=dict)
