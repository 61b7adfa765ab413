"""Temperature: integer weights raised to a power, in integers, so that every machine raises them the same."""

import functools
from math import isqrt

import numpy as np

from doublebill.arrays import Ints, Mask

FRACTION = 16
"""Binary places of a logarithm."""

UNIT = 30
"""Binary places of a number between one and two."""

DOUBT = 2**-11
"""Distance from a whole number below which a logarithm is computed in integers."""

TOP = 40
"""The logarithm of the largest weight that is given back."""


def _roots() -> list[int]:
    """2 to the power of -1/2, -1/4, … in units of 2**-`UNIT`."""
    found, root = [], 1 << (UNIT - 1)
    for _ in range(FRACTION):
        root = isqrt(root << UNIT)
        found.append(root)
    return found


ROOTS = _roots()


def tempered(weights: Ints, percent: int) -> Ints:
    """Raises weights to the power of 100 / `percent`, and scales them if it is not 100; zero stays zero.

    They are below 2**52. Scaled, the largest is 2**`TOP`, and what would be less than one is nothing too.
    """
    if percent == 100:
        return weights
    some = weights > 0
    if not some.all():
        return _some_tempered(weights, some, percent)
    logs = logarithms(weights)
    less = np.minimum((logs.max() - logs) * 100 // percent, (TOP + 1) << FRACTION)
    power: Ints = (_powers()[less & (1 << FRACTION) - 1] << (TOP - UNIT)) >> (less >> FRACTION)
    return power


def _some_tempered(weights: Ints, some: Mask, percent: int) -> Ints:
    """The same where some are nothing, or all."""
    whole = np.zeros_like(weights)
    if some.any():
        whole[some] = tempered(weights[some], percent)
    return whole


@functools.cache
def _powers() -> Ints:
    """[2**FRACTION] 2 to the power of minus each fraction, in units of 2**-`UNIT`."""
    less = np.arange(1 << FRACTION)
    power = np.full(len(less), 1 << UNIT, np.int64)
    for bit, root in enumerate(ROOTS, 1):
        power = np.where(less >> (FRACTION - bit) & 1, power * root >> UNIT, power)
    return power


def logarithms(numbers: Ints) -> Ints:
    """Returns base-2 logarithms of numbers from 1 to 2**52, in units of 2**-`FRACTION`, equal to those by squaring.

    That rounds down, and by no more than 5 / 2**14 units too far: each of its steps loses less than two parts in
    2**`UNIT`, and counts half of the one before. So wherever a logarithm in floats, which is wrong by far less, stands
    further than `DOUBT` from where it would be rounded otherwise, both are the same.
    """
    exact = np.log2(numbers.astype(np.float64)) * (1 << FRACTION)
    whole = np.floor(exact)
    over = exact - whole
    if over.min() < DOUBT or over.max() > 1 - DOUBT:
        return logarithms_by_squaring(numbers)
    return whole.astype(np.int64)


def logarithms_by_squaring(numbers: Ints) -> Ints:
    """Computes base-2 logarithms of numbers from 1 to 2**52, in units of 2**-`FRACTION`, by repeated squaring."""
    _, digits = np.frexp(numbers.astype(np.float64))  # exact below 2**53
    whole = digits.astype(np.int64) - 1
    mantissa = np.where(whole > UNIT, numbers >> np.maximum(whole - UNIT, 0), numbers << np.maximum(UNIT - whole, 0))
    logs = whole << FRACTION
    for bit in range(1, FRACTION + 1):
        mantissa = mantissa * mantissa >> UNIT
        two = mantissa >> (UNIT + 1)
        mantissa >>= two
        logs += two << (FRACTION - bit)
    return logs
