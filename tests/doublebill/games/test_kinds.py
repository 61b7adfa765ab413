import pytest

from doublebill.games.kinds import KINDS
from doublebill.games.levels import generate
from doublebill.schema import read, schema_of


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_tile_of_a_kind_has_a_name(kind):
    drawn = {tile for seed in range(20) for row in generate(kind, kind.spec(), seed).grid for tile in row}
    assert drawn == set(kind.legend)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_control_of_a_kind_is_asked_measured_and_in_its_schema(kind):
    spec = read(kind.spec, {}, "spec")
    assert list(spec.asked) == list(schema_of(kind.spec)["properties"])
    assert set(generate(kind, spec, 1).controls) == set(spec.asked)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_form_can_be_built_from_the_schema(kind):
    properties = schema_of(kind.spec)["properties"]
    assert all(len(described["description"]) > 10 for described in properties.values())
    assert (properties["width"]["minimum"], properties["width"]["maximum"]) == (3, 64)


def test_kinds_are_found_by_their_own_names():
    assert {name: kind.name for name, kind in KINDS.items()} == {"maze": "maze", "dungeon": "dungeon"}
