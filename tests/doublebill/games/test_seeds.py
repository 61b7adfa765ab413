import pytest

from doublebill.errors import InvalidInput
from doublebill.games.seeds import canonical, derived


def test_the_digits_of_an_integer_are_that_integer():
    assert canonical("42") == 42
    assert canonical("0") == 0
    assert canonical("9007199254740991") == 2**53 - 1


@pytest.mark.parametrize("seed", ["042", "+1", "-1", "4e1", " 42", "٤٢", "9007199254740992", "9" * 200, "a"])
def test_any_other_string_stays_a_string(seed):
    assert canonical(seed) == seed


@pytest.mark.parametrize("seed", [-1, 2**53, 2**63, "", "x" * 257, "\ud800", True, 1.0, None])
def test_what_is_no_seed_is_refused_by_name(seed):
    with pytest.raises(InvalidInput, match=r"^seed: (missing|.* is not valid); "):
        canonical(seed)


def test_the_first_of_a_batch_has_the_seed_itself_and_the_others_their_own():
    assert [derived("42", index) for index in range(3)] == [42, "42#1", "42#2"]


def test_derived_seeds_are_seeds_whose_first_item_is_themselves():
    for seed in (derived("x" * 256, 1), derived("x" * 254, 10), derived(2**53 - 1, 99)):
        assert derived(seed, 0) == seed


def test_two_long_seeds_derive_two_seeds():
    assert derived("x" * 256, 1) != derived("x" * 256, 2)
