"""The doubtful museum, opened."""

import shutil

import pytest

from artextract.search.asking.engine import SearchEngine
from tests.review.museum import doubtful_museum


@pytest.fixture(scope="session")
def doubtful(tmp_path_factory):
    made = doubtful_museum(tmp_path_factory.getbasetemp() / "doubtful")
    return shutil.copytree(made, tmp_path_factory.mktemp("review") / "Doubtful Museum")


@pytest.fixture(scope="session")
def engine(doubtful):
    return SearchEngine.open(doubtful)


@pytest.fixture(scope="session")
def predictor(engine):
    return engine.features["style"].predictor
