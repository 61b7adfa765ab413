"""Searching: items by words of their metadata, typed with mistakes or not to the end."""
