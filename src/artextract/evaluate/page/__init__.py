"""What the pages and pictures of an evaluation are made of."""
