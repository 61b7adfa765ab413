"""Pruning: versions, runs and batches that nobody needs any more, deleted after a time of grace."""
