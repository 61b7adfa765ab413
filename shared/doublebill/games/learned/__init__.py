"""Learned grids: generators from any corpus of levels with a legend."""
