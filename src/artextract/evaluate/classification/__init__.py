"""How well a model tells style, artist and genre."""
