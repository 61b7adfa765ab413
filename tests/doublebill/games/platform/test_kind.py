import heapq
import itertools
import random

import pytest

from checkers.platform import Player, cells, faults
from doublebill.errors import InvalidInput, NotReached, Unsatisfiable
from doublebill.games.controls import Cell
from doublebill.games.dice import Dice
from doublebill.games.files import as_json
from doublebill.games.grids.constraints import Constraints, Pin
from doublebill.games.grids.grid import board_of, cells_of, read_rows, set_of
from doublebill.games.levels.generate import generate
from doublebill.games.platform.builder import corridors, ledges
from doublebill.games.platform.kind import PLATFORM, PlatformSpec
from doublebill.games.platform.physics import scene
from doublebill.games.platform.platform_physics import PlatformPhysics
from doublebill.games.platform.player_moves import begun, letters_of, passed, step
from doublebill.games.platform.solver import PlatformRules, solve
from doublebill.schema import read

ROOM = (
    ".......",
    ".......",
    ".......",
    ".....##",
    "S..#...",
)


def made(spec, seed, index=0):
    return as_json(generate(PLATFORM, spec, seed, index), PLATFORM.legend)


def strewn(count, width=8, height=6):
    """Random grids with one start, exit and key, most of which break some rule."""
    choose = random.Random(8)
    places = list(itertools.product(range(width), range(height)))
    for _ in range(count):
        rows = [choose.choices("#.^*", (40, 50, 6, 4), k=width) for _ in range(height)]
        for (x, y), tile in zip(choose.sample(places, 3), "SXK", strict=True):
            rows[y][x] = tile
        yield tuple("".join(row) for row in rows)


def settings(count):
    """Random specs: any ends that can be, up to four jumps more than the climb between them needs."""
    choose = random.Random(13)
    while count:
        start, end = (
            choose.choice([None, Cell(choose.randrange(11), choose.randrange(7)), Cell(choose.randrange(11), 6)])
            for _ in "SX"
        )
        climb = max(start.y - end.y + 1, 0) // 2 if start and end else 0
        jumps = choose.randint(climb, climb + 4)

        def amount(choose=choose):
            value = choose.randint(0, 8)
            return choose.choice([None, value, (value, value + choose.randint(0, 4))])

        spec = PlatformSpec(11, 7, start, end, amount(), choose.choice([None, jumps, (jumps, jumps + 2)]), amount())
        try:
            PLATFORM.generator.check(spec)
        except Unsatisfiable:
            continue
        count -= 1
        yield spec


# what each letter does


@pytest.mark.parametrize(
    ("moves", "places"),
    [
        ("R", [(1, 4)]),
        ("L", [(0, 4)]),
        ("RRR", [(1, 4), (2, 4), (2, 4)]),
        ("JWWWW", [(0, 3), (0, 2), (0, 2), (0, 3), (0, 4)]),
        ("JRWRR", [(0, 3), (1, 2), (1, 2), (2, 3), (3, 3)]),
        ("JRRRR", [(0, 3), (1, 2), (1, 2), (2, 3), (3, 3)]),  # no way across while hanging
        ("RRJRWWRRW", [(1, 4), (2, 4), (2, 3), (3, 2), (3, 2), (3, 3), (4, 4), (5, 4), (5, 4)]),
        ("RRJRWWJRWR", [(1, 4), (2, 4), (2, 3), (3, 2), (3, 2), (3, 3), (3, 2), (4, 1), (4, 1), (5, 2)]),
    ],
)
def test_a_letter_moves_as_the_physics_says(moves, places):
    assert passed(ROOM, (0, 4), moves) == [(0, 4), *places]


def test_who_walks_off_an_edge_falls_in_the_same_step():
    assert passed(("S..", "#.#", "#.#"), (0, 0), "RR") == [(0, 0), (1, 1), (1, 2)]


def test_a_jump_under_a_ceiling_hangs_in_the_step_that_it_would_rise():
    assert passed(("###", "...", "S..", "###"), (0, 2), "JWW") == [(0, 2), (0, 1), (0, 1), (0, 2)]


@pytest.mark.parametrize("moves", ["JJ", "RRRJ"])
def test_there_is_no_jump_in_the_air_and_none_against_a_ceiling(moves):
    assert len(passed(("...#", "...#", "...#", "S..."), (0, 3), moves)) == len(moves)


@pytest.mark.parametrize(("rows", "moves"), [(("S^.",), "R"), (("S^.", "#.."), "R"), (("S..", "#^."), "R")])
def test_spikes_kill_in_passing_too(rows, moves):
    assert passed(rows, (0, 0), moves) == [(0, 0)]


PHYSICS = {
    "usual": PlatformPhysics(),
    "dave": PlatformPhysics(hang_control=True, bump="hang"),
    "hops": PlatformPhysics(jump_height=1, hang_time=0),
    "high and steered": PlatformPhysics(jump_height=4, hang_time=3, hang_control=True),
    "narrow": PlatformPhysics(jump_height=3, gap=1),
    "fast": PlatformPhysics(run_speed=3, fall_speed=2, bump="hang"),
    "fast and narrow": PlatformPhysics(jump_height=2, hang_time=2, hang_control=True, gap=3, run_speed=2, fall_speed=3),
}
BY_PHYSICS = pytest.mark.parametrize("physics", PHYSICS.values(), ids=PHYSICS)


@BY_PHYSICS
def test_the_physics_and_the_checker_play_alike(physics):
    choose = random.Random(4)
    letters = letters_of(physics)
    for rows in strewn(200):
        (x, y) = next((x, y) for y, row in enumerate(rows) for x, tile in enumerate(row) if tile == "S")
        moves = "".join(choose.choices(letters, k=25))
        player, places = Player(rows, x, y, physics=physics.as_json()), [(x, y)]
        for letter in moves:
            player = player.play(letter)
            if player is None:
                break
            places.append((player.x, player.y))
        assert passed(rows, (x, y), moves, physics) == places


def places_of(board, physics, states):
    """The places of a set: x, y, phase and cells across that are left."""
    found = set()
    for bit in cells_of(states):
        copy, cell = divmod(bit, board.size)
        phase, left = divmod(copy, physics.drifts)
        found.add((*board.xy(cell), phase, left))
    return found


def reached_from(rows, places, physics):
    """All places that moves lead to, one at a time."""
    found, queue = set(places), list(places)
    while queue:
        place = queue.pop()
        for letter in letters_of(physics):
            there = step(rows, place, letter, physics)
            if there and there not in found:
                found.add(there)
                queue.append(there)
    return found


@BY_PHYSICS
def test_sets_of_places_step_as_each_place_does_forwards_and_backwards(physics):
    for rows in strewn(6):
        board, air = read_rows(rows)
        drawn = dict(zip(board.cells, "".join(rows), strict=True))
        seen = scene(board, air, set_of(cell for cell, tile in drawn.items() if tile == "^"), physics=physics)
        starts = [begun(board.xy(cell), physics) for cell, tile in drawn.items() if tile in ".SXK"]
        places = reached_from(rows, starts, physics)

        def alone(place, board=board):
            x, y, phase, left = place
            return 1 << board.cells[y * board.width + x] + board.size * (left + physics.drifts * phase)

        came = {"WLRlr": {}, "J": {}}
        for place in places:
            for letters, moved in (("WLRlr", seen.walked), ("J", seen.jumped)):
                there = {step(rows, place, one, physics) for one in letters if one in letters_of(physics)} - {None}
                assert places_of(board, physics, moved(alone(place))) == there
                for target in there:
                    came[letters].setdefault(target, set()).add(place)
        for place in places:
            for letters, back in (("WLRlr", seen.walked_from), ("J", seen.jumped_from)):
                before = places_of(board, physics, back(alone(place))) & places
                assert before == came[letters].get(place, set())


@pytest.mark.parametrize(
    ("physics", "moves", "places"),
    [
        (PlatformPhysics(jump_height=3), "JWWWW", [(0, 3), (0, 2), (0, 1), (0, 1), (0, 2)]),
        (PlatformPhysics(hang_time=2), "JWWWW", [(0, 3), (0, 2), (0, 2), (0, 2), (0, 3)]),
        (PlatformPhysics(hang_time=0), "JRRRR", [(0, 3), (1, 2), (2, 3), (3, 3), (4, 4)]),
        (PlatformPhysics(hang_control=True), "JRRRR", [(0, 3), (1, 2), (2, 2), (3, 3), (4, 4)]),
        (PlatformPhysics(gap=0), "JRRRR", [(0, 3), (1, 2), (1, 2), (1, 3), (1, 4)]),
        (PlatformPhysics(run_speed=2), "RRL", [(2, 4), (2, 4), (0, 4)]),
        (PlatformPhysics(run_speed=2), "rJRl", [(1, 4), (1, 3), (3, 2), (3, 2)]),
        (PlatformPhysics(hang_time=0, fall_speed=2), "JWW", [(0, 3), (0, 2), (0, 4)]),
    ],
)
def test_physics_of_a_request_change_what_a_letter_does(physics, moves, places):
    assert passed(ROOM, (0, 4), moves, physics) == [(0, 4), *places]


def test_a_ceiling_may_begin_the_hang_of_a_jump():
    cellar = ("#####", ".....", "S####", "#####")
    hangs = PlatformPhysics(jump_height=3, hang_time=2, hang_control=True, bump="hang")
    assert passed(cellar, (0, 2), "JWRRR", hangs) == [(0, 2), (0, 1), (0, 1), (1, 1), (2, 1), (3, 1)]


@BY_PHYSICS
def test_a_jump_crosses_the_widest_gap_that_the_physics_gives_and_no_wider(physics):
    widest = physics.reach if physics.gap is None else physics.gap

    def level(gap):
        pit = "#" + "." * gap + "###"
        sky = ["." * len(pit)] * (physics.jump_height + 2)
        return (*sky, "S" + "." * gap + "K.X", *[pit] * 3, "#" + "^" * gap + "###")

    assert solve(level(widest), physics) is not None
    assert solve(level(widest + 1), physics) is None


# the proof


def fewest(rows, physics):
    """The fewest jumps, then steps, that the checker's player needs to finish; None where nothing does."""
    (x, y) = next((x, y) for y, row in enumerate(rows) for x, tile in enumerate(row) if tile == "S")
    queue, done = [(0, 0, 0, Player(rows, x, y, physics=physics.as_json()))], set()
    number = itertools.count(1)
    while queue:
        jumps, steps, _, player = heapq.heappop(queue)
        if player.finished:
            return jumps, steps
        if player.state in done:
            continue
        done.add(player.state)
        for letter in player.letters:
            there = player.play(letter)
            if there:
                heapq.heappush(queue, (jumps + (letter == "J"), steps + 1, next(number), there))
    return None


@BY_PHYSICS
def test_the_solver_finds_fewest_jumps_then_fewest_steps(physics):
    solved = 0
    for rows in strewn(200):
        moves, known = solve(rows, physics), fewest(rows, physics)
        assert (moves is None) == (known is None)
        if moves is not None:
            assert (moves.count("J"), len(moves)) == known
            start = next((row.index("S"), y) for y, row in enumerate(rows) if "S" in row)
            assert cells(rows, start, moves, physics.as_json()) is not None
            solved += 1
    assert solved > 10


def item_of(rows, proof):
    """An answer's item that asks for nothing."""
    told = {
        name: {"x": value.x, "y": value.y} if isinstance(value, Cell) else value
        for name, value in proof.measured.items()
    }
    way = proof.certificate
    return {
        "grid": list(rows),
        "legend": dict(PLATFORM.legend),
        "certificate": {"moves": way.moves, "length": len(way.moves), "from": list(way.start), "to": list(way.goal)},
        "controls": {name: {"asked": None, "measured": value, "met": True} for name, value in told.items()},
        "fallback": False,
    }


def test_what_is_proved_keeps_every_rule_and_what_is_not_breaks_one():
    verdicts = []
    for rows in strewn(900, 6, 5):
        proof = PlatformRules().prove(rows)
        if proof:
            assert faults(item_of(rows, proof)) == []
        else:
            # the rows with the solver's own moves, where it finds any, break a rule of the drawn tiles
            (x, y), (gx, gy) = ((row.index(t), y) for t in "SX" for y, row in enumerate(rows) if t in row)
            moves = solve(rows) or ""
            item = {
                "grid": list(rows),
                "legend": dict(PLATFORM.legend),
                "certificate": {"moves": moves, "length": len(moves), "from": [x, y], "to": [gx, gy]},
                "controls": {},
                "fallback": True,
            }
            told = [fault for fault in faults(item) if "control" not in fault]
            assert any("ground" in t or "finish" in t or "diamond" in t for t in told), (rows, told)
        verdicts.append(proof is not None)
    assert 20 < sum(verdicts) < 880


def test_a_level_is_measured():
    proof = PlatformRules().prove(("..K..", ".....", "S.^.X"))
    assert proof is not None
    assert proof.certificate.start == (0, 2)
    assert proof.certificate.goal == (4, 2)
    assert proof.measured == {
        "width": 5,
        "height": 3,
        "start": Cell(0, 2),
        "exit": Cell(4, 2),
        "diamonds": 0,
        "jumps": 1,
        "spikes": 1,
    }


@pytest.mark.parametrize(
    "rows",
    [
        ("S.X",),  # no key
        ("S.XK", "####", "X#.."),  # two exits
        ("SKX", "#.."),  # an exit in the air
        ("S#KX",),  # the key behind a wall
        ("K#...", "S#..X"),  # the key too high to leave from
        ("*####", "#####", "S.K.X"),  # a diamond walled in
        ("S.K^X",),
    ],
)
def test_a_level_that_breaks_a_rule_is_not_proved(rows):
    assert PlatformRules().prove(rows) is None


def test_a_diamond_from_which_nothing_leads_to_the_end_is_not_reachable():
    pit = ("......", "......", "......", "S.K.X.", "#####.", "#####.", "#####.", "#####*")
    assert PlatformRules().prove(pit) is None
    assert PlatformRules().prove((*pit[:-1], "#####.")) is not None


def test_a_slip_of_the_checker_is_noticed():
    level = made(PlatformSpec(), 1)
    assert faults(level) == []
    assert faults(level | {"fallback": True})
    controls = level["controls"]
    more = controls["diamonds"] | {"measured": controls["diamonds"]["measured"] + 1}
    assert faults(level | {"controls": controls | {"diamonds": more}})
    way = level["certificate"]
    assert faults(level | {"certificate": way | {"moves": way["moves"][:-1], "length": way["length"] - 1}})
    waited = {"moves": "W" + way["moves"], "length": way["length"] + 1}
    assert faults(level | {"certificate": way | waited}) == []
    jumped = {"moves": "JWWWW" + way["moves"], "length": way["length"] + 5}
    assert any("jumps where" in fault or "finish" in fault for fault in faults(level | {"certificate": way | jumped}))


# the generator


def test_platforms_of_random_settings_are_playable_and_as_asked():
    for seed, spec in enumerate(settings(150)):
        item = made(spec, seed)
        assert faults(item) == []
        assert not item["fallback"], (spec, item["controls"])


def test_platforms_of_every_size_are_playable():
    for width, height in [(3, 3), (3, 20), (20, 3), (4, 3), (5, 5), (11, 7), (18, 12), (31, 8), (24, 24)]:
        for seed in range(3):
            item = made(PlatformSpec(width, height), seed)
            assert faults(item) == []
            assert not item["fallback"]
            assert item["controls"]["diamonds"]["measured"] >= 1


@pytest.mark.parametrize(
    "spec",
    [
        PlatformSpec(jumps=0),
        PlatformSpec(jumps=8),
        PlatformSpec(diamonds=40),
        PlatformSpec(spikes=50),
        PlatformSpec(diamonds=0, spikes=0),
        PlatformSpec(diamonds=15, spikes=15),
        PlatformSpec(start=Cell(0, 6), exit=Cell(0, 0), jumps=3),
        PlatformSpec(start=Cell(5, 0), exit=Cell(5, 6), jumps=0),
        PlatformSpec(start=Cell(4, 3), exit=Cell(5, 3), jumps=0),
        PlatformSpec(exit=Cell(7, 0), jumps=0, diamonds=4, spikes=4),
    ],
)
def test_extreme_settings_are_met(spec):
    for seed in range(4):
        item = made(spec, seed)
        assert faults(item) == []
        assert not item["fallback"], item["controls"]


@pytest.mark.parametrize("spec", [PlatformSpec(jumps=30), PlatformSpec(3, 3, jumps=6), PlatformSpec(diamonds=74)])
def test_what_is_hardly_possible_is_playable_nevertheless_and_says_so(spec):
    item = made(spec, 2)
    assert faults(item) == []
    assert item["fallback"]


@BY_PHYSICS
def test_levels_for_physics_of_a_request_fit_them_and_carry_them(physics):
    for seed, spec in enumerate((PlatformSpec(physics=physics), PlatformSpec(14, 12, jumps=(2, 4), physics=physics))):
        item = made(spec, seed)
        assert faults(item) == []
        assert not item["fallback"], item["controls"]
        assert item["certificate"]["physics"] == physics.as_json()


def test_a_higher_jump_takes_fewer_jumps_to_the_same_place():
    ends = {"start": Cell(0, 11), "exit": Cell(0, 0), "jumps": 3}
    high = PlatformPhysics(jump_height=4)
    assert not made(PlatformSpec(11, 12, **ends, physics=high), 1)["fallback"]
    with pytest.raises(Unsatisfiable, match="jump_height"):
        PLATFORM.generator.check(PlatformSpec(11, 12, **ends, physics=PlatformPhysics(jump_height=3)))


def test_a_gap_wider_than_a_jump_is_refused_with_the_widest():
    with pytest.raises(Unsatisfiable, match="use at most 3") as refused:
        PLATFORM.generator.check(PlatformSpec(physics=PlatformPhysics(gap=4)))
    assert [one.field for one in refused.value.complaints] == ["spec.physics.gap"]


@pytest.mark.parametrize(("width", "height"), [(3, 3), (4, 3), (3, 4)])
def test_any_two_ends_that_are_not_refused_are_met(width, height):
    places = [Cell(x, y) for x in range(width) for y in range(height)]
    refused = 0
    for start, end in itertools.product(places, repeat=2):
        spec = PlatformSpec(width, height, start, end)
        try:
            PLATFORM.generator.check(spec)
        except Unsatisfiable:
            refused += 1
            continue
        item = made(spec, 1)
        assert not item["fallback"], (spec, item["controls"])
    assert refused == sum(one.x == two.x and abs(one.y - two.y) < 2 for one, two in itertools.product(places, repeat=2))


def test_no_level_that_exists_is_refused():
    for rows in strewn(1500, 5, 4):
        proof = PlatformRules().prove(rows)
        if proof:
            PLATFORM.generator.check(PlatformSpec(**proof.measured))


def test_hardly_any_two_of_a_hundred_ways_are_alike():
    levels = [generate(PLATFORM, PlatformSpec(), "batch", index) for index in range(100)]
    ways = {tuple(PLATFORM.rules.path(level.grid, level.certificate)) for level in levels}
    assert len(ways) >= 98


def test_corridors_take_more_jumps_than_ledges():
    board = board_of(11, 7)

    def most(filling):
        found = []
        for seed in range(40):
            walls = filling(Dice(1, "filling", seed))
            rows = [[("#" if walls >> cell & 1 else ".") for cell in board.cells][y * 11 :][:11] for y in range(7)]
            rows[6][0], rows[6][1], rows[6][2], rows[6][10] = "S", "X", ".", "K"
            moves = solve(tuple("".join(row) for row in rows))
            found.append(moves.count("J") if moves else 0)
        return sum(found)

    assert most(lambda dice: corridors(board, dice)) > most(lambda dice: ledges(board, 25, dice))


@pytest.mark.parametrize(
    ("spec", "fixed"),
    [
        (PlatformSpec(), {(0, 6): "S", (10, 0): "X", (5, 3): "K"}),
        (PlatformSpec(jumps=3), {(3, 2): "#", (4, 2): "*"}),
        (PlatformSpec(spikes=4), {(5, 6): "^", (5, 5): "."}),
        (PlatformSpec(), {(x, 3): "#" for x in range(1, 11)} | {(10, 0): "S", (10, 6): "X"}),
    ],
)
def test_fixed_tiles_stay_and_a_way_is_laid_between_them(spec, fixed):
    for seed in range(4):
        wanted = Constraints({place: Pin(tile, "fixed[0]") for place, tile in fixed.items()})
        item = as_json(generate(PLATFORM, spec, seed, constraints=wanted), PLATFORM.legend)
        assert faults(item) == []
        assert not item["fallback"]
        assert {(x, y): item["grid"][y][x] for x, y in fixed} == fixed


def test_a_part_is_made_again_while_the_rest_stays():
    base = generate(PLATFORM, PlatformSpec(), 5).grid
    outside = {(x, y): Pin(base[y][x], "base") for x in range(11) for y in range(7) if not 4 <= x < 9}
    level = generate(PLATFORM, PlatformSpec(), 6, constraints=Constraints(outside))
    assert faults(as_json(level, PLATFORM.legend)) == []
    assert all(level.grid[y][x] == pin.tile for (x, y), pin in outside.items())
    assert level.grid != base


def test_a_way_that_is_laid_changes_nothing_fixed_where_there_is_no_way():
    closed = {(x, y): Pin("#", "fixed[0]") for x in (4, 5) for y in range(7)}
    ends = {(0, 6): Pin("S", "fixed[1]"), (10, 6): Pin("X", "fixed[2]")}
    with pytest.raises(NotReached):
        generate(PLATFORM, PlatformSpec(), 1, constraints=Constraints(closed | ends))


@pytest.mark.parametrize(
    ("spec", "fields"),
    [
        (PlatformSpec(start=Cell(2, 2), exit=Cell(2, 2)), ["spec.start", "spec.exit"]),
        (PlatformSpec(start=Cell(2, 2), exit=Cell(2, 3)), ["spec.start", "spec.exit"]),
        (PlatformSpec(start=Cell(11, 2)), ["spec.start", "spec.width"]),
        (PlatformSpec(exit=Cell(1, 7)), ["spec.exit", "spec.height"]),
        (PlatformSpec(start=Cell(0, 6), exit=Cell(0, 0), jumps=2), ["spec.jumps", "spec.start", "spec.exit"]),
        (PlatformSpec(jumps=45), ["spec.jumps", "spec.width", "spec.height"]),
        (PlatformSpec(diamonds=75), ["spec.diamonds", "spec.width", "spec.height"]),
        (PlatformSpec(diamonds=40, spikes=35), ["spec.diamonds", "spec.spikes", "spec.width", "spec.height"]),
        (PlatformSpec(spikes=74, start=Cell(0, 0)), ["spec.spikes", "spec.width", "spec.height"]),
        (PlatformSpec(jumps=(3, 2)), ["spec.jumps[0]", "spec.jumps[1]"]),
    ],
)
def test_platforms_that_cannot_be_are_refused_naming_what_conflicts(spec, fields):
    with pytest.raises(Unsatisfiable) as refused:
        PLATFORM.generator.check(spec)
    assert [complaint.field for complaint in refused.value.complaints] == fields


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"width": 0}, "spec.width"),
        ({"height": 10**6}, "spec.height"),
        ({"start": [1, 2]}, "spec.start"),
        ({"start": {"x": 1}}, "spec.start.y"),
        ({"exit": {"x": -1, "y": 2}}, "spec.exit.x"),
        ({"jumps": "many"}, "spec.jumps"),
        ({"spikes": -1}, "spec.spikes"),
        ({"ledges": 3}, "spec.ledges"),
        ({"physics": {"jump_height": 0}}, "spec.physics.jump_height"),
        ({"physics": {"gravity": 2}}, "spec.physics.gravity"),
        ({"physics": {"bump": "bounce"}}, "spec.physics.bump"),
    ],
)
def test_what_is_not_a_spec_is_refused_by_name(value, field):
    with pytest.raises(InvalidInput) as refused:
        read(PlatformSpec, value, "spec")
    assert [complaint.field for complaint in refused.value.complaints] == [field]


def test_a_cell_is_read_as_x_and_y():
    assert read(PlatformSpec, {"start": {"x": 3, "y": 6}}, "spec").start == Cell(3, 6)
