"""Metadata: features of items from their tags and attributes, and neighbours of items without events."""
