"""Discrete Gaussian noise, exact, from the randomness of the operating system.

P(x) ∝ exp(-x² / 2σ²) over the whole numbers, drawn as Canonne, Kamath and Steinke do (2020, arXiv:2004.00010,
algorithms 1 to 3), for many numbers at once. Every choice is made on whole numbers: a float that is rounded would let
the lowest digits of a sum tell more than the mechanism claims (Mironov 2012, doi:10.1145/2382196.2382264).
"""

import secrets
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from doublebill.arrays import Ints, Mask

Entropy = Callable[[int], bytes]
"""Returns a number of secret random bytes."""

MOST_DEVIATION = 1 << 31
"""Standard deviations are below this, so that no product here passes 64 bits."""

type Words = npt.NDArray[np.uint64]


def discrete_gaussian(deviation: int, size: int, entropy: Entropy = secrets.token_bytes) -> Ints:
    """Returns [size] independent whole numbers with the standard deviation σ = `deviation`, from 1.

    Raises:
        ValueError: when the deviation is out of range.
    """
    if not 1 <= deviation < MOST_DEVIATION:
        raise ValueError(f"a standard deviation of {deviation} is not from 1 to {MOST_DEVIATION - 1}")
    drawn = np.zeros(size, np.int64)
    missing = np.arange(size)
    while len(missing):
        found = _discrete_laplace(deviation, len(missing), entropy)
        accepted = _accepted(np.abs(found), deviation, entropy)
        drawn[missing[accepted]] = found[accepted]
        missing = missing[~accepted]
    return drawn


def _accepted(sizes: Ints, deviation: int, entropy: Entropy) -> Mask:
    """Returns [sizes] True with probability exp(-(|y| - σ)² / 2σ²).

    With | |y| - σ | = qσ + r the exponent is the sum of q²/2, qr/σ and r²/2σ², whose numbers stay small.
    """
    whole, rest = np.divmod(np.abs(sizes - deviation), deviation)
    accepted = _each_time(whole * whole, np.ones_like(rest), 2, entropy)
    accepted &= _each_time(whole, rest, deviation, entropy)
    return accepted & _falls_off(rest * rest, 2 * deviation * deviation, entropy)


def _each_time(times: Ints, numerators: Ints, denominator: int, entropy: Entropy) -> Mask:
    """Returns [times] True with probability exp(-times · numerator / denominator)."""
    lasting = np.ones(len(times), np.bool_)
    left = times.copy()
    while len(trying := np.flatnonzero(lasting & (left > 0))):
        lasting[trying] = _falls_off(numerators[trying], denominator, entropy)
        left[trying] -= 1
    return lasting


def _falls_off(numerators: Ints, denominator: int, entropy: Entropy) -> Mask:
    """Returns [numerators] True with probability exp(-numerator / denominator), of fractions from 0 to 1.

    Coins with chances γ/1, γ/2, γ/3, … are thrown until one fails: the number of throws is odd so often.
    """
    throws = np.zeros(len(numerators), np.int64)
    going = np.arange(len(numerators))
    while len(going):
        throws[going] += 1
        won = _below(denominator, len(going), entropy) < numerators[going]
        won &= _one_in(throws[going], entropy)
        going = going[won]
    return np.asarray(throws % 2 == 1)


def _one_in(numbers: Ints, entropy: Entropy) -> Mask:
    """Returns [numbers] True with probability 1 / number."""
    won = np.empty(len(numbers), np.bool_)
    for number in np.unique(numbers).tolist():
        places = np.flatnonzero(numbers == number)
        won[places] = _below(number, len(places), entropy) == 0
    return won


def _discrete_laplace(scale: int, size: int, entropy: Entropy) -> Ints:
    """Returns [size] whole numbers with P(x) ∝ exp(-|x| / scale)."""
    drawn = np.zeros(size, np.int64)
    missing = np.arange(size)
    while len(missing):
        rests = _below(scale, len(missing), entropy)
        kept = _falls_off(rests, scale, entropy)
        wholes = _failures(len(missing), entropy)
        sizes, negative = rests + scale * wholes, _below(2, len(missing), entropy) == 1
        kept &= ~(negative & (sizes == 0))
        drawn[missing[kept]] = np.where(negative, -sizes, sizes)[kept]
        missing = missing[~kept]
    return drawn


def _failures(size: int, entropy: Entropy) -> Ints:
    """Returns [size] how often a coin with chance 1/e wins before it fails."""
    wins = np.zeros(size, np.int64)
    going = np.arange(size)
    while len(going):
        going = going[_falls_off(np.ones(len(going), np.int64), 1, entropy)]
        wins[going] += 1
    return wins


def _below(end: int, size: int, entropy: Entropy) -> Ints:
    """Returns [size] whole numbers from 0, all below `end` equally likely."""
    mask = np.uint64((1 << (end - 1).bit_length()) - 1)
    drawn = _words(size, entropy) & mask
    while len(high := np.flatnonzero(drawn >= end)):
        drawn[high] = _words(len(high), entropy) & mask
    return drawn.astype(np.int64)


def _words(size: int, entropy: Entropy) -> Words:
    return np.frombuffer(entropy(8 * size), np.uint64).copy()
