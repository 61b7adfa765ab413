"""The use cases: gather, decide, apply. Stores, clock and randomness arrive as arguments."""
