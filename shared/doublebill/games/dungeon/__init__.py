"""Dungeons: rooms and corridors with locked doors, and a proof that no order of actions is a dead end."""
