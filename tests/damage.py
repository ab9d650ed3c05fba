"""What a worn disk does to a file."""

from pathlib import Path

NEAR_THE_END = -22
"""A bit of the third byte from the end: of the contents, behind any header."""


def flip(path: Path, bit: int = NEAR_THE_END) -> None:
    """Turn one bit of a file, counted from its beginning, or below 0 from its end."""
    data = bytearray(path.read_bytes())
    data[bit // 8] ^= 1 << bit % 8
    path.write_bytes(data)
