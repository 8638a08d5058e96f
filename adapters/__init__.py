"""One folder for each vendor, and the kit they share (the only HTTP of the house)."""
