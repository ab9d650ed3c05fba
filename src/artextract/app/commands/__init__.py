"""The commands, one file per group; each file has ``add(commands)``, which declares them, and functions from arguments to an ``Outcome``."""

from artextract.app.commands import benchmark, classify, collection, doctor, groups, outliers, show, similarity, train

GROUPS = (collection, doctor, train, classify, outliers, similarity, benchmark, groups, show)
"""In the order of ``artextract --help``."""
