"""Where vectors are kept for search. An index knows ids, vectors and row positions, and nothing about paintings."""
