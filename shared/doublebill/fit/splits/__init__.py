"""Splits: the users and items that a model is fitted on, and those that it must find."""
