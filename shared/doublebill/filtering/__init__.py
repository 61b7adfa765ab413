"""Filtering: conditions on item metadata, from JSON to a mask over the catalog."""
