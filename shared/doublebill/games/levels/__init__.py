"""Levels: from a spec and a seed to a proved level; `generate` is the trip, its stages are a file each."""
