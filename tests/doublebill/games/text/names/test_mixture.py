import hashlib
import math
import random
from pathlib import Path

import numpy as np
import pytest

from doublebill.games.text.names import ngrams
from doublebill.games.text.names.expert_weights import SCALE
from doublebill.games.text.names.mixture import Mixture
from doublebill.games.text.names.ngrams import ONE, PART, Table, discounts
from doublebill.games.text.names.word_symbols import END

NAMES = Path(__file__).resolve().parents[6] / "shared" / "data" / "makemore" / "names.txt"

WORDS = [a + b for a in ("ba", "do", "ki", "lu", "mo", "ra") for b in ("na", "ri", "to", "vel", "son")]


def test_what_follows_a_context_is_likelier_than_what_never_did():
    mixture = Mixture.of(WORDS)
    after = mixture.after(mixture.numbers("ve"))
    assert mixture.letters[int(after.argmax()) - 1] == "l"
    assert after[END] < after.max() // 2


def test_every_expert_sums_to_one_but_for_rounding():
    mixture = Mixture.of(WORDS)
    for before in ("", "b", "ba", "bana", "zzz".replace("z", "k"), "sonsonsonson"):
        runs = mixture.runs.places([*mixture.numbers(before)[::-1], 0, 0, 0, 0, 0][:5])
        for row in mixture.runs.rows(runs, (0, 1, 2, 3)):
            assert ONE - 100 < int(row.sum()) <= ONE
        assert 0.98 * ONE * SCALE < int(mixture.after(mixture.numbers(before)).sum()) <= ONE * SCALE


def test_the_entropy_of_many_words_is_that_of_each_letter_drawn():
    mixture = Mixture.of(WORDS)
    held_out = ["banri", "mosonna", "kiki", "r"]
    nats, count = 0.0, 0
    for word in held_out:
        symbols = [*mixture.numbers(word), END]
        for n, symbol in enumerate(symbols):
            weights = mixture.after(symbols[:n])
            nats -= math.log(int(weights[symbol]) / int(weights.sum()))
            count += 1
    # each expert may lose a few units of rounding, so that the two agree, and the first is never the better
    assert mixture.nats(held_out) == pytest.approx(nats / count, abs=1e-4)
    assert mixture.nats(held_out) >= nats / count - 1e-9


def test_the_discounts_are_those_of_chen_and_goodman():
    counts = np.repeat([1, 2, 3, 4, 9], [40, 20, 10, 5, 3])
    y = 40 / (40 + 2 * 20)
    expected = [1 - 2 * y * 20 / 40, 2 - 3 * y * 10 / 20, 3 - 4 * y * 5 / 10]
    taken = discounts(counts)
    assert taken[0] == 0
    assert [one / PART for one in taken[1:]] == pytest.approx(expected, abs=2 / PART)


def test_a_table_shares_out_what_the_discounts_left_by_the_shorter_context():
    keys, symbols = np.array([5, 5, 5, 7]), np.array([1, 1, 2, 3])
    table = Table.of(keys, symbols, 4)
    lower = np.full(4, ONE // 4)
    row = table.row(0, lower)
    assert list(row) == [int(table.smoothed(np.array([5]), np.array([s]), lower[:1])[0]) for s in range(4)]
    assert row[2] > row[3] == row[0] > 0
    assert int(table.smoothed(np.array([6]), np.array([1]), lower[:1])[0]) == ONE // 4


def test_rows_worked_out_at_once_are_those_of_each_context(monkeypatch):
    mixture = Mixture.of(WORDS)
    chain = mixture.runs
    places = [chain.places(mixture.numbers(before[::-1])) for before in ("", "a", "ar", "vel", "avel", "kkkk")]
    assert {len(one) for one in places} > {1, 2, 3}
    at_once = [chain.rows(one, range(6)) for one in places]
    monkeypatch.setattr(ngrams, "READY", 0)
    alone = [Mixture.of(WORDS).runs.rows(one, range(6)) for one in places]
    assert np.array_equal(at_once, alone)


@pytest.mark.parametrize("percent", [100, 60, 250])
def test_steps_weigh_letters_as_the_mixture_does(percent):
    mixture = Mixture.of(WORDS)
    for name in ("bavelkokokorison", "na", "kkna", "kkkkkkkkkkkkna"):
        step, word = mixture.first([], percent), []
        for number in mixture.numbers(name):
            word.append(number)
            step = mixture.on(step, number, percent)
            weights = mixture.after(word, percent)
            assert [step.end, *step.sums] == [weights[END], *np.cumsum(weights[1:])]


def test_one_word_is_enough_to_learn_from():
    mixture = Mixture.of(["ab"])
    assert mixture.after([]).argmax() == 1


def test_the_weights_are_the_same_on_every_machine():
    weights = Mixture.of(WORDS).weights
    assert hashlib.sha256(weights.astype("<i8").tobytes()).hexdigest()[:16] == "528ec90a084b7b38"


if NAMES.exists():  # beside the checkout; nowhere else is there such a test

    def test_real_names_are_learned_as_well_as_promised():
        words = list(dict.fromkeys(NAMES.read_text().split()))
        random.Random(42).shuffle(words)
        # a quarter of what there is to learn from already beats 2.10, a published network that learned from all of it
        mixture = Mixture.of(words[: len(words) // 5])
        assert mixture.nats(words[int(0.8 * len(words)) : int(0.9 * len(words))]) < 2.10
