"""A map as files: a picture, a table and its data."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from artextract.csv_file import write_frame
from artextract.drawing_text import save_drawing
from artextract.files import user_path, write_aside, write_json
from artextract.search.map.layout import Map
from artextract.search.map.map_picture import draw_map


def write_map(folder: str | Path, found: Map) -> dict[str, Path]:
    """Write map.png, map.csv and map.json into a folder and give their paths by kind."""
    folder = user_path(folder)
    with write_aside(folder / "map.png") as aside:
        save_drawing(draw_map(found), aside)
    write_json(folder / "map.json", found.as_dict())
    return {"picture": folder / "map.png", "table": write_csv(folder / "map.csv", found), "data": folder / "map.json"}


def write_csv(path: str | Path, found: Map) -> Path:
    """One row a painting: id, x, y, cluster, name, representative, placed, the labels, title and path.

    Raises ``InputError`` unless it ends in .csv."""
    paintings = found.paintings
    standing = {name for cluster in found.named for name in cluster.representatives}
    columns = {
        "id": paintings.ids,
        "x": found.places[:, 0],
        "y": found.places[:, 1],
        "cluster": found.clusters,
        "name": [found.named[number].name for number in found.clusters],
        "representative": [name in standing for name in paintings.ids],
        "placed": found.placed,
    } | {label: paintings.column(label) for label in paintings.labels}
    return write_frame(
        path,
        pd.DataFrame(columns | {"title": paintings.column("title"), "path": [str(p) for p in paintings.image_paths()]}),
    )
