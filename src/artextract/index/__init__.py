"""Where vectors are kept for search. An index knows ids, vectors and row positions, and nothing about paintings."""

METRICS = ("cosine", "l2", "csls")
"""How two vectors are compared: by their angle, by minus their distance, or by their angle less how crowded it is
around each (hubs, which are near to everything, lose their lead)."""
