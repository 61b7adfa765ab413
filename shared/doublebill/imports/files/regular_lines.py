"""Regular lines: the records of a delimited text that need no care, cut by numpy.

A line is regular when it has as many delimiters as the table needs, and no quote (where quotes mean something), NUL or
lone carriage return, and is UTF-8 of a possible length: then its cells are the bytes between its delimiters.
"""

from dataclasses import dataclass

import numpy as np

from doublebill.arrays import Ints, Mask
from doublebill.imports.files.delimited import QUOTING
from doublebill.imports.files.lines import LINE_LIMIT_BYTES

LINE_FEED, CARRIAGE_RETURN, COLON = b"\n\r:"


@dataclass(frozen=True, eq=False)
class CutLines:
    """The lines of a text, and the cells of those that are regular."""

    starts: Ints
    """[lines] the place of each line's first byte."""
    ends: Ints
    """[lines] the place after each line's last byte, before its line end."""
    regular: Mask
    """[lines] whether the line is regular."""
    delimiters: Ints
    """[regular lines, columns - 1] the places of the delimiters of each regular line."""


def cut_lines(content: bytes, delimiter: str, width: int) -> CutLines:
    """Returns the lines of a text that is not empty; one without a line end at its end is a line as well."""
    text = np.frombuffer(content, np.uint8)
    ends = np.flatnonzero(text == LINE_FEED)
    if content[-1] != LINE_FEED:
        ends = np.append(ends, len(text))
    starts = np.concatenate([np.zeros(1, np.int64), ends[:-1] + 1])
    returns = (ends > starts) & (text[np.maximum(ends - 1, 0)] == CARRIAGE_RETURN)
    ends = ends - returns
    places = _delimiters(content, text, delimiter)
    first = np.searchsorted(places, starts)
    counts = np.searchsorted(places, ends) - first
    regular = (counts == width - 1) & (ends - starts <= LINE_LIMIT_BYTES) & (ends > starts)
    regular &= _is_utf8(content, text)
    for mark in (b"\0", b"\r", b'"' if delimiter in QUOTING else b"", b":::" if delimiter == "::" else b""):
        if mark and mark in content:
            regular[_lines_with(content, text, mark, starts, ends)] = False
    at = first[regular][:, None] + np.arange(width - 1)
    return CutLines(starts, ends, regular, places[at])


def _delimiters(content: bytes, text: np.ndarray[tuple[int], np.dtype[np.uint8]], delimiter: str) -> Ints:
    if delimiter != "::":
        return np.flatnonzero(text == ord(delimiter))
    if b"::" not in content:
        return np.zeros(0, np.int64)
    return np.flatnonzero((text[:-1] == COLON) & (text[1:] == COLON))


def _is_utf8(content: bytes, text: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> bool:
    if text.max() < 0x80:
        return True
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _lines_with(
    content: bytes, text: np.ndarray[tuple[int], np.dtype[np.uint8]], mark: bytes, starts: Ints, ends: Ints
) -> Ints:
    """Returns the numbers of the lines that hold a mark before their line end."""
    places = np.flatnonzero(text == mark[0])
    lines = np.searchsorted(starts, places, "right") - 1
    inside = places < ends[lines]
    if len(mark) > 1:
        inside &= np.array([content.startswith(mark, place) for place in places.tolist()], np.bool_)
    return lines[inside]
