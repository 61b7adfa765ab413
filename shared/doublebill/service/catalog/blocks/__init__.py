"""Blocks: what came in many small objects, joined into few, and the compaction that joins it."""
