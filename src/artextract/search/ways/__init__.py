"""Ways through a collection: chains of small steps from one painting to another."""
