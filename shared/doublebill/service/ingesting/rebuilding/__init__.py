"""Rebuilding: histories made again from the log, whole or as they were at a time."""
