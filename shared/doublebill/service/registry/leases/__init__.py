"""Leases of trainings: at most one training of a catalog at a time, and numbers that order those that overlap."""
