"""What an error is, said by its code, so that its wording can be improved."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from artextract.errors import ArtExtractError


@contextmanager
def raises(kind: type[ArtExtractError], code: str, *named: str) -> Iterator[pytest.ExceptionInfo[ArtExtractError]]:
    """Pass only where an error of this kind, or one derived from it, with this code is raised, whose sentence names
    all that is ``named``: what was asked for, numbers, files."""
    with pytest.raises(kind) as caught:
        yield caught
    assert caught.value.code == code, f"{caught.value.code}: {caught.value.message}"
    assert [name for name in named if name not in caught.value.message] == [], caught.value.message
    assert caught.value.message and caught.value.message[-1] != ".", "one sentence, without its full stop"
