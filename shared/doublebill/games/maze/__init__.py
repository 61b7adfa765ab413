"""Mazes: open cells in one region, from one end of the longest path to the other."""
