import pytest

from doublebill.games.content_kind import LICENCE
from doublebill.games.text import shipped_lists
from doublebill.games.text.kinds import SHIPPED, TEXT_LEARNERS, TEXTS

KINDS = [kind for kinds in SHIPPED.values() for kind in kinds]


def test_every_kind_stands_under_its_name_and_the_first_is_the_usual_one():
    assert all(kind.name == name for name, kinds in SHIPPED.items() for kind in kinds)
    assert {name: kinds[0] for name, kinds in SHIPPED.items()} == dict(TEXTS)
    assert set(TEXT_LEARNERS) < set(TEXTS)


def test_what_is_learned_says_from_what():
    told = {(kind.name, kind.corpus): kind.model_version for kind in KINDS}
    assert told == {
        ("names", "people"): f"people-{shipped_lists.VERSION}",
        ("names", "places"): f"places-{shipped_lists.VERSION}",
        ("items", "treasures"): f"treasures-{shipped_lists.VERSION}",
        ("loot", "treasures"): f"treasures-{shipped_lists.VERSION}",
        ("quests", ""): None,
        ("campaigns", ""): None,
    }


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.name} {kind.corpus}")
def test_kinds_that_ship_are_free_and_have_dice_of_their_own(kind):
    assert kind.licence == LICENCE
    others = [other for other in KINDS if other is not kind]
    assert kind.dice_of(5).draw() not in [other.dice_of(5).draw() for other in others]
