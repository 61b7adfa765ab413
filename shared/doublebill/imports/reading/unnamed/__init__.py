"""Columns of unknown names: the time and the item of events, and whether rows are events, decided by their cells."""
