"""Game content: levels and texts from a spec and a seed; every level comes with a proof that it can be finished."""
