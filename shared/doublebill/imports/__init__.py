"""Interaction and item files of many shapes, as raw mappings with their lines; the caller validates and stores them."""
