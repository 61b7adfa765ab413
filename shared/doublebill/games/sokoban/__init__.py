"""Sokoban: crates to push onto goals."""
