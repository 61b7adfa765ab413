"""Serving: models loaded in one execution environment, kept fresh, with fallbacks."""
