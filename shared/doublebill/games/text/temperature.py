"""Temperature: integer weights raised to a power, in integers, so that every machine raises them the same."""

from math import isqrt

import numpy as np

from doublebill.games.text.ngrams import Ints

FRACTION = 16
"""Binary places of a logarithm."""

UNIT = 30
"""Binary places of a number between one and two."""

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
    """The weights to the power of 100 / `percent`, scaled where it is not 100; nothing stays nothing.

    They are below 2**52. Scaled, the largest is 2**`TOP`, and what would be less than one is nothing too.
    """
    some = weights > 0
    if percent == 100 or not some.any():
        return weights
    logs = _logarithms(np.maximum(weights, 1))
    less = (int(logs[some].max()) - logs) * 100 // percent
    less = np.clip(less, 0, (TOP + 1) << FRACTION)
    power = np.full(len(weights), 1 << UNIT, np.int64)
    for bit, root in enumerate(ROOTS, 1):
        power = np.where(less >> (FRACTION - bit) & 1, power * root >> UNIT, power)
    return np.where(some, (power << (TOP - UNIT)) >> (less >> FRACTION), 0)


def _logarithms(numbers: Ints) -> Ints:
    """The base-2 logarithms of numbers from 1 to 2**52, in units of 2**-`FRACTION`, by repeated squaring."""
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
