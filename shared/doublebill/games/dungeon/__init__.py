"""Dungeons: a key behind which a door opens, and enemies."""
