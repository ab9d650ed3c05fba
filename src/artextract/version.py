"""The version of the package, on its own so that ``artextract --version`` imports nothing else."""

__version__ = "0.1.0"
