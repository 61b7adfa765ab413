"""Chambers: a key, the door that it opens, and enemies."""
