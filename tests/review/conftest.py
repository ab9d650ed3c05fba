"""The doubtful museum, opened."""

import pytest

from artextract.search.asking.engine import SearchEngine
from tests.review.museum import doubtful_museum


@pytest.fixture(scope="session")
def doubtful(tmp_path_factory):
    return doubtful_museum(tmp_path_factory, "Doubtful Museum")


@pytest.fixture(scope="session")
def engine(doubtful):
    return SearchEngine.open(doubtful)


@pytest.fixture(scope="session")
def predictor(engine):
    return engine.features["style"].predictor
