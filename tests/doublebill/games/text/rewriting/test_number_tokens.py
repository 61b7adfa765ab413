"""Numbers in sentences, in digits and in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doublebill.games.text.rewriting.number_tokens import tokens

ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
TEENS = [f"{stem}teen" for stem in ("thir", "four", "fif", "six", "seven", "eigh", "nine")]
SMALL = [*ONES, *TEENS]
TENS = [f"{stem}ty" for stem in ("twen", "thir", "for", "fif", "six", "seven", "eigh", "nine")]


def in_words(number):
    """A number below a million as English writes it."""
    if number < 20:
        return SMALL[number]
    if number < 100:
        ten, one = divmod(number, 10)
        return TENS[ten - 2] + (f"-{SMALL[one]}" if one else "")
    if number < 1000:
        hundred, rest = divmod(number, 100)
        return f"{SMALL[hundred]} hundred" + (f" and {in_words(rest)}" if rest else "")
    thousand, rest = divmod(number, 1000)
    link = " and " if 0 < rest < 100 else " "
    return f"{in_words(thousand)} thousand" + (link + in_words(rest) if rest else "")


def numbers(text):
    return [token.number for token in tokens(text) if token.number is not None]


def counting(text):
    return [token.number for token in tokens(text) if token.counts]


@given(st.lists(st.integers(0, 999_999), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_numbers_are_read_alike_in_digits_and_in_words(wanted, chance):
    spelled = [chance.choice([str, in_words, lambda n: f"{n:,}", lambda n: in_words(n).title()])(n) for n in wanted]
    text = "Slay " + " ogres, then ".join(spelled) + " goblins."
    assert numbers(text) == counting(text) == wanted


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("two or three, four", [2, 3, 4]),
        ("five six", [5, 6]),
        ("twenty one ogres", [21]),
        ("a hundred and a key", [100]),
        ("two dozen, a dozen, threescore", [24, 12, "threescore"]),
        ("both, a pair, a couple, a trio", [2, 2, 2, 3]),
        ("one, a single one, the sole key", [1, 1, 1, 1]),
        ("nobody, tone, often, attend, weight, height", []),
        ("the third, half, dozens, twice", ["third", "half", "dozens", "twice"]),
        ("1.5 and 5k and 3rd and 20%", ["1.5", "5k", "3rd", "20%"]),
        ("-3 degrees, −4, V2, x10", ["-3", "-4", "V2", "x10"]),
        ("Part III, I went", ["iii"]),
        ("½ ³ ４ ٣ Ⅷ", [1, 2, 3, 4, 3, "viii"]),
        ("三", ["三"]),
        ("", []),
    ],
)
def test_what_is_no_whole_number_equals_itself_alone(text, found):
    assert numbers(text) == found


@pytest.mark.parametrize("text", ["3-headed", "three-headed", "level-3", "3/4", "1/3", "-3", "3rd", "V3", "½"])
def test_a_number_inside_another_word_counts_nothing(text):
    assert counting(text) == []


def test_a_number_before_a_dash_between_words_counts():
    assert counting("3 - three, 3-") == [3, 3, 3]


@given(st.text(max_size=60))
def test_any_text_is_read(text):
    assert all(token.word for token in tokens(text))
