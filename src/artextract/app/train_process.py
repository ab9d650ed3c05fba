"""One of the processes of ``artextract train --processes N``.

Its answer goes to the process that launched it, which prints it."""

from __future__ import annotations

import argparse
import sys

from artextract.app.commands.train import train_here
from artextract.errors import ArtExtractError
from artextract.progress import no_progress
from artextract.train.processes import give_answer, is_first, read_call


def main(folder: str) -> None:
    try:
        args = argparse.Namespace(**read_call(folder))
        outcome = train_here(args) if is_first() else train_here(args, no_progress, lambda text: None)
    except ArtExtractError as error:
        give_answer(
            folder, {"error": type(error).__name__, "message": error.message, "hint": error.hint, "code": error.code}
        )
    else:
        give_answer(folder, {"document": outcome.document, "text": outcome.text})


if __name__ == "__main__":
    main(sys.argv[1])
