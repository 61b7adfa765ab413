"""Counting: how much an item of a history counts, by verdict and by strength."""
