import pytest

from doublebill.games.text.items.amounts import decimals, scaled, unscaled


@pytest.mark.parametrize(("amounts", "count"), [([], 0), ([3, 4.0], 0), ([3, 0.5], 1), ([0.125], 3), ([0.0001], 4)])
def test_decimals_are_as_many_as_the_amounts_need(amounts, count):
    assert decimals(amounts) == count


@pytest.mark.parametrize("amount", [0, 3, 0.1, 0.57, 1.005, 999999.999])
def test_an_amount_is_the_same_after_being_an_integer(amount):
    assert unscaled(scaled(amount, 3), 3) == amount
    assert type(unscaled(scaled(3, 2), 2)) is int
