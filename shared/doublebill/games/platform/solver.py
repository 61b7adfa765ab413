"""The solver of single-screen platform levels: from nothing but the drawn rows, by the physics of `platform.physics`.

A search from the exit backwards finds, for every place with and without the key, the least jumps to the end and the
least steps with those; the moves are then walked on the drawn tiles, one letter at a time, downhill.
"""

from collections.abc import Mapping, Sequence

from doublebill.games.controls import Cell
from doublebill.games.grids.constraints import TileRoles
from doublebill.games.grids.grid import FLOOR, WALL, Board, Rows, read_rows, set_of
from doublebill.games.grids.steps import Place
from doublebill.games.levels.physics import Physics
from doublebill.games.levels.proof import Certificate, Proof
from doublebill.games.levels.rules import LevelRules
from doublebill.games.platform.physics import Scene, scene, spread
from doublebill.games.platform.platform_physics import USUAL, PlatformPhysics
from doublebill.games.platform.player_moves import SPIKE, Body, begun, letters_of, passed, solid, step
from doublebill.games.step_budget import spend

START, EXIT, KEY, DIAMOND = "S", "X", "K", "*"

type Rings = list[dict[int, int]]
"""For each number of jumps to the end: steps to the end → the places that need just these."""


class PlatformRules(LevelRules):
    """The rules of platform levels."""

    legend: Mapping[str, str] = {
        WALL: "wall",
        FLOOR: "air",
        START: "start",
        EXIT: "exit",
        KEY: "key",
        DIAMOND: "diamond",
        SPIKE: "spike",
    }
    tiles = TileRoles(once=START + EXIT + KEY, counted={"diamonds": DIAMOND, "spikes": SPIKE}, one_region=False)
    moves: Mapping[str, str] = {
        "L": "to the left by run_speed",
        "R": "to the right by run_speed",
        "J": "a jump",
        "W": "waiting",
        "l": "one cell to the left, where run_speed is more",
        "r": "one cell to the right, where run_speed is more",
    }

    def __init__(self, physics: PlatformPhysics | None = None) -> None:
        self.physics = physics

    def under(self, physics: Physics | None) -> LevelRules:
        """Returns the rules with other physics."""
        return PlatformRules(physics) if isinstance(physics, PlatformPhysics) else self

    def prove(self, rows: Rows) -> Proof | None:
        """Returns the proof of a platform level: moves from the start by the key to the exit with the fewest jumps.

        Start and exit stand on something solid. Of several paths with as few jumps it is one with fewest steps. Each
        diamond can be taken on some path that finishes the level; those paths may differ.
        """
        drawn = "".join(rows)
        if any(drawn.count(tile) != 1 for tile in (START, EXIT, KEY)):
            return None
        width = len(rows[0])
        start, goal = (divmod(drawn.index(tile), width)[::-1] for tile in (START, EXIT))
        if not all(solid(rows, x, y + 1) for x, y in (start, goal)):
            return None
        physics = self.physics or USUAL
        moves = solve(rows, physics)
        if moves is None or not diamonds_taken(rows, physics):
            return None
        size = {"width": width, "height": len(rows)}
        counted = {"diamonds": drawn.count(DIAMOND), "jumps": moves.count("J"), "spikes": drawn.count(SPIKE)}
        certificate = Certificate(start, goal, moves, self.physics)
        return Proof(certificate, size | {"start": Cell(*start), "exit": Cell(*goal)} | counted)

    def path(self, rows: Rows, certificate: Certificate) -> Sequence[Place]:
        """Lists the cells in which the steps of a certificate end, its start first."""
        return passed(rows, certificate.start, certificate.moves, physics_of(certificate))


def physics_of(certificate: Certificate) -> PlatformPhysics:
    """Returns the physics by which a certificate finishes its level."""
    return certificate.physics if isinstance(certificate.physics, PlatformPhysics) else USUAL


def solve(rows: Rows, physics: PlatformPhysics = USUAL) -> str | None:
    """Returns the moves from start to exit, fewest jumps first, then fewest steps; None where there is no way."""
    world = Planes(rows, physics)
    rings = _rings(world)
    if rings is None:
        return None
    jumps, steps = len(rings) - 1, max(rings[-1])
    (x, y), has_key, moves = world.board.xy(world.start), not world.key, []
    place = begun((x, y), physics)
    while steps:
        spend(4)
        for letter in letters_of(physics):
            there = step(rows, place, letter, physics)
            left = jumps - (letter == "J")
            in_vain = letter in "LRlr" and there is not None and there[0] == x
            if there is None or in_vain or left < 0 or steps - 1 not in rings[left]:
                continue
            keyed = has_key or rows[there[1]][there[0]] == KEY
            if rings[left][steps - 1] >> world.bit(there, keyed) & 1:
                place, has_key, jumps, steps, x = there, keyed, left, steps - 1, there[0]
                moves.append(letter)
                break
        else:
            return None
    return "".join(moves) if has_key and rows[place[1]][place[0]] == EXIT else None


def diamonds_taken(rows: Rows, physics: PlatformPhysics = USUAL) -> bool:
    """Tells whether each diamond can be taken on a path that finishes the level."""
    board, _ = read_rows(rows)
    drawn = "".join(rows)
    if DIAMOND not in drawn:
        return True
    return not set_of(board.cells[i] for i, tile in enumerate(drawn) if tile == DIAMOND) & ~finishing(rows, physics)


def finishing(rows: Rows, physics: PlatformPhysics = USUAL) -> int:
    """Returns the set of cells where steps end on paths from the start that finish the level."""
    world = Planes(rows, physics)
    ahead = spread(world.scene, world.begin, world.ahead)
    back = spread(world.scene, world.end, world.back)
    return world.cells(ahead & back)


def finishing_in_version_1(rows: Rows, physics: PlatformPhysics) -> int:
    """Returns what version 1 of the generator takes for the set `finishing`, for its levels to stay what they are.

    It misses few cells: those that lie only on paths over the key's cell which meet one there that takes the key.
    """
    world = Planes(rows, physics)
    ahead = spread(world.scene, world.begin, world.ahead_in_version_1)
    back = spread(world.scene, world.end, world.back)
    return world.cells(ahead & back)


class Planes:
    """A drawn grid as a scene of two planes, and how the key leads from the first to the second."""

    __slots__ = ("begin", "board", "end", "key", "physics", "scene", "start")

    board: Board
    scene: Scene
    start: int
    """The cell that one starts from."""
    key: int
    """The places in the key's cell, on the plane without the key; none where there is no key, and none is needed."""
    begin: int
    """The place that one starts from."""
    end: int
    """The places in the exit's cell, on the plane with the key."""

    def __init__(self, rows: Rows, physics: PlatformPhysics = USUAL) -> None:
        self.board, air = read_rows(rows, WALL)
        self.physics = physics
        cells, drawn = self.board.cells, "".join(rows)
        spikes = set_of(cells[i] for i, tile in enumerate(drawn) if tile == SPIKE) if SPIKE in drawn else 0
        self.scene = scene(self.board, air, spikes, 2, physics)
        self.start = cells[drawn.index(START)]
        self.key = self.scene.everywhere(1 << cells[drawn.index(KEY)]) if KEY in drawn else 0
        self.begin = 1 << self.bit(begun(self.board.xy(self.start), physics), not self.key)
        self.end = self.scene.everywhere(1 << cells[drawn.index(EXIT)]) << self.board.size

    def bit(self, place: Body, has_key: bool | int) -> int:
        """Returns the number of a place."""
        x, y, phase, left = place
        copy = (1 if has_key else 0) + 2 * (left + self.physics.drifts * phase)
        return (y + 1) * self.board.stride + x + 1 + self.board.size * copy

    def cells(self, places: int) -> int:
        """Returns the cells of places."""
        return self.scene.cells(places) & self.board.inside

    def ahead(self, places: int) -> int:
        """Returns the places that one step leads to; nothing leads on from the end."""
        going = places & ~self.end
        found = self.scene.walked(going) | self.scene.jumped(going)
        at_key = found & self.key
        return found & ~at_key | at_key << self.board.size

    def ahead_in_version_1(self, places: int) -> int:
        """Returns the places that one step leads to; of the key's cell, those that either have the key or take it."""
        going = places & ~self.end
        found = self.scene.walked(going) | self.scene.jumped(going)
        at_key = found & self.key
        return found ^ (at_key | at_key << self.board.size)

    def back(self, places: int) -> int:
        """Returns the places from where one step leads to `places`."""
        before = self.untaken(places)
        return (self.scene.walked_from(before) | self.scene.jumped_from(before)) & ~self.end

    def back_walking(self, places: int) -> int:
        """Returns the places from where one step other than a jump leads to `places`."""
        return self.scene.walked_from(self.untaken(places)) & ~self.end

    def back_jumping(self, places: int) -> int:
        """Returns the places from where a jump leads to `places`."""
        return self.scene.jumped_from(self.untaken(places)) & ~self.end

    def untaken(self, places: int) -> int:
        """Returns the places as they are before the key in them is taken: nobody ends a step in its cell without it."""
        key, size = self.key, self.board.size
        if not places & (key | key << size):
            return places
        return places & ~key | places >> size & key


def _rings(world: Planes) -> Rings | None:
    """Returns the rings from the exit back to the start; the last ring's jumps and steps are the start's own."""
    reached = 0
    rings: Rings = []
    sources = {0: world.end}
    while sources:
        rings.append({})
        jumping: dict[int, int] = {}
        steps, fresh = min(sources), 0
        while sources or fresh:
            spend(world.scene.work + 1)
            fresh = (fresh | sources.pop(steps, 0)) & ~reached
            if fresh:
                reached |= fresh
                rings[-1][steps] = fresh
                if fresh & world.begin:
                    return rings
                before = world.back_jumping(fresh)
                if before:
                    jumping[steps + 1] = before
                fresh = world.back_walking(fresh)
            steps += 1
        sources = jumping
    return None
