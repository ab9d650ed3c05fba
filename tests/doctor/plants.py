"""Each kind of defect, as a function that plants it in a collection."""

import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
from PIL import Image

from artextract.images import inspect
from artextract.table import read_paintings

STYLES = ["Cubism", "Baroque", "Fauvism"]


def picture(seed):
    small = np.random.default_rng(seed).integers(0, 255, (8, 8, 3), dtype=np.uint8)
    return Image.fromarray(small).resize((96, 72), Image.Resampling.BICUBIC)


def kinds(report):
    return {finding.kind for finding in report.findings if finding.severity != "note"}


def edit(folder, change):
    table = read_paintings(folder)
    replace(table, frame=change(table.frame.copy())).write()


def add(folder, like, name, image=None, **values):
    """A row like another one, with the same file or an ``image`` of its own."""
    path = folder / "images" / f"{name}.jpg"
    if image is None:
        shutil.copy(folder / "images" / f"{like}.jpg", path)
    else:
        image.save(path, quality=85)

    def change(frame):
        row = (
            frame[frame["id"] == like].iloc[0].to_dict()
            | {"id": name, "path": f"images/{name}.jpg"}
            | vars(inspect(path))
            | values
        )
        return pd.concat([frame, pd.DataFrame([row])], ignore_index=True)

    edit(folder, change)


def label(folder, **values):
    """``p01={"style": ...}``: sets columns of rows."""

    def change(frame):
        for name, columns in values.items():
            for column, value in columns.items():
                frame.loc[frame["id"] == name, column] = value
        return frame

    edit(folder, change)


def missing(folder):
    (folder / "images/p03.jpg").unlink()


def truncated(folder):
    path = folder / "images/p04.jpg"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def text(folder):
    (folder / "images/p05.jpg").write_text("no image")


def empty(folder):
    (folder / "images/p06.jpg").write_bytes(b"")


def changed(folder):
    picture(1000).save(folder / "images/p07.jpg")


def exact(folder):
    add(folder, "p08", "copy-of-p08")


def exact_contradiction(folder):
    add(folder, "p17", "copy-of-p17", style="Baroque", artist="someone else")
    label(folder, p18={"artist": "Someone  ELSE"})


def leak_of_a_copy(folder):
    add(folder, "p20", "copy-of-p20", split="test")


def near_leak(folder):
    add(folder, "p21", "small-p21", picture(21).resize((64, 48)), split="test")


def near_contradiction(folder):
    add(folder, "p33", "small-p33", picture(33).resize((64, 48)), style="Baroque")


def tiny_class(folder):
    label(folder, p01={"genre": "portrait"})


def small_class(folder):
    label(folder, **{f"p{i:02d}": {"genre": "landscape"} for i in (0, 2, 9, 14)})


PLANTS = {
    missing: {"missing_file"},
    truncated: {"unreadable_file"},
    text: {"unreadable_file"},
    empty: {"unreadable_file"},
    changed: {"changed_file"},
    exact: {"exact_duplicates"},
    exact_contradiction: {"exact_duplicates", "contradictory_labels_exact", "class_small"},
    leak_of_a_copy: {"exact_duplicates", "split_leak"},
    near_leak: {"split_leak"},
    near_contradiction: {"contradictory_labels_near"},
    tiny_class: {"class_not_learnable"},
    small_class: {"class_small"},
}
