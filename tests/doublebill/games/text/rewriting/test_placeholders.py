"""Masking of facts, and their return into a sentence that stays correct English."""

import pytest

from doublebill.games.text.grammar.rules import TEXT_LENGTH
from doublebill.games.text.items.rewording import item_draft
from doublebill.games.text.quests.rewording import quest_draft
from doublebill.games.text.rewriting.faults import fault


def quest(text, **facts):
    return quest_draft({"text": text, "facts": facts})


@pytest.mark.parametrize(
    ("text", "facts", "masked", "bound"),
    [
        ("Slay the 3 ogres.", {"ogre": 3}, "Slay {1}.", ["the 3 ogres"]),
        ("Find the key.", {"key": 1}, "Find {1}.", ["the key"]),
        ("Find 1 key.", {"key": 1}, "Find {1}.", ["1 key"]),
        ("The 3 ogres wait for Ada.", {"ogre": 3, "giver": "Ada"}, "{1} wait for {2}.", ["the 3 ogres", "Ada"]),
        ("Slay 3 grim, old ogres.", {"ogre": 3}, "Slay {1} grim, old ogres.", ["3"]),
        ("Slay 3 grim old ogres.", {"ogre": 3}, "Slay {1}.", ["3 grim old ogres"]),
        ("Ada knows. So Ada asks.", {"giver": "Ada"}, "{1} knows. So {2} asks.", ["Ada", "Ada"]),
        ("Moonstone. A moonstone!", {"relic": "moonstone"}, "{1}. A {2}!", ["moonstone", "moonstone"]),
        ("Ada has one wish.", {"giver": "Ada"}, "{1} has {2} wish.", ["Ada", "one"]),
        (
            "Pay 40 coins by 3rd May, 1,200 at most.",
            {},
            "Pay {1} coins by {2} May, {3} at most.",
            ["40", "3rd", "1,200"],
        ),
        (
            "Three of them. Read scroll IV, ½ of it.",
            {},
            "{1} of them. Read scroll {2}, {3} of it.",
            ["three", "IV", "½"],
        ),
        ("Find the key and the 2 master keys.", {"key": 1, "master key": 2}, "Find {1} and {2}.", None),
        (
            "At Two-Ogre Inn: 2 ogres.",
            {"ogre": 2, "place": "Two-Ogre Inn"},
            "At {1}: {2}.",
            ["Two-Ogre Inn", "2 ogres"],
        ),
        ("Adam and Ada.", {"giver": "Ada"}, "Adam and {1}.", ["Ada"]),
        ("The keyhole of the keys.", {"key": 1}, "The keyhole of the keys.", []),
        ("去长安找3把钥匙。", {"place": "长安"}, "去{1}找{2}把钥匙。", ["长安", "3"]),
        ("Someone said nobody would.", {}, "Someone said nobody would.", []),
        ("", {}, "", []),
    ],
)
def test_each_fact_becomes_a_placeholder(text, facts, masked, bound):
    draft = quest(text, **facts)
    assert draft.masked == masked
    assert bound is None or [fact.text for fact in draft.facts] == bound
    assert draft.filled(masked) == text


def test_a_fact_that_begins_a_sentence_gets_a_capital():
    draft = quest("Ada asks: slay the 3 ogres, find the key.", ogre=3, key=1, giver="Ada")
    rewording = '{2} must fall! {3} must be won, says {1}. "{2}" they cry.'
    assert draft.filled(rewording) == 'The 3 ogres must fall! The key must be won, says Ada. "The 3 ogres" they cry.'


@pytest.mark.parametrize(("rarity", "article"), [("uncommon", "an"), ("rare", "a")])
def test_an_adjective_gets_the_article_that_fits(rarity, article):
    draft = item_draft({"text": "Rock", "rarity": rarity, "weight": 3, "value": 0})
    for written in ("a", "an"):
        assert (
            draft.filled(f"{{1}} is {written} {{2}} thing of {{3}}.")
            == f"Rock is {article} {rarity} thing of weight 3."
        )
    assert draft.filled("A {2} thing, {1}.") == f"{article.capitalize()} {rarity} thing, Rock."


def test_facts_are_filled_in_once_even_if_they_look_like_placeholders():
    draft = item_draft({"text": "Ring {2}", "rarity": "rare", "weight": 3, "value": 9})
    assert draft.masked == "{1}: {2}, {3}, {4}."
    assert draft.filled("Lo, {1}, {2}, {3}, {4}!") == "Lo, Ring {2}, rare, weight 3, value 9!"


def test_a_name_inside_a_word_may_stay_inside_one():
    script = quest("去长安找钥匙。", place="长安")
    assert fault(script, "到{1}去找钥匙吧。") is None
    assert fault(script, "到洛阳去找钥匙吧。") == "fact-missing"


def test_a_text_with_braces_of_its_own_says_so():
    assert quest("Take {1} home, Ada.", giver="Ada").has_braces
    assert not quest("Take it home, Ada.", giver="Ada").has_braces


def test_the_model_may_write_as_much_as_leaves_room_for_the_facts():
    draft = quest("Go to Fenmouth.", place="Fenmouth")
    assert draft.longest_masked == draft.longest - len("Fenmouth") + len("{1}")


def test_the_longest_text_of_a_grammar_can_be_masked():
    draft = quest("1 " * (TEXT_LENGTH // 2))
    assert len(draft.facts) == TEXT_LENGTH // 2
    assert draft.filled(draft.masked) == draft.source
