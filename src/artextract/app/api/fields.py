"""The kinds of text that requests carry, each with the most letters that it may have."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

Filter = Annotated[str, Field(max_length=2000)]
"""An expression such as style=Cubism."""
Words = Annotated[str, Field(max_length=1000)]
PaintingId = Annotated[str, Field(max_length=1000)]
"""Also "upload:TOKEN"."""
Name = Annotated[str, Field(max_length=200)]
"""Of a column, an order, a method, a person."""
Mix = Annotated[str, Field(max_length=2000)]
"""Weights such as deep=0.7,palette=0.3."""
Weights = Annotated[dict[Name, float], Field(max_length=64)]
"""Weights by feature."""
