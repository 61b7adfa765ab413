import pytest

from doublebill.games.kinds import KINDS
from doublebill.games.levels.generate import generate
from doublebill.schema import read, schema_of


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_tile_of_a_kind_has_a_name(kind):
    drawn = {tile for seed in range(20) for row in generate(kind, kind.spec(), seed).grid for tile in row}
    assert drawn == set(kind.legend)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_control_of_a_kind_is_asked_measured_and_in_its_schema(kind):
    spec = read(kind.spec, {}, "spec")
    assert list(spec.targets) == list(schema_of(kind.spec)["properties"])
    assert set(generate(kind, spec, 1).controls) == set(spec.targets)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_form_can_be_built_from_the_schema(kind):
    properties = schema_of(kind.spec)["properties"]
    assert all(len(described["description"]) > 10 for described in properties.values())
    for side in {"width", "height"} & set(properties):
        assert 3 <= properties[side]["minimum"] < properties[side]["maximum"] <= 64


def test_kinds_are_found_by_their_own_names():
    assert {"maze", "dungeon"} <= set(KINDS)
    assert all(name == kind.name for name, kind in KINDS.items())


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_move_of_a_kind_has_a_name(kind):
    moves = {move for seed in range(5) for move in generate(kind, kind.spec(), seed).certificate.moves}
    assert moves <= set(kind.rules.moves)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_what_a_kind_says_of_its_tiles_is_true(kind):
    tiles = kind.rules.tiles
    assert {tiles.solid, tiles.floor, *tiles.once, *tiles.counted.values()} <= set(kind.legend)
    for seed in range(5):
        level = generate(kind, kind.spec(), seed)
        drawn = "".join(level.grid)
        assert [drawn.count(tile) for tile in tiles.once] == [1] * len(tiles.once)
        for control, tile in tiles.counted.items():
            assert level.controls[control].measured == drawn.count(tile)
