"""Chambers: the player fetches the key, then leaves through the door; enemies stand about.

A chamber is built around its key. Trails of the target lengths lead from it, cells are opened beside them so that all
distances from the key stay true (`carve.Carving`), and player and door are put anywhere the lengths allow. Where
nearly all is open, walls are scattered and a key is searched that has such places.
"""

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta

from doublebill.errors import Unsatisfiable
from doublebill.games.chamber.placement import settle
from doublebill.games.chamber.routes import ChamberAims, planned
from doublebill.games.chamber.solver import DOOR, ENEMY, KEY, PLAYER, ChamberRules
from doublebill.games.controls import Amount, Height, Length, Target, Width, check_order, conflict, limits
from doublebill.games.dice import Dice
from doublebill.games.grids.carve import SCATTER_FROM, Carving, scatter
from doublebill.games.grids.grid import (
    FLOOR,
    WALL,
    Board,
    Rows,
    board_of,
    cells_of,
    first_of,
    letters,
    rings,
    route,
    set_of,
)
from doublebill.games.grids.path_bounds import longest_path
from doublebill.games.grids.repair import LevelDraft
from doublebill.games.grids.steps import Place, places_along
from doublebill.games.level_kind import LevelKind
from doublebill.games.levels.generator import LevelGenerator
from doublebill.games.levels.level import Level
from doublebill.games.levels.spec import GridSpec, pick
from doublebill.games.variety.distances import MovesVariety
from doublebill.schema import Pair

ACTORS = 3
"""Player, key and door, each on a cell of its own."""

USUAL_WALLS = 38, 55
"""Fewest and most percent of cells that are walls where there is no target."""

TRAILS, PLACES = 3, 6
"""Trails tried until a door fits beside one, and doors tried for each key."""

GRACE = 2
"""Moves from the player within which enemies stand only when every other cell is taken."""


class ChamberSpec(GridSpec, frozen=True):
    """The size and the controls of a chamber."""

    width: Width = 11
    height: Height = 7
    player_key: Annotated[
        Length | Pair[Length] | None,
        Meta(description="moves from the player to the key, not through the door: a number or [min, max]"),
    ] = None
    key_door: Annotated[
        Length | Pair[Length] | None,
        Meta(description="moves from the key to the door: a number or [min, max]"),
    ] = None
    enemies: Annotated[Amount | Pair[Amount] | None, Meta(description="number of enemies: a number or [min, max]")] = (
        None
    )
    walls: Annotated[Amount | Pair[Amount] | None, Meta(description="number of walls: a number or [min, max]")] = None


class ChamberGenerator(LevelGenerator[ChamberSpec]):
    """The generator of chambers."""

    sketches = True

    def check(self, spec: ChamberSpec) -> None:
        """Checks that some chamber may meet the spec.

        Raises:
            Unsatisfiable: naming the controls that cannot hold together.
        """
        check_order(player_key=spec.player_key, key_door=spec.key_door, enemies=spec.enemies, walls=spec.walls)
        fewest, most = limits(spec.walls, 0, spec.area)
        room = spec.area - fewest
        if room < ACTORS:
            raise _too_big(spec, "walls", f"at most {spec.area - ACTORS}, for player, key and door")
        if limits(spec.enemies, 0, 0)[0] > room - ACTORS:
            raise _too_big(spec, "enemies", f"at most {room - ACTORS}, beside player, key and door")
        # the door is as good as a wall on the path to the key, and takes a cell that is not on it
        opened = max(spec.area - most, 0)
        longest = {
            "player_key": min(longest_path(spec.width, spec.height, max(opened - 1, 0)), room - 2),
            "key_door": min(longest_path(spec.width, spec.height, opened), room - 1),
        }
        for name, bound in longest.items():
            # without walls every shortest path is at most from corner to corner, one around the door included
            most_moves = spec.width + spec.height - 2 if most == 0 else bound
            if limits(spec.targets[name], 1, 1)[0] > most_moves:
                raise _too_big(spec, name, f"at most {most_moves}")

    def candidate(self, spec: ChamberSpec, dice: Dice, attempt: int, last: bool) -> Rows:
        """Builds a chamber towards the controls."""
        board = board_of(spec.width, spec.height)
        aim = aims(spec, dice)
        if attempt % 2 and _is_scattered(spec, aim):
            opened = scatter(board, aim.opened, dice)
            key = _key_with_room(board, opened, max(aim.player_key, aim.key_door), dice)
            player, door = places(board, opened, key, aim, dice)
        else:
            opened, (player, key, door) = carve(board, aim, dice, last)
        tiles = [FLOOR if opened >> cell & 1 else WALL for cell in range(board.size)]
        tiles[player], tiles[key], tiles[door] = PLAYER, KEY, DOOR
        for cell in enemy_places(board, opened, (player, key, door), dice)[: aim.enemies]:
            tiles[cell] = ENEMY
        return board.rows(tiles)

    def repair(self, spec: ChamberSpec, draft: LevelDraft) -> None:
        """Repairs a draft with fixed tiles, and moves player, key, door and enemies towards the controls."""
        draft.mend(spec.targets)
        lengths = limits(spec.player_key, 1, spec.area), limits(spec.key_door, 1, spec.area)
        settle(draft, *lengths, PLAYER + KEY + DOOR, ENEMY)

    def sketch(self, spec: ChamberSpec, dice: Dice) -> str | None:
        """Predicts the moves along the paths that the candidate would be carved around; None where they do not tell."""
        board, aim = board_of(spec.width, spec.height), aims(spec, dice)
        if _is_scattered(spec, aim):
            return None
        plan = planned(board, aim, dice, last=False)
        return letters(board, plan.to_player[::-1]) + letters(board, plan.to_door) if plan.to_door else None


def _too_big(spec: ChamberSpec, name: str, expected: str) -> Unsatisfiable:
    others: dict[str, tuple[Target, str]] = {"walls": (spec.walls, "fewer or more, to leave room for it")}
    if spec.walls is None or name == "walls":
        others = {"width": (spec.width, "more cells"), "height": (spec.height, "more cells")}
    return conflict({name: (spec.targets[name], expected)} | others)


def aims(spec: ChamberSpec, dice: Dice) -> ChamberAims:
    """Chooses the numbers to build towards: within the targets, and otherwise in the usual ranges."""
    around = spec.width + spec.height
    needed = max(limits(target, 0, 0)[0] + more for target, more in _sizes(spec))
    few = min(spec.area * USUAL_WALLS[0] // 100, spec.area - needed)
    few, many = limits(spec.walls, few, max(spec.area * USUAL_WALLS[1] // 100, few))
    room = spec.area - few
    usual = around // 3, min(around * 4 // 3, max(spec.area // 3, around // 3))
    player_key = pick(spec.player_key, usual, room - 2, dice)
    key_door = pick(spec.key_door, usual, room - 1, dice)
    enemies = pick(spec.enemies, (1, max(spec.area // 18, 1)), room - ACTORS, dice)
    needed = max(player_key + 2, key_door + 1, enemies + ACTORS)
    return ChamberAims(player_key, key_door, enemies, dice.between(min(max(spec.area - many, needed), room), room))


def _sizes(spec: ChamberSpec) -> tuple[tuple[Target, int], ...]:
    """Returns the targets, each with the cells that it takes beyond its number."""
    return (spec.player_key, 2), (spec.key_door, 1), (spec.enemies, ACTORS)


def _is_scattered(spec: ChamberSpec, aim: ChamberAims) -> bool:
    return 100 * aim.opened >= SCATTER_FROM * spec.area


def carve(board: Board, aim: ChamberAims, dice: Dice, last: bool) -> tuple[int, tuple[int, int, int]]:
    """Returns the open cells around the paths from a key; and the cells of player, key and door."""
    for _ in range(TRAILS):
        plan = planned(board, aim, dice, last)
        carving = Carving(board, plan.trail, plan.root)
        carving.add(plan.to_player)
        carving.add(plan.to_door)
        # the door must not stand on the path to the key
        if plan.to_door or aim.key_door > aim.player_key or carving.spur(dice, aim.key_door):
            break
    carving.open(aim.opened, plan.halls, dice)
    opened, key = set_of(carving.opened), plan.trail[plan.root]
    if plan.to_door:
        return opened, (plan.to_player[-1], key, plan.to_door[-1])
    player, door = places(board, opened, key, aim, dice)
    return opened, (player, key, door)


def _key_with_room(board: Board, opened: int, length: int, dice: Dice) -> int:
    """Returns a random open cell, or a cell furthest from it when nothing is `length` moves away from the first."""
    cell = dice.choice(list(cells_of(opened)))
    around = rings(board, opened, 1 << cell)
    return cell if len(around) > length else dice.choice(list(cells_of(around[-1])))


def places(board: Board, opened: int, key: int, aim: ChamberAims, dice: Dice) -> tuple[int, int]:
    """Returns cells for player and door at the wanted distances from the key, or as near to them as a few tries find.

    Preferred are places where the player's distance is the same whether or not the door may be passed.
    """
    around = rings(board, opened, 1 << key)
    doors = list(cells_of(around[min(aim.key_door, len(around) - 1)]))
    nearest = 0, 0, 0
    for door in (dice.choice(doors) for _ in range(PLACES)):
        closed = rings(board, opened ^ 1 << door, 1 << key)
        distance = min(aim.player_key, len(closed) - 1)
        if distance > nearest[0]:
            same = closed[distance] & around[distance] if distance < len(around) else 0
            nearest = distance, dice.choice(list(cells_of(same or closed[distance]))), door
        if distance == aim.player_key:
            break
    if nearest[0] == 0:
        # the doors tried stood between the key and all else: this one has the player between itself and the key
        door = first_of(around[min(len(around) - 1, 2)])
        return first_of(around[1] & ~(1 << door)), door
    return nearest[1:]


def enemy_places(board: Board, opened: int, actors: tuple[int, int, int], dice: Dice) -> list[int]:
    """Lists the cells where an enemy can stand, first those off the shortest paths and away from the player."""
    player, key, door = actors
    path = set_of(route(board, opened ^ 1 << door, player, key) + route(board, opened, key, door))
    near = sum(rings(board, opened, 1 << player)[: GRACE + 1])
    cells = list(cells_of(opened & ~set_of(actors)))
    dice.shuffle(cells)
    return sorted(cells, key=lambda cell: (path >> cell & 1, near >> cell & 1))


def way_to_key(level: Level) -> Sequence[Place]:
    """Returns the places from the player to the key, which a player of the level passes first."""
    places = places_along(level.certificate.start, level.certificate.moves)
    return places[: 1 + next(number for number, (x, y) in enumerate(places) if level.grid[y][x] == KEY)]


CHAMBER = LevelKind(
    name="chamber",
    description="A player, a key, a door and enemies; the key is reached without passing the door",
    version=3,
    dice_name="dungeon",
    spec=ChamberSpec,
    rules=ChamberRules(),
    generator=ChamberGenerator(),
    variety=MovesVariety(30, places=30, passed=way_to_key),
)
