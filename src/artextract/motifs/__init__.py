"""Finds a detail inside other paintings: where else does this hand, this dog, this windmill occur?

Each painting is a grid of some ``CELLS`` cells that keeps its proportions. A cell is described by what the middle
stages of a network see there, reduced to ``DIMENSIONS`` numbers of 8 bits. ``network.py`` sees, ``projection.py``
reduces, ``store.py`` keeps, ``build.py`` does these for a collection. ``candidates.py`` proposes places by the nearest
descriptors and their votes, ``matching.py`` compares a detail with all places of a painting, ``geometry.py`` fits the
frame, ``find.py`` puts them together and says whether anything was found. ``repeats.py`` finds what is repeated in a
whole collection.

The question is that of X. Shen, A. Efros, M. Aubry, "Discovering Visual Patterns in Art Collections with
Spatially-consistent Feature Learning" (2019), and N. Ufer, M. Simon, S. Lang, B. Ommer, "Large-scale interactive
retrieval in art collections using multi-style feature aggregation" (2021)."""

CELLS = 256
"""About how many cells a painting has, whatever its proportions."""
PIXELS = 16
"""Of the picture that the network sees, on a side of a cell."""
DIMENSIONS = 64
MOST_ASPECT = 2.5
"""Longer pictures are squashed to this."""
