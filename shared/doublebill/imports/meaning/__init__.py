"""Columns and their meanings: profiles, cells, and rows as raw events and items."""
