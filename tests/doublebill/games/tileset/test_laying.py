from doublebill.games.plans.from_rows import plan_from_rows
from doublebill.games.tileset.laying import ground_tiles, grounds_of_tiles, standing_tiles, thing_tiles
from doublebill.games.tileset.tileset import ABOVE, GROUND_NUMBERS, SIDE, SPRITE_NUMBERS, TOKEN

LEGEND = {"#": "wall", ".": "floor", "P": "player", "?": "riddle", "!": "omen", "~": "water"}


def laid(*rows, legend=LEGEND):
    return plan_from_rows("room", 1, rows, legend)


def test_walls_join_with_one_another_and_with_the_outside():
    (row,) = ground_tiles(laid("##"))
    assert row.tolist() == [ABOVE + 46, ABOVE + 46]  # the piece with walls all around
    middle = ground_tiles(laid("...", ".#.", "..."))[1, 1]
    assert middle == ABOVE  # the piece that stands alone


def test_floors_beside_walls_lie_in_their_shadow():
    tiles = ground_tiles(laid("...", "...", "..."))
    assert [[number // 4 for number in row] for row in tiles.tolist()] == [[3, 1, 1], [2, 0, 0], [2, 0, 0]]


def test_walls_of_levels_with_air_are_seen_from_the_side():
    plan = laid("#.", legend={"#": "wall", ".": "air"})
    tiles = ground_tiles(plan)[0].tolist()
    assert SIDE <= tiles[0] < SIDE + 47
    assert tiles[1] == GROUND_NUMBERS["air"]
    assert grounds_of_tiles(plan)[tiles[0]].name == "wall"


def test_every_ground_tile_of_a_map_names_its_ground():
    plan = laid("#.~", "P.?")
    grounds = grounds_of_tiles(plan)
    found = [[grounds[number].name for number in row] for row in ground_tiles(plan).tolist()]
    assert found == [["wall", "floor", "water"], ["floor", "floor", "floor"]]


def test_things_have_their_sprite_or_a_token_each():
    tiles = thing_tiles(laid("P?!", "?.."))
    assert tiles == {"player": SPRITE_NUMBERS["player"], "riddle": TOKEN, "omen": TOKEN + 1}


def test_a_crate_on_its_goal_is_drawn_unlike_one_beside_it():
    crates = {"#": "wall", ".": "floor", "$": "crate", "*": "crate on goal", "o": "goal"}
    plan = laid("$*o", legend=crates)
    names = [
        next(name for name, tile in SPRITE_NUMBERS.items() if tile == one) for one in standing_tiles(plan).values()
    ]
    assert names == ["crate", "goal", "crate on goal", "goal"]
