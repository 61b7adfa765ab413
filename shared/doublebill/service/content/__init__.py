"""Content: levels and texts on request, and the corpora that generators learn from."""
