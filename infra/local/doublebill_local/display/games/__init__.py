"""Levels as people see them."""
