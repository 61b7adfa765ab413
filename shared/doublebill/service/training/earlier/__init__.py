"""Comparisons with earlier runs: events that are missing, numbers that fell, quality that is lost."""
