"""What a PNG says of its colours in plain numbers (chunks cICP, gAMA and cHRM), as a profile that does the same.

PNG specification, third edition, 11.3.2: cICP comes before an embedded profile, and that and the chunk sRGB before the
others. Pillow does not read cICP."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from artextract.images.depth import png_chunks

SENSELESS = "what it says of its colours (gAMA, cHRM) is senseless and was ignored"
_SRGB = (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
"""x and y of white, red, green and blue, as cHRM has them."""
_PRIMARIES = {
    1: _SRGB,
    4: (0.31, 0.316, 0.67, 0.33, 0.21, 0.71, 0.14, 0.08),
    5: (0.3127, 0.329, 0.64, 0.33, 0.29, 0.6, 0.15, 0.06),
    6: (0.3127, 0.329, 0.63, 0.34, 0.31, 0.595, 0.155, 0.07),
    7: (0.3127, 0.329, 0.63, 0.34, 0.31, 0.595, 0.155, 0.07),
    9: (0.3127, 0.329, 0.708, 0.292, 0.17, 0.797, 0.131, 0.046),
    11: (0.314, 0.351, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06),
    12: (0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06),
}
"""The same of ColourPrimaries (ITU-T H.273, table 2)."""
_EXPONENTS = {1: None, 4: 2.2, 5: 2.8, 6: None, 8: 1.0, 13: None, 14: None, 15: None}
"""From what a pixel says to light, by TransferCharacteristics (ITU-T H.273, table 3); None is sRGB's curve, for which
viewers take that of television, too."""
HIGH_RANGE = "its colours are of high dynamic range (cICP) and may look pale"
UNKNOWN = "its colours are of a kind (cICP) that is not known here and may look off"
_HIGH = (16, 18)
_D50 = np.array([0.9642, 1.0, 0.8249])
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_USUAL, _NEAR = 1 / 2.2, 0.05
"""A gAMA within a twentieth of 1/2.2 stands for the curve of sRGB, as libpng takes it."""
_GAMMAS = (0.1, 4.0)


def coded_colours(source: str | Path | bytes | None) -> tuple[int, int] | None:
    """ColourPrimaries and TransferCharacteristics of the chunk cICP of a PNG, None where it has none."""
    for kind, data in () if source is None else png_chunks(source):
        if kind == b"cICP" and len(data) == 4:
            return data[0], data[1]
        if kind in (b"IDAT", b"IEND"):
            break
    return None


def coded_profile(primaries: int, transfer: int) -> tuple[bytes | None, str | None]:
    """An ICC profile for RGB of what cICP says; None where it says sRGB, and a note where it cannot be shown right."""
    if transfer not in _EXPONENTS or primaries not in _PRIMARIES:
        return None, HIGH_RANGE if transfer in _HIGH else UNKNOWN
    exponent = _EXPONENTS[transfer]
    colorants = _colorants(_PRIMARIES[primaries])
    if colorants is None or (primaries == 1 and exponent is None):
        return None, None
    return _rgb_profile(colorants, exponent), None


def declared_profile(info: Mapping[Any, Any]) -> tuple[bytes | None, str | None]:
    """An ICC profile for RGB of what ``info``, as Pillow gives it, says of the colours of a PNG.

    None where it says nothing, or sRGB, and a note where it makes no sense."""
    gamma, white_and_primaries = info.get("gamma"), info.get("chromaticity")
    if isinstance(info.get("srgb"), int) or not (isinstance(gamma, float) or isinstance(white_and_primaries, tuple)):
        return None, None  # a text of the file may have such a name, too
    exponent = None
    if isinstance(gamma, float) and abs(gamma / _USUAL - 1) >= _NEAR:
        if not _GAMMAS[0] <= gamma <= _GAMMAS[1]:
            return None, SENSELESS
        exponent = 1 / gamma
    colorants = _colorants(white_and_primaries if isinstance(white_and_primaries, tuple) else _SRGB)
    if colorants is None:
        return None, SENSELESS
    return _rgb_profile(colorants, exponent), None


def _colorants(numbers: tuple[float, ...]) -> np.ndarray | None:
    """XYZ of red, green and blue, the columns of (3, 3), under the white D50.

    None where no colours are made of them."""
    points = np.array(numbers, dtype=float).reshape(4, 2)
    if not np.isfinite(points).all() or points.min() < 0 or points.max() > 1 or (points[:, 1] < 1e-3).any():
        return None
    x, y = points.T
    white, *primaries = np.stack([x / y, np.ones(4), (1 - x - y) / y], axis=1)
    matrix = np.stack(primaries, axis=1)
    if _area(points[1:]) < 1e-3:
        return None
    scaled = matrix * np.linalg.solve(matrix, white)
    cones = _BRADFORD @ white
    if (cones <= 1e-3).any():
        return None
    adapted: np.ndarray = np.linalg.inv(_BRADFORD) @ np.diag(_BRADFORD @ _D50 / cones) @ _BRADFORD @ scaled
    return adapted


def _area(triangle: np.ndarray) -> float:
    (ax, ay), (bx, by), (cx, cy) = triangle
    return float(abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2)


# the bytes of a profile: ICC.1:2001-04, sections 6.1 and 6.5
# -------------------------------------------------------------------------------------------------


def _rgb_profile(colorants: np.ndarray, exponent: float | None) -> bytes:
    tags = {letter + b"XYZ": _xyz(colorants[:, at]) for at, letter in enumerate((b"r", b"g", b"b"))}
    tags |= {letter + b"TRC": _curve(exponent) for letter in (b"r", b"g", b"b")}
    return _profile(tags)


def _profile(tags: dict[bytes, bytes]) -> bytes:
    tags = {b"wtpt": _xyz(_D50), **tags}
    at, table, body = 128 + 4 + 12 * len(tags), b"", b""
    for name, data in tags.items():
        table += name + struct.pack(">II", at + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    head = struct.pack(">I4xI", at + len(body), 0x02100000) + b"mntrRGB XYZ " + bytes(12) + b"acsp"
    head += bytes(28) + _xyz(_D50)[8:]
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def _xyz(values: np.ndarray) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values.tolist()))


def _curve(exponent: float | None) -> bytes:
    """From what a pixel says to light: a power, or sRGB's own curve for None (IEC 61966-2-1)."""
    said = np.linspace(0, 1, 1024)
    light = np.where(said <= 0.04045, said / 12.92, ((said + 0.055) / 1.055) ** 2.4)
    if exponent is not None:
        light = said**exponent
    return b"curv\0\0\0\0" + struct.pack(">I", len(said)) + np.round(light * 65535).astype(">u2").tobytes()
