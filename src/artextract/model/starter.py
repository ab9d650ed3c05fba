"""The model that comes with the package, for whoever has not trained one yet."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from artextract.errors import InputError
from artextract.model.saved import CONFIG_FILE

NOTICE = "the starter model was trained on WikiArt images, which are for non-commercial research; see its README.md"


def starter_folder() -> Path:
    """The folder of the starter model; raises ``InputError`` where the installation lacks it."""
    folder = Path(str(files("artextract"))) / "starter"
    if not (folder / CONFIG_FILE).is_file():
        raise InputError(
            "this installation has no starter model",
            "give --model MODEL, or train one with: artextract train COLLECTION --out MODEL",
            code="no-starter-model",
        )
    return folder
