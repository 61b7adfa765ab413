"""Grids: tiles, carving, repair, constraints and paths, shared by all kinds of level."""
