"""Weights of experts: how much each level of the chains counts in a kind of context, learned from left-out words.

Deleted interpolation (Jelinek and Mercer 1980): each part of the words is left out once, and expectation maximisation
finds the weights under which it is likeliest. It uses additions, multiplications and divisions alone, which every IEEE
754 machine rounds the same.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from doublebill.arrays import Floats, Ints
from doublebill.games.text.names.ngrams import ONE, Chain
from doublebill.games.text.names.word_symbols import LETTERS, WordSymbols, base_of, word_symbols

RUNS, PLACED = (3, 4, 5), (3, 4, 5)
"""Levels that are experts: of the letters before, and of those with the place as second part."""

FOLDS, ROUNDS = 4, 15
"""Parts of the words, each left out once; rounds of expectation maximisation."""

PRIOR = 30.0
"""Symbols that the weights of all contexts count for in those of one."""

OFTEN = (2, 3, 5, 12)
"""Bounds between kinds of context, by the count of the longest one."""

SCALE = 1 << 12
"""The sum, but for rounding, of the weights of one kind of context."""

WEIGHTS = (LETTERS + 1) * (len(OFTEN) + 1), len(RUNS) + len(PLACED)
"""Kinds of context, and experts."""


def learn_weights(words: Sequence[str], letters: str) -> Ints:
    """Returns [kinds of context, experts] the weights that explain left-out words best, as integers."""
    folds = min(FOLDS, len(words))
    kinds, chances = [], []
    for fold in range(folds if folds > 1 else 0):
        counted = [word for n, word in enumerate(words) if n % folds != fold]
        left_out = word_symbols(words[fold::folds], letters)
        chains = count_chains(counted, letters)
        kinds.append(context_kinds(chains[0], left_out))
        chances.append(expert_chances(chains, left_out))
    return _integers(_likeliest(kinds, chances))


def count_chains(words: Sequence[str], letters: str) -> tuple[Chain, Chain]:
    """Counts the chain of the letters before, and the one with the place in the word."""
    symbols = word_symbols(words, letters)
    count, base = len(letters) + 1, base_of(letters)
    return Chain.of(symbols.runs, symbols.symbols, count, base), Chain.of(symbols.placed, symbols.symbols, count, base)


def expert_chances(chains: tuple[Chain, Chain], symbols: WordSymbols) -> Floats:
    """Returns [symbols, experts] the probability that each expert gives to each symbol."""
    runs = chains[0].probabilities(symbols.runs, symbols.symbols)
    placed = chains[1].probabilities(symbols.placed, symbols.symbols)
    chances = np.stack([runs[level] for level in RUNS] + [placed[level] for level in PLACED], axis=1)
    return np.maximum(chances, 1) / ONE


def context_kind(level: int, often: int) -> int:
    """Returns the kind of a context by its length and count."""
    return level * (len(OFTEN) + 1) + sum(often >= bound for bound in OFTEN)


def context_kinds(runs: Chain, symbols: WordSymbols) -> Ints:
    """Returns [symbols] the kind of context before each symbol."""
    level = np.zeros(len(symbols.symbols), np.int64)
    often = np.full(len(symbols.symbols), runs.plain[0].totals[0])
    for number, (table, keys) in enumerate(zip(runs.plain, symbols.runs, strict=True)):
        places = table.find(keys)
        level[places >= 0] = number
        often = np.where(places >= 0, table.totals[places], often)
    kinds: Ints = level * (len(OFTEN) + 1) + np.searchsorted(OFTEN, often, side="right")
    return kinds


def _likeliest(kinds: Sequence[Ints], chances: Sequence[Floats]) -> Floats:
    """[kinds of context, experts] the weights under which what was left out is likeliest."""
    count, experts = WEIGHTS
    even = np.full(WEIGHTS, 1 / experts)
    if not chances:
        return even
    context, likely = np.concatenate(kinds), np.concatenate(chances)
    overall = _maximised(np.zeros_like(context), likely, even[:1], 0.0)
    return _maximised(context, likely, np.repeat(overall, count, axis=0), PRIOR)


def _maximised(context: Ints, likely: Floats, start: Floats, prior: float) -> Floats:
    """The weights after some rounds, drawn towards where they start as if `prior` symbols had been explained so."""
    weights = start
    for _ in range(ROUNDS):
        parts = weights[context] * likely
        parts /= _summed(parts)
        counts = [np.bincount(context, column, len(start)) for column in parts.T]
        weights = np.stack(counts, axis=1) + prior * start
        weights /= np.maximum(_summed(weights), 1e-300)
    return weights


def _summed(rows: Floats) -> Floats:
    """[rows, 1] the sum of each row, its entries added from left to right: numpy's own order depends on the machine."""
    whole = rows[:, :1].copy()
    for first, last in pairwise(range(1, rows.shape[1] + 1)):
        whole += rows[:, first:last]
    return whole


def _integers(weights: Floats) -> Ints:
    """The weights in units of 1 / `SCALE`, each one at least."""
    return np.maximum(np.floor(weights * SCALE), 1).astype(np.int64)
