"""Batches of content: more than one request may take, made by a job and kept for a week."""
