"""Which pictures show one and the same work."""
