"""The collection as a map, and the clusters on it."""
