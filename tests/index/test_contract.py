"""Every implementation of ``VectorIndex`` keeps the contract, the slow one that the others are held against too."""

from artextract.index import create_index, open_index
from tests.index.contract import IndexContract
from tests.index.slow import SlowIndex


class TestEmbeddedIndex(IndexContract):
    def create(self, folder, *given):
        return create_index(folder, *given)

    def reopened(self, folder, index):
        return open_index(folder)


class TestSlowIndex(IndexContract):
    def create(self, folder, *given):
        return SlowIndex.create(*given)

    def reopened(self, folder, index):
        return index
