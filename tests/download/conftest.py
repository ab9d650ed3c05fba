"""The museum's server on this machine."""

from tests.sources.conftest import museum

__all__ = ["museum"]
