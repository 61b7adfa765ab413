"""Variety: measures of how different two levels are."""
