"""The commands, one file per group; each file has ``add(commands)``, which declares them, and functions from arguments
to an ``Outcome``."""

from artextract.app.commands import (
    benchmark,
    collection,
    doctor,
    evaluate,
    export,
    groups,
    motifs,
    networks,
    open,
    outliers,
    predict,
    review,
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
    export,
    networks,
    show,
)
"""In the order of ``artextract --help``."""
