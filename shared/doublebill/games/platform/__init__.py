"""Platforms: single screens of jumps."""
