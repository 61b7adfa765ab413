"""Game content: made from a spec and a seed, and given out only with the proof that it can be played."""
