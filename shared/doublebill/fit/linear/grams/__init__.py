"""Grams among the items with edges: dense, sparse or too large for either, and shared between fits."""
