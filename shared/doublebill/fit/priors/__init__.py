"""Priors: one number an item, whatever the history, learnt from the times of events."""
