"""How well the search finds what it should."""
