"""Paintings that do not fit the class they carry."""
