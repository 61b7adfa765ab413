"""Catalogs: item metadata, availability, the event log, user aliases and trending items."""
