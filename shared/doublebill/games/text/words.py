"""Words in two arrays, so that a model can be kept with those that it learned from."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from doublebill.arrays import Arrays


def packed(words: Sequence[str], name: str) -> Arrays:
    """Packs words: `name`: [bytes] all as UTF-8, one after the other; `name`_ends: [words] the end of each."""
    encoded = [word.encode() for word in words]
    ends = np.cumsum([len(word) for word in encoded], dtype=np.int64).astype("<u4")
    return {name: np.frombuffer(b"".join(encoded), "<u1"), f"{name}_ends": ends}


def unpacked(arrays: Arrays, name: str) -> list[str]:
    """Unpacks words that `packed` packed.

    Raises:
        KeyError, ValueError: when the arrays hold no words.
    """
    blob, ends = arrays[name].tobytes(), arrays[f"{name}_ends"].tolist()
    if ends != sorted(ends) or (ends[-1] if ends else 0) != len(blob):
        raise ValueError(f"{name}_ends: found an order that is not ascending to {len(blob)}")
    return [blob[start:end].decode() for start, end in pairwise([0, *ends])]
