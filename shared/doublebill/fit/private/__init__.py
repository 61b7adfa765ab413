"""Models under differential privacy: clipped users, noised sums, and edges computed from these alone."""
