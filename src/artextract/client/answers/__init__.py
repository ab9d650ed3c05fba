"""What the calls answer, as they come: plain dicts with these fields. What a field means is told at /docs."""
