import pytest

from doublebill.errors import InvalidInput
from doublebill.games.dice import Dice
from doublebill.games.text.grammar.modifiers import TEXT_LENGTH, modified
from doublebill.games.text.grammar.rules import DEPTH, SIZE, Grammar
from doublebill.games.text.grammar.tracery import read_grammar


def texts(written, count=60, weights=None):
    grammar = Grammar.of(read_grammar(written, weights or {}, "grammar"), "grammar")
    return [grammar.expand("origin", Dice(1, "test", seed))[0] for seed in range(count)]


def test_symbols_are_expanded_and_modified():
    written = {"origin": "#animal.a.capitalize# saw #animal.s#.", "animal": ["owl", "fox", "pony"]}
    assert set(texts(written)) == {
        f"{a} saw {s}." for a in ("An owl", "A fox", "A pony") for s in ("owls", "foxes", "ponies")
    }


def test_what_is_kept_is_the_same_everywhere_until_it_is_forgotten():
    written = {
        "origin": "#[hero:#name#]told# [hero:Cy]#hero#[hero:POP]#hero#",
        "told": "#hero# is #hero#",
        "name": ["A", "B"],
    }
    assert set(texts(written)) == {"A is A Cy((hero))", "B is B Cy((hero))"}


def test_a_backslash_takes_the_next_character_as_it_is():
    assert texts({"origin": "\\#1 \\[x\\] \\\\"}, 1) == ["#1 [x] \\"]


def test_weights_are_kept_and_what_weighs_nothing_never_comes():
    found = texts({"origin": ["a", "b", "c"]}, 400, {"origin": [3, 0, 1]})
    assert set(found) == {"a", "c"}
    assert 270 < found.count("a") < 330


def test_every_text_of_a_grammar_without_end_ends():
    wide = {"origin": ["#origin#" * 50, "#origin##origin#", "x"]}
    found = texts(wide, 60)
    assert 1 < max(len(text) for text in found) <= SIZE
    deep = {"origin": ["(#origin#)"] * 50 + ["."]}
    assert max(text.count("(") for text in texts(deep, 300)) == DEPTH - 1


def test_kept_values_that_double_are_cut_off():
    doubling = {"origin": "[a:xxxxxxxxxx]" + "[a:#a##a#]" * 12 + "#a#"}
    assert [len(text) for text in texts(doubling, 2)] == [TEXT_LENGTH] * 2


def test_replacements_that_multiply_are_cut_off():
    doubling = {"origin": "#a" + ".replace(x,xxxxxxxxxx)" * 20 + "#", "a": "x"}
    assert [len(text) for text in texts(doubling, 2)] == [TEXT_LENGTH] * 2


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ({"origin": "#origin#"}, "grammar.origin"),
        ({"origin": "a", "b": ["#c#"], "c": ["#b#"]}, "grammar.b"),
        ({"origin": "#nobody#"}, "grammar.origin"),
        ({"origin": ["fine", "#a"]}, "grammar.origin[1]"),
        ({"origin": "#a.replace#", "a": "b"}, "grammar.origin"),
        ({"origin": "#a.replace(b)#", "a": "b"}, "grammar.origin"),
        ({"origin": "[a:b"}, "grammar.origin"),
        ({"origin": "[a]"}, "grammar.origin"),
        ({"origin": "##"}, "grammar.origin"),
        ({"origin": "[a:" * 300}, "grammar.origin"),
        ({"origin": "x" * 501}, "grammar.origin"),
        ({"origin": "#a#" * 61, "a": "b"}, "grammar.origin"),
        ({"origin": []}, "grammar.origin"),
    ],
)
def test_a_grammar_that_cannot_be_used_is_refused_naming_the_rule(written, field):
    with pytest.raises(InvalidInput) as refused:
        texts(written, 1)
    assert [one.field for one in refused.value.complaints] == [field]


@pytest.mark.parametrize("weights", [{"origin": [1, 2]}, {"origin": [0]}, {"other": [1]}])
def test_weights_that_do_not_fit_are_refused(weights):
    with pytest.raises(InvalidInput) as refused:
        texts({"origin": "a"}, 1, weights)
    assert [one.field for one in refused.value.complaints] == [f"spec.weights.{name}" for name in weights]


@pytest.mark.parametrize(
    ("modifier", "before", "after"),
    [
        ("s", "box", "boxes"), ("s", "day", "days"), ("s", "city", "cities"), ("ed", "free", "freed"),
        ("ed", "carry", "carried"), ("ed", "stay", "stayd"), ("s", "elf", "elfs"), ("s", "waltz", "waltzs"),
        ("a", "unicorn", "a unicorn"), ("a", "hour", "a hour"), ("a", "urn", "an urn"),
        ("ed", "walk", "walked"), ("a", "Owl", "an Owl"),
        ("a", "", "a "), ("capitalize", "", ""),
    ],
)  # fmt: skip
def test_modifiers(modifier, before, after):
    assert modified(before, modifier) == after
