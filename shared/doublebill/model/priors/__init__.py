"""Priors: one number an item that a model takes into account, whatever the history."""
