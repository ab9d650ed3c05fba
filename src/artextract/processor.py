"""What the processor of this machine can do."""

from __future__ import annotations

import platform
import sys
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")
VNNI = {"avx512_vnni", "avx_vnni", "avx_vnni_int8", "amx_int8"}
"""Flags, as Linux names them, of processors that add products of 8-bit integers in 32 bits. Without one of these, on
x86, OpenVINO adds two of them in 16 bits, and what does not fit is cut."""
ARM = {"arm64", "aarch64"}


def is_found() -> bool:
    """Whether OpenVINO finds the processor: on a Linux without /proc, as in a bare root, it waits for ever."""
    return sys.platform != "linux" or CPUINFO.exists()


def sums_of_bytes_fit() -> bool:
    """Whether networks in INT8 give what they should here; False where that cannot be known."""
    if platform.machine().lower() in ARM:  # its instructions widen first
        return True
    try:
        lines = CPUINFO.read_text(errors="replace").splitlines()
    except OSError:  # no Linux: what NumPy found of it
        from numpy._core._multiarray_umath import __cpu_features__ as found

        return bool(found.get("AVX512VNNI"))
    flags = next((line.partition(":")[2].split() for line in lines if line.startswith("flags")), [])
    return not VNNI.isdisjoint(flags)
