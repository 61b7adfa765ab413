"""Variety: distances between levels, and batches whose levels differ."""
