"""The privacy card of a version, in the record of its run, its model card, and by name."""

import json

import pytest

from doublebill.errors import NotFound
from doublebill.service.catalog import catalog_record
from doublebill.service.registry import model_list, runs
from doublebill.service.registry.privacy.card import private_card
from fakes import MemoryObjects
from trainings import fill, trained
from worlds import FIRST_MS, checkerboard


@pytest.fixture(scope="module")
def objects() -> MemoryObjects:
    made = MemoryObjects()
    fill(made, checkerboard(users=120, items=8))
    catalog_record.change(made, "films", minimum_users=4)
    trained(made, FIRST_MS)
    return made


def test_a_training_leaves_a_card_that_names_its_limits_and_what_they_do_not_cover(objects: MemoryObjects) -> None:
    answer = model_list.privacy_of(objects, "films")
    card = answer["privacy_card"]
    assert answer["champion"]
    assert (card["minimum_users"], card["most_items"], card["epsilon"]) == (4, 1_000, None)
    assert (card["users"], card["retention_days"]) == (120, None)
    assert any("differential privacy" in line for line in card["not_covered"])
    assert model_list.model(objects, "films", answer["version"])["privacy_card"] == card


def test_shares_are_of_a_hundred_users_or_more_and_no_count_is_of_few(objects: MemoryObjects) -> None:
    assert model_list.privacy_of(objects, "films")["privacy_card"]["unique"] == {"2": 0.0, "4": None, "8": None}


def test_a_card_of_a_private_version_tells_its_claim_and_no_number_of_users() -> None:
    spent = {"epsilon": 1.5, "of": 8.0, "delta": 1e-6}
    card = private_card({"epsilon": 1.0, "delta": 1e-6, "spent": spent}, 200, "key", 400.0)
    assert (card["epsilon"], card["spent"], card["users"], card["events"]) == (1.0, spent, None, None)
    assert card["unique"] == {}


def test_versions_made_before_there_were_cards_say_so(objects: MemoryObjects) -> None:
    earlier = objects.copy()
    version = model_list.privacy_of(earlier, "films")["version"]
    record = dict(runs.of_version(earlier, "films", version))
    del record["privacy_card"]
    earlier.put(f"runs/films/{record['run']}.json", json.dumps(record).encode())
    with pytest.raises(NotFound, match="before there were privacy cards"):
        model_list.privacy_of(earlier, "films")
    fill(earlier, checkerboard(users=2), catalog="songs")
    with pytest.raises(NotFound, match="no champion"):
        model_list.privacy_of(earlier, "songs")
