"""Trigrams: which texts of a table share runs of three bytes with a query, so that a wrong letter costs three of many.

A word is looked at with a space before and behind it: its beginning and its end count as much as its middle. Texts that
share most of the query's trigrams are found without a Python object per text (Zobel & Dart 1995, Finding approximate
matches in large lexicons, doi:10.1002/spe.4380250307).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from doublebill.arrays import Floats, Ints, Ints32
from doublebill.model.searching.plain_words import plain

SPACE = ord(" ")


@dataclass(frozen=True, eq=False)
class Trigrams:
    """The trigrams of texts, and which texts have each."""

    codes: npt.NDArray[np.int32]
    """[n_codes] the trigrams that occur, as numbers of three bytes, ascending."""
    offsets: Ints
    """[n_codes + 1] where the texts of each begin in `texts`."""
    texts: Ints32
    """[entries] numbers of texts, ascending for each trigram, each once."""
    sizes: Ints
    """[n_texts] how many different trigrams each text has."""

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Trigrams":
        """Returns the trigrams of texts, which are numbered in their order."""
        padded = [f" {plain(text)} ".encode() for text in texts]
        owners = np.repeat(np.arange(len(padded)), [len(text) for text in padded])
        codes, places = _codes(np.frombuffer(b"".join(padded), np.uint8))
        same = owners[places] == owners[places + 2]
        pairs = np.unique(codes[same].astype(np.int64) << 32 | owners[places[same]])
        owned, numbers = (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32)
        found, starts = np.unique(owned, return_index=True)
        return cls(found, np.append(starts, len(owned)), numbers, np.bincount(numbers, minlength=len(padded)))

    def likeness(self, query: str) -> tuple[Floats, Floats]:
        """Returns [n_texts] the share of the query's trigrams that each text has, and of the text's that the query has.

        The end of the last word does not count, since it may not be typed yet; one of a single letter counts whole.
        """
        codes, _ = _codes(np.frombuffer(_typed(query).encode(), np.uint8))
        wanted = np.unique(codes)
        places = np.minimum(np.searchsorted(self.codes, wanted), max(len(self.codes) - 1, 0))
        found = places[self.codes[places] == wanted] if len(self.codes) else places[:0]
        owners = [self.texts[self.offsets[one] : self.offsets[one + 1]] for one in found.tolist()]
        shared = np.bincount(np.concatenate([*owners, self.texts[:0]]), minlength=len(self.sizes))
        return shared / max(len(wanted), 1), shared / np.maximum(self.sizes, 1)


def _typed(query: str) -> str:
    """Returns the words of a query as they are compared."""
    words = f" {plain(query)}"
    return f"{words} " if words[-2:-1] == " " else words


def _codes(raw: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.int32], Ints]:
    """Returns the trigrams of bytes that have no space in their middle, as numbers, and where each begins."""
    wide = raw.astype(np.int32)
    codes = wide[:-2] << 16 | wide[1:-1] << 8 | wide[2:]
    places = np.flatnonzero(wide[1:-1] != SPACE)
    return codes[places], places
