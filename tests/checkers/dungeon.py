"""An independent checker of dungeons."""

import playable


def faults(item):
    """Every reason why one JSON item of an answer is no dungeon as asked."""
    return playable.faults("dungeon", item)
