"""Mission of a dungeon: entrance, exit, locked doors and their keys, and the proof that any order will do."""
