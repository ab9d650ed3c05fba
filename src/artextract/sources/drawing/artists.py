"""The twelve invented artists: what each paints with, and how each one's hand moves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Hand:
    """How an artist works, whatever the style.

    length, width: scale of strokes, lines and planes, about 0.7..1.4. tilt: bias of stroke direction in radians,
    -0.6..0.6. softness: 0 crisp edges .. 1 melting ones. grain: 0 smooth panel .. 1 coarse canvas. line: weight of
    outlines, 0.6..1.6. relief: 0 thin paint .. 1 thick. chroma: liking for saturated colour, 0.7..1.3. horizon: where
    the artist likes the horizon, 0 top..1 bottom. mirrored: share of strictly symmetrical compositions, 0..1.
    """

    length: float
    width: float
    tilt: float
    softness: float
    grain: float
    line: float
    relief: float
    chroma: float
    horizon: float
    mirrored: float


@dataclass(frozen=True)
class Artist:
    """One invented artist. `works` says how many of every 60 paintings are theirs, by style."""

    name: str
    hand: Hand
    schemes: tuple[str, ...]
    works: tuple[tuple[str, int], ...]


ROSTER: tuple[Artist, ...] = (
    Artist(
        "Ilse Varnholt",
        Hand(0.85, 0.80, 0.35, 0.3, 0.5, 0.8, 0.5, 1.05, 0.42, 0.06),
        ("morning", "garden", "rose"),
        (("Broken Strokes", 3), ("Points", 3), ("Swirls", 2)),
    ),
    Artist(
        "Teodor Haskvale",
        Hand(1.00, 1.00, -0.30, 0.8, 0.3, 0.9, 0.2, 0.75, 0.60, 0.10),
        ("mineral", "dusk", "harvest"),
        (("Chiaroscuro", 4), ("Hatching", 3)),
    ),
    Artist(
        "Amaru Quilluya",
        Hand(1.20, 1.30, 0.10, 0.1, 0.2, 1.5, 0.3, 1.25, 0.48, 0.40),
        ("citrus", "lagoon", "garden"),
        (("Cut Paper", 3), ("Woodblock", 3)),
    ),
    Artist(
        "Noriko Asahatori",
        Hand(0.90, 0.75, -0.10, 0.2, 0.4, 0.7, 0.2, 0.90, 0.36, 0.08),
        ("lagoon", "night", "rose"),
        (("Woodblock", 3), ("Hatching", 2), ("Broken Strokes", 1)),
    ),
    Artist(
        "Baptiste Orceline",
        Hand(1.25, 1.20, -0.45, 0.2, 0.7, 1.1, 0.9, 1.00, 0.55, 0.05),
        ("harvest", "morning", "dusk"),
        (("Broken Strokes", 3), ("Facets", 2)),
    ),
    Artist(
        "Zeynep Kumrulu",
        Hand(0.80, 0.90, 0.50, 0.1, 0.1, 1.2, 0.1, 1.20, 0.52, 0.30),
        ("rose", "citrus", "lagoon"),
        (("Cut Paper", 2), ("Geometric Grid", 2), ("Facets", 1)),
    ),
    Artist(
        "Olu Darekembe",
        Hand(1.35, 1.15, 0.20, 0.6, 0.8, 1.3, 0.7, 1.15, 0.58, 0.15),
        ("dusk", "citrus", "night"),
        (("Colour Field", 3), ("Drips", 2)),
    ),
    Artist(
        "Marit Solbrekka",
        Hand(1.30, 1.05, -0.20, 0.9, 0.6, 0.8, 0.6, 0.85, 0.40, 0.25),
        ("night", "mineral", "morning"),
        (("Colour Field", 2), ("Swirls", 2)),
    ),
    Artist(
        "Rafael Tezcuinta",
        Hand(0.95, 1.25, 0.45, 0.5, 0.5, 1.4, 0.4, 0.90, 0.50, 0.20),
        ("harvest", "dusk", "garden"),
        (("Facets", 2), ("Chiaroscuro", 2)),
    ),
    Artist(
        "Priya Nandavelu",
        Hand(1.10, 1.30, -0.05, 0.3, 0.3, 1.0, 0.8, 1.20, 0.62, 0.20),
        ("garden", "citrus", "night"),
        (("Points", 2), ("Swirls", 2)),
    ),
    Artist(
        "Jonas Wetterlind-Aho",
        Hand(0.75, 0.85, 0.05, 0.2, 0.4, 1.0, 0.5, 0.95, 0.46, 0.10),
        ("mineral", "lagoon", "morning"),
        (("Drips", 2), ("Geometric Grid", 1)),
    ),
    Artist(
        "Siobhán Tarrowdale",
        Hand(1.05, 0.95, 0.25, 0.4, 0.9, 1.2, 0.6, 0.80, 0.66, 0.05),
        ("mineral", "rose", "harvest"),
        (("Broken Strokes", 2), ("Woodblock", 1)),
    ),
)
