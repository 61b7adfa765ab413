"""Vaults: hand-made pieces with open ends, which a dungeon has as they were drawn, turned or mirrored."""
