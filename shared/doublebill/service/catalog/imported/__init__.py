"""Imported files: their records, and samples of their events by which repeated files are found."""
