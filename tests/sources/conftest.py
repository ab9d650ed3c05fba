"""A museum on this machine, for what fetches."""

from collections.abc import Iterator

import pytest

from tests.sources.museum import Museum


@pytest.fixture
def museum() -> Iterator[Museum]:
    museum = Museum()
    yield museum
    museum.close()
