"""Maps and worlds of the Tiled editor."""
