import itertools
import string

import pytest

from doublebill.games.dice import Dice
from doublebill.games.text.grammar.forest import NOTHING, WORD, Forest, NotUnderstood, TooMuch
from doublebill.games.text.grammar.parsing import Tape
from doublebill.games.text.grammar.rules import Grammar
from doublebill.games.text.grammar.tracery import read_grammar

HEADS = string.ascii_letters + "ß"


def ways(written, text, facts=(), numbers=(), steps=10_000):
    """In how many ways the grammar makes the text."""
    rules = read_grammar(written, {}, "grammar")
    forest = Forest(rules, {**dict.fromkeys(facts, False), **dict.fromkeys(numbers, True)}, steps)
    root = Tape(forest, text, HEADS).whole("origin")
    counts = {NOTHING: 1, WORD: 1}
    for number, node in enumerate(forest.nodes[2:], 2):
        counts[number] = sum(counts[first] * counts[second] for _, _, first, second in node)
    return 0 if root is None else counts[root]


def written(grammar, count=150):
    whole = Grammar.of(read_grammar(grammar, {}, "grammar"), "grammar")
    return {whole.expand("origin", Dice(1, "test", seed))[0] for seed in range(count)}


GRAMMARS = [
    {"origin": ["#a##b#.", "#b.capitalize# #a.s#"], "a": ["xy", "box", "ey", ""], "b": ["#a#", "ab#a.ed#", "free"]},
    {"origin": "#[h:#n#]told# [h:Z]#h#[h:POP]#h#", "told": ["#h# is #h.a.capitalize#", "#n#"], "n": ["ab", "eb", "ax"]},
    {"origin": ["(#origin#)", "#origin##origin#", "x", ""]},
    {"origin": "#a.s.capitalize# #a.capitalize.a# #a.ed.s#", "a": ["fly", "day", "go", "y", "bass"]},
    {"origin": "[a:#b#][b:c]#a##b#", "b": ["x", "xx"]},
    {"origin": "#[x:#[y:o]y##q#][z:#x.s#]z# #y#", "y": "a", "q": ["a", "b"]},
]


@pytest.mark.parametrize("grammar", GRAMMARS)
def test_every_text_that_a_grammar_writes_is_read(grammar):
    texts = [text for text in written(grammar) if len(text) <= 60]
    assert len(texts) > 1
    assert [text for text in texts if not ways(grammar, text, steps=200_000)] == []


@pytest.mark.parametrize("grammar", [GRAMMARS[n] for n in (0, 1, 3, 4, 5)])
def test_what_a_grammar_never_writes_is_not_read(grammar):
    texts = written(grammar, 2500)
    changed = {
        text[:n] + other + text[n + 1 :]
        for text in sorted(texts)[:6]
        for n in range(len(text))
        for other in ("", "x", "A")
    }
    read = {text for text in changed if ways(grammar, text)}
    assert read == changed & texts


def test_texts_are_read_in_as_many_ways_as_they_are_written():
    grammar = {"origin": "#a##b#", "a": ["x", "xx", "xx"], "b": ["x", "xx", ""]}
    made = ["".join(pair) for pair in itertools.product(("x", "xx", "xx"), ("x", "xx", ""))]
    assert [ways(grammar, "x" * n) for n in range(6)] == [made.count("x" * n) for n in range(6)]


@pytest.mark.parametrize(
    ("text", "count"),
    [("3 ogres of Ham", 1), ("0 ogres of Ham", 1), ("03 ogres of Ham", 0), ("x ogres of Ham", 0),
     ("3 ogres of  Ham", 0), ("3 ogres of " + "m" * 40, 1), ("3 ogres of " + "m" * 41, 0), ("3 ogres of [m", 0)],
)  # fmt: skip
def test_a_fact_is_any_number_or_name(text, count):
    assert ways({"origin": "#ogre# ogres of #place#"}, text, ["place"], ["ogre"]) == count


def test_a_fact_is_the_same_throughout():
    grammar = {"origin": "#place#, #place.capitalize#"}
    assert [ways(grammar, text, ["place"]) for text in ("Ham, Ham", "Ham, Gam", "e, E", "ß, SS")] == [1, 0, 1, 1]


def test_a_capital_may_have_been_any_letter_that_has_it():
    assert ways({"origin": "#a.capitalize#", "a": ["ßa", "SSa", "ssa"]}, "SSa") == 2
    assert ways({"origin": "#a.capitalize#b", "a": ["", "b"]}, "Bb") == 1
    assert ways({"origin": "#a.capitalize#b", "a": ["", "b"]}, "b") == 1


def test_texts_end_as_deep_as_expansion_does():
    deep = {"origin": ["(#origin#)", "."]}
    longest = max(written(deep, 3000), key=len)
    assert ways(deep, longest) == 1
    assert ways(deep, f"({longest})") == (len(longest) < 23)


def test_more_steps_than_there_may_be_are_refused():
    with pytest.raises(TooMuch):
        ways({"origin": ["#origin##origin#", "x"]}, "x" * 40, steps=500)


@pytest.mark.parametrize(
    "grammar",
    [
        {"origin": "[a:#place#]#a#"},
        {"origin": "[a:x,y]#a#"},
        {"origin": "#b.capitalizeAll#", "b": "a"},
        {"origin": "#a" + ".s" * 7 + "#", "a": "b"},
    ],
)
def test_what_only_expansion_knows_is_refused(grammar):
    with pytest.raises(NotUnderstood):
        ways(grammar, "Ham", ["place"])
