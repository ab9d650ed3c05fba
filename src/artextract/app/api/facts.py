"""What a sentence was made of, beside it: so a page says it in its own language."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from artextract import said


class Fact(BaseModel):
    """``code`` names what is said and stays when the wording changes; ``values`` are the numbers and names it is said
    of, and facts within it; ``text`` is the sentence in English."""

    code: str
    values: dict[str, Any]
    text: str

    @classmethod
    def of(cls, sentence: str) -> Fact | None:
        """None for a sentence that does not tell what it was made of."""
        known = said.facts(sentence)
        return None if known is None else cls(**known)
