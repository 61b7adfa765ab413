"""Batches chosen from a pool: the levels that are most unlike one another, by a measure that the request names."""
