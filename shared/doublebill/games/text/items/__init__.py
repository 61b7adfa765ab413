"""Items and loot tables."""
