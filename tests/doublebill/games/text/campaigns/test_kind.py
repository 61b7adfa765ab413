import json

import pytest

from checkers.campaign import faults
from doublebill.errors import InvalidInput, Unsatisfiable
from doublebill.games.content_kind import GenerationRequest
from doublebill.games.dungeon.kind import DUNGEON
from doublebill.games.text.campaigns.kind import CAMPAIGNS, CampaignSpec, shares


def made(spec, seed=1, count=1):
    items = CAMPAIGNS.generate(GenerationRequest(spec, seed, count)).items
    return json.loads(json.dumps(items))


@pytest.mark.parametrize(
    "spec",
    [{}, {"levels": 6, "difficulty": [10, 90], "dungeon": {"locks": [1, 3]}}, {"levels": 2, "dungeon": {"floors": 2}}],
    ids=["usual", "six", "floors"],
)
def test_levels_grow_harder_and_open_one_another(spec):
    for item in made(spec, "rise", 2):
        assert faults(item) == []
        assert all(control["met"] for control in item["controls"].values())


def test_a_level_is_the_dungeon_that_its_seed_and_spec_give():
    level = made({"dungeon": {"boss": True, "locks": 2}})[0]["levels"][1]
    (alone,) = DUNGEON.generate(GenerationRequest(level["spec"], level["dungeon"]["seed"])).items
    assert json.loads(json.dumps(alone)) == level["dungeon"]


def test_shares_of_the_rise_do_not_touch():
    assert shares(CampaignSpec(4, (20, 65))) == [(17, 23), (32, 38), (47, 53), (62, 68)]
    assert shares(CampaignSpec(3, (10, 12))) == [(10, 10), (11, 11), (12, 12)]


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        ({"difficulty": [60, 20]}, "spec.difficulty"),
        ({"levels": 10, "difficulty": [20, 25]}, "spec.difficulty"),
        ({"levels": 1}, "spec.levels"),
        ({"dungeon": {"width": 5}}, "spec.dungeon.width"),
        ({"dungeon": {"difficulty": 5}}, "spec.dungeon.difficulty"),
        ({"levels": 5, "dungeon": {"width": 256, "height": 128}}, "spec.levels"),
        ({"dungeon": {"treasures": 0}}, "spec.dungeon.treasures"),
        ({"dungeon": {"locks": 3, "depth": 4}}, "spec.dungeon.depth"),
    ],
)
def test_what_cannot_be_is_named(spec, field):
    with pytest.raises((InvalidInput, Unsatisfiable)) as refused:
        made(spec)
    assert field in [one.field for one in refused.value.complaints]
