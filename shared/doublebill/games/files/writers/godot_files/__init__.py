"""Scenes and tilesets of Godot."""
