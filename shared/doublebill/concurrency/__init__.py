"""Concurrency: calls in the background, and the time that a request has left."""
