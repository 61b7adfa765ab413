"""Layout of a dungeon: rooms, the corridors that join them, and nothing that stands in them."""
