"""Pruning: versions, runs and batches that are no longer needed, deleted after a time of grace."""
