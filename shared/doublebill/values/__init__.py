"""Values: what the kinds and values of the events of a catalog mean."""
