"""Metadata of items: as lines that are stored, and when an item is available."""
