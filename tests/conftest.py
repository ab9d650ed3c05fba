"""Fixtures that several folders of tests share."""

import gc
import os
import pickle
import shutil
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING

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
from artextract.train.running import LabelOptions

if TYPE_CHECKING:
    from artextract.sources.drawing import Drawing

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


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The file or folder that ``make`` writes at the path it is given: once, whatever number of processes run tests.
    None of them may change it."""
    common = factory.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else factory.getbasetemp()
    made, done = common / "made" / name, common / "made" / f"{name}.done"
    made.parent.mkdir(exist_ok=True)
    with FileLock(made.with_name(f"{name}.lock")):
        if not done.exists():
            shutil.rmtree(made, ignore_errors=True)  # of a process in which it failed
            make(made)
            done.touch()
    return made


def copy_of(
    factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object], folder: str | None = None
) -> Path:
    """A copy of the folder that ``made_once`` gives, for one process; ``folder`` is its name."""
    return shutil.copytree(made_once(factory, name, make), factory.mktemp(name) / (folder or name))


MARKED = {
    "browser": ("app/browser/",),
    "figures": ("features/test_figures.py", "features/test_pose.py", "features/test_face.py"),
    "slow": (
        "app/test_train_command.py",
        "train/test_processes.py",
        "backbones/test_contract.py",
        "test_runtime.py",
        "campaign/",
        "train/test_resume.py",
        "app/api/test_fuzz.py",
        "train/test_run.py",
        "app/test_cli.py",
        "test_documents.py",
        "evaluate/classification/test_report.py",
        "model/test_cnn_rnn.py",
        "sources/test_drawing.py",
    ),
}
"""Marks by what the paths of tests begin with, so that ``-m "not slow"`` and the like leave them out; all begin in this
order. The first that is slow makes the sample, for which the others would wait: they come later."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here, ranks = Path(__file__).parent, {}
    beginnings = [(mark, beginning) for mark in MARKED for beginning in MARKED[mark]]
    for item in items:
        path = item.path.relative_to(here).as_posix()
        for rank, (mark, beginning) in enumerate(beginnings):
            if path.startswith(beginning):
                item.add_marker(mark)
                ranks.setdefault(item, rank if mark != "figures" else len(beginnings))
    # What takes long begins first, so that all processes end at about the same time.
    items.sort(key=lambda item: ranks.get(item, len(beginnings)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """With ``--dist loadfile`` a file is run by one process; here so are all files that drive the page, which share one
    Chromium, one server and one network: to start them took as long as what is asked of them."""
    from xdist.scheduler import LoadFileScheduling

    if config.getoption("dist") != "loadfile":
        return None

    class Together(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "browser" if nodeid.startswith("tests/app/browser/") else super()._split_scope(nodeid)

    return Together(config, log)


def pytest_collection(session: pytest.Session) -> None:
    gc.disable()  # what is imported and collected lives to the end, and looking for garbage in it took a fifth of this


def pytest_collection_finish(session: pytest.Session) -> None:
    gc.freeze()  # nor need later rounds look at it
    gc.set_threshold(50_000, 20, 1000)  # and rounds are rarer; what is large goes at the end of its file, see below
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """After a file that made much, or applications, these go, with the networks in them: FastAPI remembers every call
    it has looked at, and by it the application, so that a process came to hold gigabytes."""
    done = yield
    if nextitem is None or nextitem.path != item.path:
        models = sys.modules.get("fastapi.dependencies.models")
        caches = [value for value in vars(models).values() if hasattr(value, "cache_clear")] if models else []
        if gc.get_count()[2] > 4 or any(cache.cache_info().currsize for cache in caches):
            for cache in caches:
                cache.cache_clear()
            gc.collect()
            gc.freeze()
    return done


@pytest.fixture(scope="session", autouse=True)
def quick_png() -> Generator[None]:
    """PNG files have the same pixels, and are larger: to make them small took a fiftieth of all tests."""
    Image.preinit()
    as_asked = Image.SAVE["PNG"]

    def quickly(image: Image.Image, file: object, name: str | bytes, *others: object) -> None:
        image.encoderinfo |= {"optimize": False, "compress_level": 1}
        as_asked(image, file, name, *others)

    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(Image.SAVE, "PNG", quickly)
        yield


@pytest.fixture
def quick_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pictures of a report small, and with one painting where it shows six: for tests that ask for other things."""
    from artextract.evaluate.classification import attention
    from artextract.evaluate.page import canvas

    monkeypatch.setattr(attention, "PAINTINGS", 1)
    monkeypatch.setattr(canvas, "DPI", 40)


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
def indexed_collection(small_collection: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the small collection, indexed with the default features."""

    def index(folder: Path) -> None:
        from artextract.search.build import build_index

        build_index(shutil.copytree(small_collection, folder))

    return copy_of(tmp_path_factory, "indexed", index, "collection")


@pytest.fixture(scope="session")
def wikiart_data() -> Path:
    """Real paintings beside the checkout; what needs them is skipped, visibly, where they are not."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data" / "wikiart"
    if not folder.is_dir():
        pytest.skip("the real paintings (shared/data/wikiart) are not beside the checkout")
    return folder


@pytest.fixture
def masters_data() -> Path:
    """Real paintings by masters, as ``wikiart_data``."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data" / "masters"
    if not folder.is_dir():
        pytest.skip("the real paintings (shared/data/masters) are not beside the checkout")
    return folder


@pytest.fixture(scope="session")
def drawings(tmp_path_factory: pytest.TempPathFactory) -> "list[Drawing]":
    """The first 120 paintings that we draw with seed 0."""

    def draw(path: Path) -> None:
        from artextract.sources.drawing import draw_painting

        path.write_bytes(pickle.dumps([draw_painting(index) for index in range(120)]))

    return pickle.loads(made_once(tmp_path_factory, "drawings", draw).read_bytes())


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A folder with the 96 drawn paintings, as ``artextract import sample`` makes them ("collection", with the feature
    maps of a training), and a model trained on them for a few epochs ("model")."""

    def make(folder: Path) -> None:
        from artextract.sources.sample import file_name, import_sample, keep
        from artextract.train.options import TrainOptions
        from artextract.train.run import train_model

        (folder / "collection" / "images").mkdir(parents=True)
        for index, drawing in enumerate(request.getfixturevalue("drawings")[:96]):
            keep(drawing, folder / "collection" / "images" / file_name(0, index))
        import_sample(folder / "collection", count=96, seed=0)
        options = TrainOptions(epochs=5, width=64, hidden=32, batch_size=16, average=0.8)
        train_model(folder / "collection", folder / "model", options=options)

    folder = copy_of(tmp_path_factory, "sample", make)
    config = read_json(folder / "model" / "config.json")
    config["collection"]["path"] = str((folder / "collection").resolve())
    write_json(folder / "model" / "config.json", config)
    update_checksums(folder / "model", "config.json")
    return folder


@pytest.fixture(scope="session")
def sample_collection(sample: Path) -> Path:
    """96 drawn paintings."""
    return sample / "collection"


@pytest.fixture(scope="session")
def trained_model(sample: Path) -> Path:
    """A model trained on ``sample_collection``."""
    return sample / "model"


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
        labels=LabelOptions(attributes=("genre", "year")),
        baselines=("linear_head", "linear_probe"),
        options=options,
    )
    return folder
