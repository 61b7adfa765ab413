"""Levels: a spec and a seed become candidates, and a solver proves the one that is returned."""
