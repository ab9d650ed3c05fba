"""The commands, one file per group.

Each file has ``add(commands)``, which declares them, and functions from arguments to an ``Outcome``."""

from artextract.app.commands import (
    benchmark,
    collection,
    doctor,
    evaluate,
    export,
    groups,
    lists,
    motifs,
    networks,
    open,
    outliers,
    predict,
    review,
    serve,
    show,
    similarity,
    study,
    train,
    ways,
)

GROUPS = (
    open,
    collection,
    doctor,
    train,
    evaluate,
    predict,
    outliers,
    review,
    similarity,
    benchmark,
    groups,
    ways,
    motifs,
    study,
    lists,
    export,
    networks,
    serve,
    show,
)
"""In the order of ``artextract --help``."""
