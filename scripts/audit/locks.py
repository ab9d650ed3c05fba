"""The lock files, and the files of hashes beside them."""

from __future__ import annotations

import re
from pathlib import Path

LOCKS = {"requirements.lock": "requirements.hashes", "requirements-figures.lock": "requirements-figures.hashes"}
"""Every lock file, and where its hashes stand."""
WITHOUT = ("torch",)
"""Packages without hashes. Where a build of torch for the CPU is offered it is taken; it is served by another index
than PyPI's, has the same version, and its hashes are not in PyPI's list."""
_PIN = re.compile(r"(?m)^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)")
_HASHED = re.compile(r"(?m)^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)[^\n]*((?:\n +--hash=sha256:[0-9a-f]{64}[ \\]*)*)")


def name_of(package: str) -> str:
    """The name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", package).lower()


def pins(text: str) -> dict[str, str]:
    """Package -> version."""
    return {name_of(name): version for name, version in _PIN.findall(text)}


def hashes(text: str) -> dict[str, tuple[str, int]]:
    """Package -> version and number of hashes."""
    return {name_of(name): (version, found.count("--hash=")) for name, version, found in _HASHED.findall(text)}


def unlike(lock: str, hashed: str) -> list[str]:
    """Sentences on what a file of hashes lacks or has too much of, for the text of its lock file."""
    wanted = {name: version for name, version in pins(lock).items() if name not in WITHOUT}
    found = hashes(hashed)
    said = [f"{name} {version} has no hashes" for name, version in wanted.items() if not found.get(name, ("", 0))[1]]
    said += [
        f"the hashes of {name} are of version {found[name][0]}, not {version}"
        for name, version in wanted.items()
        if name in found and found[name][0] != version
    ]
    return said + [f"{name} has hashes and is not in the lock file" for name in found if name not in wanted]


def without_some(hashed: str) -> str:
    """A file of hashes without the packages of ``WITHOUT``."""
    for name in WITHOUT:
        hashed = re.sub(rf"(?m)^{name}==[^\n]*\n(?: +--hash=[^\n]*\n?)*", "", hashed)
    return hashed


def check(root: Path) -> list[str]:
    """What is wrong with the files of hashes of a checkout."""
    said = []
    for lock, hashed in LOCKS.items():
        text = (root / hashed).read_text(encoding="utf-8") if (root / hashed).exists() else ""
        said += [f"{hashed}: {what}" for what in unlike((root / lock).read_text(encoding="utf-8"), text)]
    return said
