"""Offline: a recommender in one HTML file, which answers without a service."""
