"""Titles for the paintings."""

from __future__ import annotations

import numpy as np

_SUBJECTS: dict[str, tuple[str, ...]] = {
    "Landscape": (
        "Poplars",
        "The long field",
        "Road to the farm",
        "Hills",
        "Orchard",
        "Pasture",
        "The far meadow",
        "Trees by the path",
        "Valley",
        "Stubble fields",
        "The lane",
        "Upland",
    ),
    "Seascape": (
        "Harbour",
        "Two sails",
        "The bay",
        "Fishing boats",
        "Open water",
        "Headland",
        "Regatta",
        "Low tide",
        "Coming home",
        "The lighthouse",
        "Calm sea",
        "Crossing",
    ),
    "Still Life": (
        "Table with fruit",
        "Blue jug",
        "Bottles and a bowl",
        "White cloth",
        "Flowers in a vase",
        "The pantry",
        "Pears",
        "Kitchen table",
        "Breakfast",
        "Three vessels",
    ),
    "Portrait": (
        "The weaver",
        "Woman in a collar",
        "The neighbour",
        "Sitter at the window",
        "My cousin",
        "The ferryman",
        "The teacher",
        "Head and shoulders",
        "The baker",
        "A friend",
        "The botanist",
    ),
}
_MOMENTS = (
    "at dusk",
    "in the morning",
    "in March",
    "after rain",
    "before noon",
    "in late summer",
    "by lamplight",
    "in winter light",
    "in October",
    "with a turning wind",
    "on a Sunday",
    "in grey and gold",
)
_ABSTRACT = ("Drips", "Colour Field", "Geometric Grid", "Facets")


def title_for(genre: str, style: str, light: str, rng: np.random.Generator) -> str:
    """A plausible title, such as "Harbour at dusk, no. 3"."""
    subject = _SUBJECTS[genre][int(rng.integers(len(_SUBJECTS[genre])))]
    if style in _ABSTRACT and rng.random() < 0.6:
        subject = ("Untitled ({})", "Composition: {}", "Study after {}")[int(rng.integers(3))].format(
            subject[0].lower() + subject[1:]
        )
    elif rng.random() < 0.75:
        moment = _MOMENTS[int(rng.integers(len(_MOMENTS)))]
        subject = (
            f"{subject}, light from the {light}"
            if light in ("left", "right") and rng.random() < 0.08
            else (f"{subject} {moment}")
        )
    return f"{subject}, no. {int(rng.integers(2, 10))}" if rng.random() < 0.4 else subject
