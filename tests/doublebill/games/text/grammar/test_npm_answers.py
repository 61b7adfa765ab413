"""Grammars make the texts that npm's tracery-grammar makes, as `tests/fixtures/tracery` recorded them."""

import json
from pathlib import Path

import pytest

from doublebill.games.dice import Dice
from doublebill.games.text.grammar.rules import Grammar
from doublebill.games.text.grammar.tracery import read_grammar

RECORDED = Path(__file__).resolve().parents[4] / "fixtures" / "tracery"

GRAMMARS = json.loads((RECORDED / "grammars.json").read_text())

ANSWERS = json.loads((RECORDED / "answers.json").read_text())


@pytest.mark.parametrize("name", GRAMMARS)
def test_a_grammar_makes_the_texts_of_the_npm_package(name):
    grammar = Grammar.of(read_grammar(GRAMMARS[name], {}, "grammar"), "grammar")
    assert {grammar.expand("origin", Dice(1, "npm", seed))[0] for seed in range(300)} == set(ANSWERS[name])
