"""Histories as a fold of events: one entry an item, packed into pages, merged when they are read."""
