"""Tiles drawn by this project, by code alone: themes, grounds, walls that join, sprites (CC0-1.0)."""
