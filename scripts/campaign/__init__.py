"""The campaign: everything that the world may do to ArtExtract, tried many times, with a table of what was lost.

``make campaign`` runs the long form. The same functions, with small numbers, are the tests in ``tests/campaign/``."""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # the pictures are so small that more threads only wait for each other
