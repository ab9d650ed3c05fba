"""What the filters leave, counted and put in order."""
