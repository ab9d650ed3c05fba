"""How exactly a network is run; the names alone, for what must not load a network to know them."""

PRECISIONS = ("fast", "strict", "int8")
"""``runtime.open_engine`` says what each is."""
