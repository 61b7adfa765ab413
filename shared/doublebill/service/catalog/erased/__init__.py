"""Erased users: their tombstones, and their rows dropped from the log for good."""
