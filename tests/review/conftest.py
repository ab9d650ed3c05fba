"""The drawn paintings with a few wrong labels, indexed, and the model trained on them."""

import shutil

import pytest

from artextract.model.predictor import Predictor
from artextract.search.build import build_index
from artextract.search.engine import SearchEngine
from artextract.table import read_paintings

PLANTED = 4


@pytest.fixture(scope="session")
def mislabelled(sample_collection, trained_model, tmp_path_factory):
    """A copy whose paintings of ``planted`` carry another style than they were drawn in: its folder and the true styles by id."""
    folder = shutil.copytree(sample_collection, tmp_path_factory.mktemp("review") / "Doubtful Museum")
    table = read_paintings(folder)
    styles = table.column("style")
    names = sorted(set(styles))
    truth = {table.ids[row]: styles[row] for row in range(5, len(table), len(table) // PLANTED)}
    table.frame["style"] = [names[(names.index(style) + 1) % len(names)] if i in truth else style for i, style in zip(table.ids, styles)]
    table.write()
    build_index(folder, features=("deep",))
    return folder, truth


@pytest.fixture(scope="session")
def engine(mislabelled):
    return SearchEngine.open(mislabelled[0])


@pytest.fixture(scope="session")
def predictor(trained_model):
    return Predictor.open(trained_model)
