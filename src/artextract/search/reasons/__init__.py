"""Why two paintings match, in words and pictures."""
