"""Faults: reasons to refuse a rewording, so that no unchecked text is ever answered.

Each placeholder must come back once, beside no letter and behind no word that makes it another amount; no number, name
or thing may be added. This proves facts, not sense: that foes are still to be slain, not spared, is left to the model.
Words for numbers and things are recognised in English. In doubt a rewording is refused, and the plain text is kept.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

from doublebill.games.text.rewriting.number_words import folded, has_number, words_of
from doublebill.games.text.rewriting.placeholders import PLACEHOLDER, RewriteDraft, joined

type Fault = Literal["malformed", "unchanged", "not-text", "too-long", "fact-missing", "fact-added"]

MARKS = frozenset(" !\"'(),-.:;?")
"""ASCII characters besides letters that a rewording may have; any other only where the source has it."""

PUNCTUATION = ("Po", "Pd", "Pi", "Pf")
"""Categories of Unicode's punctuation that other scripts may use."""

BEGINNINGS = ".!?…:;–—(\"“”„«»'‘’。！？"
"""After these a capital letter says nothing."""

MASK = "§"
"""Stands for every placeholder while the words around them are looked at."""

ARTICLES = "a an the these those my your his her its our their"
QUANTITIES = "this some any no many few several each every another other most more less least fewer extra than except"
SIGNS = "minus negative point"
MULTIPLES = "percent myriad gross"
PARTS = "some any many most few several none part parts piece pieces share rest number"

SECOND_ARTICLE = rf"\b(?:{'|'.join(ARTICLES.split())})(?: +[^\W\d_]+)? +\{{(\d+)\}}"
"""With one adjective in between at most; a count brings its own article."""

OTHER_AMOUNT = (
    rf"\b(?:(?:{'|'.join([*QUANTITIES.split(), *SIGNS.split()])})|(?:{'|'.join(PARTS.split())}) of|up to) +\{{(\d+)\}}"
    rf"|\{{(\d+)\}} (?:(?:or|and) (?:more|fewer|less)|{'|'.join(MULTIPLES.split())})\b"
)
"""A number with words that make it another."""

RUN_TOGETHER = re.compile(r"\}[.,:;/'’·]?\{")
"""Placeholders that would read as one number: 1,200."""

SIDE_BY_SIDE = re.compile(r"(?=\{(\d+)\}\s+\{(\d+)\})")
"""Placeholders with blanks between them, which are one number if both are numbers: 1 200."""


def fault(draft: RewriteDraft, rewording: str) -> Fault | None:
    """Returns the reason to answer the plain text instead of the rewording, or None."""
    rest = PLACEHOLDER.sub(MASK, rewording)
    if not rewording.strip():
        return "malformed"
    if not rewording.isprintable() or not _is_text(rest, draft.masked):
        return "not-text"
    return _placeholder_fault(draft, rewording) or _text_fault(draft, rewording) or _words_fault(draft, rest)


def _is_text(rest: str, masked: str) -> bool:
    """Whether all characters are those of sentences or stand in the source; what looks like a brace is neither."""
    own = set(unicodedata.normalize("NFKC", PLACEHOLDER.sub("", masked)))
    return all(
        char in MARKS or char in own or category[0] in "LMN" or (not char.isascii() and category in PUNCTUATION)
        for char in unicodedata.normalize("NFKC", rest)
        if (category := unicodedata.category(char))
    )


def _placeholder_fault(draft: RewriteDraft, rewording: str) -> Fault | None:
    """Whether each placeholder stands there once, and so that its fact reads as it does in the source."""
    wanted = Counter(range(1, len(draft.facts) + 1))
    found = Counter(int(number) for number in PLACEHOLDER.findall(rewording))
    if wanted - found:
        return "fact-missing"
    if found - wanted:
        return "fact-added"
    glued = any(
        joined(rewording, one.start(), one.end()) and not draft.facts[int(one[1]) - 1].joined
        for one in PLACEHOLDER.finditer(rewording)
    )
    run_together = RUN_TOGETHER.search(rewording) and not RUN_TOGETHER.search(draft.masked)
    one_number = _numbers_side_by_side(draft, rewording) - _numbers_side_by_side(draft, draft.masked)
    return "fact-missing" if glued or run_together or one_number or _other_amounts(draft, rewording) else None


def _numbers_side_by_side(draft: RewriteDraft, text: str) -> set[tuple[str, ...]]:
    """Returns the pairs of placeholders that stand side by side and are numbers or counts."""
    return {
        pair
        for pair in SIDE_BY_SIDE.findall(text)
        if all(draft.facts[int(number) - 1].role in ("number", "count") for number in pair)
    }


def _other_amounts(draft: RewriteDraft, rewording: str) -> bool:
    for pattern, roles in ((SECOND_ARTICLE, ("count",)), (OTHER_AMOUNT, ("count", "number"))):
        source = _numbers(pattern, draft.masked)
        if any(draft.facts[number - 1].role in roles for number in _numbers(pattern, rewording) - source):
            return True
    return False


def _numbers(pattern: str, text: str) -> set[int]:
    """The numbers of the placeholders that a pattern finds."""
    return {int(number) for found in re.finditer(pattern, folded(text)) for number in found.groups() if number}


def _text_fault(draft: RewriteDraft, rewording: str) -> Fault | None:
    text = draft.filled(rewording)
    if len(text) > draft.longest:
        return "too-long"
    return "unchanged" if text.casefold() in (draft.plain.casefold(), draft.source.casefold()) else None


def _words_fault(draft: RewriteDraft, rest: str) -> Fault | None:
    """Whether a number, a thing, or a word with a capital letter was added."""
    own, words = words_of(PLACEHOLDER.sub(MASK, draft.masked)), words_of(rest)
    things = {thing for thing in draft.reserved if _has(words, thing) and not _has(own, thing)}
    names = {folded(word) for word in _capitalised(rest)} - set(own)
    return "fact-added" if has_number(rest) or things or names else None


def _has(words: Sequence[str], thing: str) -> bool:
    return f" {thing} " in f" {' '.join(words)} "


def _capitalised(text: str) -> Iterator[str]:
    """The words that begin with a capital although no sentence or quotation begins with them."""
    for word in re.finditer(r"[^\W\d_]+", text):
        before = text[: word.start()].rstrip()
        if word[0][0].isupper() and word[0] != "I" and before and before[-1] not in BEGINNINGS:
            yield word[0]
