"""Blind studies with people: what is asked (design), whose turn is which question (turns), what was answered (store),
and what follows from it (report)."""
