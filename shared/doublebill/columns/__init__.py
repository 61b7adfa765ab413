"""Columns: texts and numbers of many rows in arrays, and their form as bytes."""
