"""The class number of a missing label, on its own so that nothing needs torch to know it."""

MISSING = -1
