"""Blocks: how much of two texts is the same by the measure of Ratcliff and Obershelp (Dr. Dobb's Journal, July 1988).

The longest block that both hold counts, and then the longest on either side of it, and so on: what is found is what
`difflib.SequenceMatcher` finds where nothing counts as junk. It is no distance: the longest block need not be part of
the longest common subsequence, and the order of the texts matters.
"""


def share_more(one: str, other: str, percent: int) -> bool:
    """Whether the blocks of both hold more than `percent` of all their letters."""
    needed = percent * (len(one) + len(other)) // 200 + 1
    found, room = 0, min(len(one), len(other))
    pending = [(one, other)]
    while found < needed <= found + room:
        one, other = pending.pop()
        room -= min(len(one), len(other))
        at, there, size = _longest(one, other)
        if size:
            found += size
            sides = (one[:at], other[:there]), (one[at + size :], other[there + size :])
            pending += [side for side in sides if side[0] and side[1]]
            room += sum(min(len(left), len(right)) for left, right in sides)
    return found >= needed


def _longest(one: str, other: str) -> tuple[int, int, int]:
    """Where the longest block begins in both, the first in each of several, and its length."""
    at = size = 0
    for start in range(len(one)):
        while start + size < len(one) and one[start : start + size + 1] in other:
            at, size = start, size + 1
    return at, other.find(one[at : at + size]), size
