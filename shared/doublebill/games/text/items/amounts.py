"""Amounts: weights and values of items, which may have up to three decimals and are drawn as integers."""

from collections.abc import Iterable

MOST_DECIMALS = 3

type Amount = int | float


def decimals(amounts: Iterable[Amount]) -> int:
    """Returns the decimals that the amounts need, at most one more than there may be."""
    found = list(amounts)
    return next((n for n in range(MOST_DECIMALS + 1) if all(round(one, n) == one for one in found)), MOST_DECIMALS + 1)


def scaled(amount: Amount, digits: int) -> int:
    """Returns an amount of so many decimals as an integer."""
    units: int = 10**digits
    return round(amount * units)


def unscaled(number: int, digits: int) -> Amount:
    """Returns the amount of an integer that `scaled` gave, as an integer where it is whole."""
    units: int = 10**digits
    return number / units if number % units else number // units
