"""An independent checker of mazes."""

import playable


def faults(item):
    """Every reason why one JSON item of an answer is no maze as asked."""
    return playable.faults("maze", item)
