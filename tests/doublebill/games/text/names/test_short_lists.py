import pytest

from doublebill.games.dice import Dice
from doublebill.games.spec_list import SpecList
from doublebill.games.text import shipped_lists
from doublebill.games.text.names.kind import NAMES, NamesSpec
from doublebill.games.text.names.short_lists import SHORT, PairChain, ShortList
from doublebill.games.text.texts import batch

OWN = shipped_lists.names("people")[:25]
LETTERS = "".join(sorted({letter for name in OWN for letter in name.lower()}))


def pairs(words):
    return {pair for word in words for pair in zip(f"^{word.lower()}", f"{word.lower()}$", strict=True)}


def texts(examples, count=100, **controls):
    return [one.text.text for one in batch(NAMES, SpecList([NamesSpec(tuple(examples), **controls)] * count), 1).texts]


@pytest.mark.parametrize("temperature", [25, 100, 400])
def test_names_of_a_short_list_have_no_pair_of_letters_that_it_lacks(temperature):
    made = texts(OWN, temperature=temperature)
    assert pairs(made) <= pairs(OWN)
    assert not set(made) & set(OWN)
    assert len(set(made)) > 75


def test_names_of_a_long_list_have_no_pair_of_letters_that_it_lacks_either():
    long = shipped_lists.names("people")[: SHORT + 1]
    assert pairs(texts(long, 300)) <= pairs(long)


def test_a_word_begins_as_asked_and_has_only_letters_that_are_allowed():
    chain = PairChain([name.lower() for name in OWN])
    words = [chain.word("qu", 9, 100, LETTERS.replace("e", ""), Dice(1, "test", seed)) for seed in range(50)]
    assert all(word.startswith("qu") and "e" not in word for word in words)
    assert len(set(words)) > 3


def test_a_word_that_can_go_on_nowhere_ends():
    assert PairChain(["ab"]).word("", 9, 100, "a", Dice(1, "test", 1)) == "a"


def test_a_letter_that_the_list_has_not_is_followed_by_any_of_its_letters():
    chain = PairChain(["ab", "cb"])
    assert {chain.word("ax", 9, 100, "abc", Dice(1, "test", seed))[2:3] for seed in range(40)} == {"a", "b", "c", ""}


PLACES = ["New Amber", "New Beech", "Old Cedar", "Old Elder", "Isle of Mists", "Isle of Rooks"]


def test_words_that_come_back_stay_and_others_are_invented():
    made = [name.split(" ") for name in texts(PLACES, 40)]
    assert {words[0] for words in made} == {"New", "Old", "Isle"}
    assert {words[1] for words in made if len(words) == 3} == {"of"}
    assert {len(words) for words in made} == {2, 3}
    assert pairs(words[-1] for words in made) <= pairs(name.split(" ")[-1] for name in PLACES)


def test_a_name_has_one_new_word_at_least_although_all_words_come_back():
    short = ShortList.of(["new york", "old york", "new yarn", "old yarn"])
    made = {short.name("", 20, 400, "adeklnorwy ", Dice(1, "test", seed)) for seed in range(80)}
    assert any(name.split(" ")[-1] not in ("york", "yarn") for name in made)


def test_a_prefix_may_have_more_words_than_any_name():
    assert ShortList.of(["ada", "bea"]).name("a b ", 20, 100, "abde", Dice(1, "test", 1)).startswith("a b ")
