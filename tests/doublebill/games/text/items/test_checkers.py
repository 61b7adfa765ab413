"""The checkers of texts are themselves checked: each broken answer is found out."""

import copy

import pytest

from checkers import items, loot, names, quests
from doublebill.service.content.generation import generate
from doublebill.service.content.requests import ContentRequest

THINGS = {"ogre": 3, "key": 1}


def answered(kind, **spec):
    (item,) = generate(kind, ContentRequest(seed=1, spec=spec), lambda: 1)["items"]
    return copy.deepcopy(item)


def test_a_table_with_a_roll_too_many_is_found_out():
    table = answered("loot")
    table["drops"][0]["rolls"][1] += 1
    assert "gives two drops" in " ".join(loot.faults(table))


@pytest.mark.parametrize("other", ["the 4 ogres", "the ogre", "the 3 ogres and the key"])
def test_a_quest_that_says_another_number_or_thing_is_found_out(other):
    quest = answered("quests", facts=THINGS, tasks=1)
    while "ogre" not in quest["facts"]:
        quest = copy.deepcopy(
            generate("quests", ContentRequest(seed=2, spec={"facts": {"ogre": 3}}), lambda: 1)["items"][0]
        )
    assert quests.faults(quest, THINGS) == []
    quest["text"] = quest["text"].replace("the 3 ogres", other)
    assert quests.faults(quest, THINGS) != []


def test_a_name_of_another_length_or_of_the_list_is_found_out():
    name = answered("names", length=5)
    assert names.faults(name) == []
    assert names.faults(name, [name["text"].upper()]) == ["novel and the list disagree"]
    name["text"] += "x"
    assert "length is not met" in names.faults(name)


def test_an_item_whose_numbers_are_not_those_of_its_controls_is_found_out():
    item = answered("items", value=7)
    assert items.faults(item) == []
    item["value"] = 8
    assert "value is not met" in items.faults(item)
