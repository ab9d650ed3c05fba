"""What can go wrong, as a tree. Libraries raise these; only ``app/cli.py`` prints and exits.

ArtExtractError                exit code 1
├── InputError                 2  the caller asked for something that cannot be: a missing file, an unknown name
│   └── MismatchError          2  two things that do not belong together: a model and an index, a label map and weights
├── WeightsUnavailableError    2  a backbone's weights are not on this machine and cannot be fetched
├── NothingUsableError         1  the work was done, and nothing usable came out
└── ImageError                 1  one image cannot be used; runs over many images skip it and count it
"""

from __future__ import annotations


class ArtExtractError(Exception):
    """One sentence that names the thing, and in ``hint`` one that tells the remedy.

    ``code`` names the kind of error for programs, such as "unknown-metric"; it stays when the wording changes."""

    exit_code = 1
    code = "error"

    def __init__(self, message: str, hint: str = "", code: str = ""):
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code or self.code


class InputError(ArtExtractError):
    exit_code = 2
    code = "invalid-input"


class MismatchError(InputError):
    code = "mismatch"


class WeightsUnavailableError(ArtExtractError):
    exit_code = 2
    code = "weights-unavailable"


class NothingUsableError(ArtExtractError):
    code = "nothing-usable"


class ImageError(ArtExtractError):
    """``message`` is the short reason, such as "truncated file"; the caller knows the path."""

    code = "unusable-image"
