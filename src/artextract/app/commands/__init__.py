"""The commands, one file per group; each file has ``add(commands)``, which declares them, and functions from arguments to an ``Outcome``."""

from artextract.app.commands import classify, collection, show, similarity, train

GROUPS = (collection, train, classify, similarity, show)
"""In the order of ``artextract --help``."""
