"""Mazes: from the start to the goal."""
