"""Fixtures that several folders of tests share."""

import os
import shutil
from pathlib import Path

os.environ.setdefault(
    "OMP_NUM_THREADS", "1"
)  # before torch is imported: on tensors this small, threads mostly wait for each other

import numpy as np
import pandas as pd
import pytest
from filelock import FileLock
from PIL import Image, ImageDraw

from artextract.checksums import update_checksums
from artextract.files import read_json, write_json
from artextract.images import inspect
from artextract.table import Paintings

SCHEMES = {
    "red": [(178, 34, 34), (230, 92, 60), (110, 20, 30)],
    "green": [(34, 120, 50), (120, 180, 80), (16, 70, 60)],
    "blue": [(30, 60, 160), (90, 150, 220), (20, 24, 80)],
    "grey": [(60, 60, 60), (150, 150, 150), (220, 220, 220)],
}


def paint(scheme: str, layout: str, seed: int) -> Image.Image:
    """A picture of 160 x 120 pixels: "bands" lie flat, "discs" are strewn."""
    random = np.random.default_rng(seed)
    ground, second, third = SCHEMES[scheme]
    image = Image.new("RGB", (160, 120), ground)
    draw = ImageDraw.Draw(image)
    for number in range(6):
        colour = (second, third)[number % 2]
        if layout == "bands":
            top = int(random.integers(0, 110))
            draw.rectangle((0, top, 160, top + 8), fill=colour)
        else:
            x, y = int(random.integers(0, 140)), int(random.integers(0, 100))
            draw.ellipse((x, y, x + 26, y + 26), fill=colour)
    noise = random.normal(0, 3, (120, 160, 3))
    return Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))


def write_collection(folder: Path, images: list[Image.Image], **columns: list) -> Path:
    """A collection with ids p00, p01, ...; ``columns`` are added to the table, the label columns among them."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    rows = []
    for number, image in enumerate(images):
        path = f"images/p{number:02d}.png"
        image.save(folder / path)
        facts = inspect(folder / path)
        row = {"id": f"p{number:02d}", "path": path, "title": f"Picture {number}", "source": "painted", "rights": "CC0"}
        facts = {name: getattr(facts, name) for name in ("sha256", "phash", "width", "height")}
        rows.append(row | facts | {name: values[number] for name, values in columns.items()})
    Paintings(pd.DataFrame(rows), folder).write()
    return folder


MARKED = {
    "browser": ("app/browser/",),
    "figures": ("features/test_figures.py", "features/test_pose.py", "features/test_face.py"),
    "slow": (
        "app/api/test_fuzz.py",
        "app/test_cli.py",
        "app/test_train_command.py",
        "backbones/test_contract.py",
        "campaign/",
        "evaluate/classification/test_report.py",
        "sources/test_drawing.py",
        "test_documents.py",
        "test_runtime.py",
        "model/test_cnn_rnn.py",
        "train/test_processes.py",
        "train/test_resume.py",
        "train/test_run.py",
    ),
}
"""Marks by what the paths of tests begin with, so that ``-m "not slow"`` and the like leave them out."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        path = item.path.relative_to(here).as_posix()
        for mark, beginnings in MARKED.items():
            if path.startswith(beginnings):
                item.add_marker(mark)
    # What takes long begins first, so that all processes end at about the same time.
    items.sort(key=lambda item: (item.get_closest_marker("slow") is None, item.get_closest_marker("browser") is None))


@pytest.fixture(scope="session")
def small_collection(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """24 pictures p00..p23: 4 colour schemes (the style) x 2 layouts (the genre) x 3; the artist is scheme and layout
    together.

    Every sixth style and every fifth genre is missing. Of each three one is train, one val, one test; ``year`` runs
    from 1800 up."""
    kinds = [(scheme, layout) for scheme in SCHEMES for layout in ("bands", "discs") for _ in range(3)]
    images = [paint(scheme, layout, seed) for seed, (scheme, layout) in enumerate(kinds)]
    return write_collection(
        tmp_path_factory.mktemp("small") / "collection",
        images,
        style=[None if i % 6 == 5 else f"{scheme.title()} School" for i, (scheme, _) in enumerate(kinds)],
        artist=[f"Painter of {scheme} {layout}" for scheme, layout in kinds],
        genre=[None if i % 5 == 4 else layout for i, (_, layout) in enumerate(kinds)],
        split=[("train", "val", "test")[i % 3] for i in range(len(kinds))],
        year=[1800 + 5 * i for i in range(len(kinds))],
    )


@pytest.fixture(scope="session")
def indexed_collection(small_collection: Path) -> Path:
    """The small collection, indexed with the default features."""
    from artextract.search.build import build_index

    build_index(small_collection)
    return small_collection


@pytest.fixture(scope="session")
def wikiart_data() -> Path:
    """Real paintings beside the checkout; what needs them is skipped, visibly, where they are not."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data" / "wikiart"
    if not folder.is_dir():
        pytest.skip("the real paintings (shared/data/wikiart) are not beside the checkout")
    return folder


@pytest.fixture(scope="session")
def sample_collection(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """96 drawn paintings, as ``artextract import sample`` makes them."""
    from artextract.sources.sample import import_sample

    folder = tmp_path_factory.mktemp("sample") / "collection"
    import_sample(folder, count=96, seed=0)
    return folder


@pytest.fixture(scope="session")
def trained_model(sample_collection: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model trained on ``sample_collection`` for a few epochs: once, whatever number of processes run tests, each of
    which has a copy that knows the collection as its own."""
    folder = sample_collection.parent / "model"
    common = tmp_path_factory.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else sample_collection.parent
    made = common / "trained"
    with FileLock(common / "trained.lock"):
        if not (made / "config.json").exists():
            train_small(sample_collection, made)
    shutil.copytree(made, folder)
    config = read_json(folder / "config.json")
    config["collection"]["path"] = str(sample_collection.resolve())
    write_json(folder / "config.json", config)
    update_checksums(folder, "config.json")
    shutil.copytree(common / "features", sample_collection / "features", dirs_exist_ok=True)
    return folder


def train_small(collection: Path, folder: Path) -> None:
    from artextract.train.options import TrainOptions
    from artextract.train.run import train_model

    options = TrainOptions(epochs=5, width=64, hidden=32, batch_size=16, average=0.8)
    train_model(collection, folder, options=options)
    shutil.copytree(collection / "features", folder.parent / "features", dirs_exist_ok=True)


@pytest.fixture(scope="session")
def dated_collection(sample_collection: Path, trained_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The drawn paintings with a ``year`` that follows from the genre, but for noise; every ninth has none."""
    from artextract.table import read_paintings

    folder = tmp_path_factory.mktemp("dated") / "collection"
    folder.mkdir()
    table = read_paintings(sample_collection)
    genre = np.unique(table.keys("genre").astype(str), return_inverse=True)[1]
    years = 1750 + 60 * genre + np.random.default_rng(0).integers(0, 20, len(table))
    year = pd.array([None if i % 9 == 4 else int(one) for i, one in enumerate(years)], dtype="Int64")
    frame = table.frame.assign(path=[str(path) for path in table.image_paths()], year=year)
    Paintings(frame, folder, table.labels, table.protocol).write()
    (folder / "features").symlink_to(sample_collection / "features")
    return folder


@pytest.fixture(scope="session")
def dated_model(dated_collection: Path) -> Path:
    """A model that learned genre and year, for a few epochs."""
    from artextract.train.options import TrainOptions
    from artextract.train.run import train_model

    folder = dated_collection.parent / "model"
    options = TrainOptions(epochs=6, width=32, hidden=16, batch_size=16, average=0.8)
    train_model(
        dated_collection,
        folder,
        attributes=("genre", "year"),
        baselines=("linear_head", "linear_probe"),
        options=options,
    )
    return folder
