"""Recommending: from a history to an answer, one request or a batch at a time."""
