import itertools
from fractions import Fraction

import pytest

from doublebill.errors import InvalidInput
from doublebill.games.dice import Dice
from doublebill.games.text.grammar import rule_weights
from doublebill.games.text.grammar.rule_weights import UNIT, learned
from doublebill.games.text.grammar.rules import Grammar
from doublebill.games.text.grammar.tracery import read_grammar


def weights(grammar, examples, facts=None):
    return learned(read_grammar(grammar, {}, "grammar"), facts or {}, "origin", examples, "examples")


def shares(found):
    return {name: [round(one / sum(own), 3) for one in own] for name, own in found.items()}


def test_rules_weigh_as_often_as_they_were_taken_and_one_text_more():
    found = weights({"origin": ["a#b#", "c"], "b": ["x", "y"], "d": ["1", "2"]}, ["ax", "ax", "ay", "c"])
    assert shares(found) == {"origin": [0.7, 0.3], "b": [0.625, 0.375], "d": [0.5, 0.5]}
    assert all(isinstance(one, int) and one > 0 for own in found.values() for one in own)


A, B = ("x", "xx"), ("x", "xx", "xxx")


def by_hand(texts, rounds):
    """The weights of `#a##b#` after some rounds, from every way to make each text, in fractions."""
    a, b = [Fraction(1, 2)] * 2, [Fraction(1, 3)] * 3
    for _ in range(rounds):
        taken_a, taken_b = [Fraction(1, 2)] * 2, [Fraction(1, 3)] * 3
        for text in texts:
            pairs = [(n, m) for n, m in itertools.product(range(2), range(3)) if A[n] + B[m] == text]
            whole = sum(a[n] * b[m] for n, m in pairs)
            for n, m in pairs:
                taken_a[n] += a[n] * b[m] / whole
                taken_b[m] += a[n] * b[m] / whole
        a, b = [one / sum(taken_a) for one in taken_a], [one / sum(taken_b) for one in taken_b]
    return [*a, *b]


@pytest.mark.parametrize("rounds", [1, 2, 6])
def test_weights_are_those_of_expectation_maximisation_in_fractions(monkeypatch, rounds):
    monkeypatch.setattr(rule_weights, "ROUNDS", rounds)
    texts = ["xxx"] * 3 + ["xx", "xxxx"]
    found = weights({"origin": "#a##b#", "a": A, "b": B}, texts)
    exact = by_hand(texts, rounds)
    assert [one / UNIT for one in (*found["a"], *found["b"])] == pytest.approx([float(one) for one in exact], abs=2e-4)


def test_weights_that_texts_were_written_with_are_found_again():
    grammar = {
        "origin": ["#[h:#name#]told#", "#animal.a.capitalize# #verb.ed#. #name.capitalize# #verb.s#."],
        "told": ["#h# and #animal.s# #verb.ed#", "#h.capitalize# #verb.s#, #name# too"],
        "name": ["ada", "bea", "cy"],
        "animal": ["owl", "fox", "pony"],
        "verb": ["carry", "walk", "box"],
    }
    true = {"origin": (3, 1), "told": (1, 2), "name": (6, 3, 1), "animal": (1, 1, 8), "verb": (1, 4, 1)}
    whole = Grammar.of(read_grammar(grammar, true, "grammar"), "grammar")
    found = shares(weights(grammar, [whole.expand("origin", Dice(1, "test", seed))[0] for seed in range(200)]))
    for name, own in true.items():
        assert found[name] == pytest.approx([one / sum(own) for one in own], abs=0.12)


def test_facts_of_texts_need_not_be_those_of_the_request():
    grammar = {"origin": ["slay #ogre# ogres", "go to #place#"]}
    found = weights(grammar, ["slay 12 ogres", "slay 3 ogres", "go to Old Ham"], {"ogre": True, "place": False})
    assert shares(found) == {"origin": [0.625, 0.375]}


@pytest.mark.parametrize(
    ("grammar", "examples", "field"),
    [
        ({"origin": ["a", "b"]}, ["a", "c"], "examples[1]"),
        ({"origin": "#a#" * 12, "a": "#b#" * 20, "b": "x"}, ["x" * 240], "examples[0]"),
        ({"origin": ["#origin##origin#", "x", ""]}, ["x" * 400], "examples[0]"),
        ({"origin": "#" + "a.s.s.s.s.s.s.s" + "#", "a": "b"}, ["b"], "examples"),
    ],
)
def test_texts_that_cannot_be_learned_from_are_refused_naming_them(monkeypatch, grammar, examples, field):
    monkeypatch.setattr(rule_weights, "STEPS", 20_000)
    with pytest.raises(InvalidInput) as refused:
        weights(grammar, examples)
    assert [one.field for one in refused.value.complaints] == [field]


def test_numbers_beyond_all_bounds_stay_small():
    nothing = {"origin": ["#a#" * 3, "x"], "a": ["#b#" * 3, ""], "b": ["#c#" * 3, ""], "c": ["#origin#" * 3, ""]}
    assert weights(nothing, ["", "x"])["origin"][1] > UNIT // 4
