"""What is it like? Builds the index of a collection and searches it."""
