"""A sound collection, of which every test spoils a copy."""

import shutil

import pandas as pd
import pytest

from artextract.images import inspect
from artextract.table import Paintings
from tests.doctor.plants import STYLES, picture

SIDES = ["train"] * 12 + ["val"] * 2 + ["test"] * 2


@pytest.fixture(scope="session")
def sound(tmp_path_factory):
    """48 pictures p00..p47: three styles, each with 12 training, 2 validation and 2 test rows; every side has artists
    of its own."""
    folder = tmp_path_factory.mktemp("sound") / "c"
    (folder / "images").mkdir(parents=True)
    rows = []
    for number in range(48):
        path = folder / "images" / f"p{number:02d}.jpg"
        picture(number).save(path, quality=92)
        side = SIDES[number % 16]
        row = {
            "id": path.stem,
            "path": f"images/{path.name}",
            "source": "drawn",
            "rights": "CC0",
            "split": side,
            "style": STYLES[number // 16],
        }
        rows.append(row | {"artist": f"{side} artist" if side != "val" else None} | vars(inspect(path)))
    frame = pd.DataFrame(rows)
    frame.loc[frame["split"] == "test", "artist"] = (
        None  # an artist of test rows alone would be a class that is not learned
    )
    Paintings(frame, folder).write()
    return folder


@pytest.fixture
def collection(sound, tmp_path):
    return shutil.copytree(sound, tmp_path / "c")
