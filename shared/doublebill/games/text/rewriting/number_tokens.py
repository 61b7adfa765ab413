"""Spoken: the words and numbers of an English sentence, numbers read alike in digits and in words.

Whole numbers are read as such (`3`, `1,200`, `twenty-three`, `a hundred and five`, `two dozen`). Whatever else means a
number is kept as it is written, so that it equals itself alone: decimals, ordinals, halves, `5k`, `-3`, `III`, digits
of scripts that count otherwise. Texts are compared in their compatibility form (Unicode's NFKC), so no other character
passes for a digit.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from doublebill.games.text.rewriting.english_lexicon import ADDED, ALONE, GROUPS, OTHERS, SCALES, WEAK

PIECES = re.compile(r"\d+(?:[.,]\d+)*(?:[^\W\d_]+|%)?|[^\W\d_]+(?:['’][^\W\d_]+)*|[^\w\s]|_")
WHOLE = re.compile(r"\d+|\d{1,3}(?:,\d{3})+")
ROMAN = re.compile(r"(?=[IVXLCDM]{2})M*(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a mark of punctuation."""

    word: str
    """As it is written, in small letters."""
    number: int | str | None = None
    """What number it means; one that is no whole number as it is written."""
    counts: bool = False
    """Whether it can say how many there are: it is whole and stands by itself."""

    @property
    def weak(self) -> bool:
        """Whether it may mean no number at all."""
        return self.word in WEAK


def tokens(text: str) -> list[Token]:
    """The words, numbers and marks of a text, in their order."""
    text = unicodedata.normalize("NFKC", text)
    pieces = list(PIECES.finditer(text))
    found: list[Token] = []
    place = 0
    while place < len(pieces):
        value, end = _worded(pieces, place)
        if value is None:
            found.append(_single(text, pieces[place]))
            place += 1
            continue
        word = text[pieces[place].start() : pieces[end - 1].end()].casefold()
        found.append(Token(word, value, counts=not _glued(text, pieces[place].start(), pieces[end - 1].end())))
        place = end
    return found


def _single(text: str, piece: re.Match[str]) -> Token:
    """The token of one piece that is no number in words."""
    word = piece[0].casefold()
    if piece[0][0].isdecimal():
        before = text[max(0, piece.start() - 2) : piece.start()]
        if before[-1:].isalnum():
            return Token(word, before[-1:] + word)
        if not WHOLE.fullmatch(piece[0]):
            return Token(word, word)
        if before[-1:] in ("-", "−") and not before[:-1].isalnum():
            return Token(word, "-" + word)
        return Token(word, int(word.replace(",", "")), counts=not _glued(text, piece.start(), piece.end()))
    strange = word in OTHERS or ROMAN.fullmatch(piece[0]) or any(unicodedata.numeric(char, -1) >= 0 for char in word)
    return Token(word, word if strange else None)


def _glued(text: str, start: int, end: int) -> bool:
    """Whether what stands there is part of a larger word or figure: 3-headed, 3/4, level-3."""
    return text[max(0, start - 1) : start] in tuple("-−/⁄") or (
        text[end : end + 1] in tuple("-−/⁄") and text[end + 1 : end + 2].isalnum()
    )


def _worded(pieces: Sequence[re.Match[str]], place: int) -> tuple[int | None, int]:
    """The number in words that begins at a piece, and the piece after it; None where none begins."""
    total, current, below, end = 0, 0, 1000, place
    at = place
    while at < len(pieces):
        word = pieces[at][0].casefold()
        begun = end > place
        if word in ALONE and not begun:
            return ALONE[word], at + 1
        if word in ADDED and ADDED[word] < below and (not begun or ADDED[word]):
            current += ADDED[word]
            below = 10 if ADDED[word] >= 20 else 1
        elif word == "hundred" and current < 100:
            current, below = max(current, 1) * 100, 100
        elif word in SCALES:
            total, current, below = total + max(current, 1) * SCALES[word], 0, 1000
        elif word in GROUPS:
            return total + max(current, 1) * GROUPS[word], at + 1
        else:
            break
        end = at + 1
        at = _next(pieces, at)
    return (total + current if end > place else None), end


def _next(pieces: Sequence[re.Match[str]], at: int) -> int:
    """The piece where a number in words may go on: the next, or that after a hyphen or, past a hundred, an and."""
    after = at + 1
    if after >= len(pieces):
        return after
    hyphen = pieces[after][0] == "-" and pieces[after].start() == pieces[at].end()
    linked = pieces[after][0].casefold() == "and" and pieces[at][0].casefold() in ("hundred", *SCALES)
    if (hyphen or linked) and after + 1 < len(pieces) and pieces[after + 1][0].casefold() in ADDED:
        return after + 1
    return after
