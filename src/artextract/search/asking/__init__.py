"""From a question to the paintings that answer it."""
