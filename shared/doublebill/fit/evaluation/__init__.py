"""Evaluation: splits, metrics, their uncertainty, and the report made of them."""
