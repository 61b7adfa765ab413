"""An independent checker of chambers."""

import playable


def faults(item):
    """Every reason why one JSON item of an answer is no chamber as asked."""
    return playable.faults("chamber", item)
