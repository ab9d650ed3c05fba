"""Paintings that the program draws itself, for demos and tests that need no download."""

from artextract.sources.drawing.painting import ARTISTS, GENRES, STYLES, Drawing, draw_painting

__all__ = ["ARTISTS", "GENRES", "STYLES", "Drawing", "draw_painting"]
