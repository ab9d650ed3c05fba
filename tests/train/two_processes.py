"""One of several processes that train on drawn rows and answer with what came out; ``test_processes.py`` launches
them."""

import sys

import numpy as np

from artextract.train.processes import Processes, give_answer, read_call
from artextract.train.rows import StoredRows
from tests.train.drawn import rows, train


def twenty_steps(processes, **changes):
    """Four epochs of five steps with two views of each row; every attribute is missing in a part of each batch."""
    learned = rows(0, 75)
    learned = StoredRows(learned.maps, learned.targets, [learned.maps + np.float16(0.1)])
    return train(learned, rows(1, 31), epochs=4, patience=4, dropout=0.0, mixup=0.0, processes=processes, **changes)


if __name__ == "__main__":
    fitted = twenty_steps(Processes(), **read_call(sys.argv[1]))
    weights = {name: value.tolist() for name, value in fitted.network.state_dict().items()}
    give_answer(
        sys.argv[1], {"history": fitted.history, "weights": weights, "temperature": fitted.network.temperature.tolist()}
    )
