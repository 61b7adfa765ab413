"""Readers: files of editors and tables become levels in the tiles of a kind."""
