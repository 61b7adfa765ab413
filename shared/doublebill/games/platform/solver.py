"""The solver of single-screen platform levels: from nothing but the drawn rows, by the physics of `platform.physics`.

A search from the exit backwards finds, for every place with and without the key, the least jumps to the end and the
least steps with those; the moves are then walked on the drawn tiles, one letter at a time, downhill.
"""

from collections.abc import Mapping, Sequence

from doublebill.games.controls import Cell
from doublebill.games.grids.constraints import TileRoles
from doublebill.games.grids.grid import FLOOR, WALL, Board, Rows, read_rows, set_of
from doublebill.games.grids.steps import Place
from doublebill.games.levels.proof import Certificate, Proof
from doublebill.games.levels.rules import LevelRules
from doublebill.games.platform.physics import (
    FREE,
    LETTERS,
    NOWHERE,
    SPIKE,
    Body,
    Scene,
    States,
    passed,
    scene,
    solid,
    spread,
    step,
    united,
    without,
)
from doublebill.games.step_budget import spend

START, EXIT, KEY, DIAMOND = "S", "X", "K", "*"

type Rings = list[dict[int, States]]
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
    moves: Mapping[str, str] = {"L": "a step to the left", "R": "a step to the right", "J": "a jump", "W": "waiting"}

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
        moves = solve(rows)
        if moves is None or not diamonds_taken(rows):
            return None
        size = {"width": width, "height": len(rows)}
        counted = {"diamonds": drawn.count(DIAMOND), "jumps": moves.count("J"), "spikes": drawn.count(SPIKE)}
        return Proof(Certificate(start, goal, moves), size | {"start": Cell(*start), "exit": Cell(*goal)} | counted)

    def path(self, rows: Rows, certificate: Certificate) -> Sequence[Place]:
        """Lists the cells in which the steps of a certificate end, its start first."""
        return passed(rows, certificate.start, certificate.moves)


def solve(rows: Rows) -> str | None:
    """Returns the moves from start to exit, fewest jumps first, then fewest steps; None where there is no way."""
    world = Planes(rows)
    rings = _rings(world)
    if rings is None:
        return None
    jumps, steps = len(rings) - 1, max(rings[-1])
    (x, y), has_key, moves = world.board.xy(world.start), not world.key, []
    place: Body = (x, y, FREE)
    while steps:
        spend(4)
        for letter in LETTERS:
            there = step(rows, place, letter)
            left = jumps - (letter == "J")
            in_vain = letter in "LR" and there is not None and there[0] == x
            if there is None or in_vain or left < 0 or steps - 1 not in rings[left]:
                continue
            keyed = has_key or rows[there[1]][there[0]] == KEY
            if rings[left][steps - 1][there[2]] >> world.bit(there, keyed) & 1:
                place, has_key, jumps, steps, x = there, keyed, left, steps - 1, there[0]
                moves.append(letter)
                break
        else:
            return None
    return "".join(moves) if has_key and rows[place[1]][place[0]] == EXIT else None


def diamonds_taken(rows: Rows) -> bool:
    """Tells whether each diamond can be taken on a path that finishes the level."""
    board, _ = read_rows(rows)
    drawn = "".join(rows)
    if DIAMOND not in drawn:
        return True
    return not set_of(board.cells[i] for i, tile in enumerate(drawn) if tile == DIAMOND) & ~finishing(rows)


def finishing(rows: Rows) -> int:
    """Returns the set of cells where steps end on paths from the start that finish the level."""
    world = Planes(rows)
    ahead = spread(world.begin, world.ahead)
    back = spread(world.end, world.back)
    both = 0
    for one, other in zip(ahead, back, strict=True):
        both |= one & other
    return (both | both >> world.board.size) & world.board.inside


class Planes:
    """A drawn grid as a scene of two planes, and how the key leads from the first to the second."""

    __slots__ = ("begin", "board", "end", "goal", "key", "scene", "start")

    board: Board
    scene: Scene
    start: int
    """The cell that one starts from."""
    key: int
    """The set of the key's cell, on the plane without the key; empty where there is none, and none is needed."""
    goal: int
    """The set of the exit's cell, on the plane with the key."""
    begin: States
    end: States

    def __init__(self, rows: Rows) -> None:
        self.board, air = read_rows(rows, WALL)
        cells, drawn = self.board.cells, "".join(rows)
        spikes = set_of(cells[i] for i, tile in enumerate(drawn) if tile == SPIKE) if SPIKE in drawn else 0
        self.scene = scene(self.board, air, spikes, planes=2)
        self.start = cells[drawn.index(START)]
        self.key = 1 << cells[drawn.index(KEY)] if KEY in drawn else 0
        self.goal = 1 << cells[drawn.index(EXIT)] << self.board.size
        self.begin = 1 << self.start << (0 if self.key else self.board.size), 0, 0
        self.end = self.goal, self.goal, self.goal

    def bit(self, place: Body, has_key: bool | int) -> int:
        """Returns the number of a place's cell on its plane."""
        x, y, _ = place
        return (y + 1) * self.board.stride + x + 1 + (self.board.size if has_key else 0)

    def ahead(self, states: States) -> States:
        """Returns the places that one step leads to; nothing leads on from the end."""
        going = without(states, self.end)
        free, rising, hanging = united(self.scene.walked(going), self.scene.jumped(going))
        return self._taking(free), self._taking(rising), self._taking(hanging)

    def _taking(self, cells: int) -> int:
        at_key = cells & self.key
        return cells ^ (at_key | at_key << self.board.size) if at_key else cells

    def back(self, states: States) -> States:
        """Returns the places from where one step leads to `states`."""
        before = self.untaken(states)
        return self._going(united(self.scene.walked_from(before), self.scene.jumped_from(before)))

    def back_walking(self, states: States) -> States:
        """Returns the places from where one step other than a jump leads to `states`."""
        return self._going(self.scene.walked_from(self.untaken(states)))

    def back_jumping(self, states: States) -> States:
        """Returns the places from where a jump leads to `states`."""
        return self._going(self.scene.jumped_from(self.untaken(states)))

    def untaken(self, states: States) -> States:
        """Returns the places as they are before the key in them is taken: nobody ends a step in its cell without it."""
        key, size = self.key, self.board.size
        free, rising, hanging = states
        if not (free | rising | hanging) & (key | key << size):
            return states
        free, rising, hanging = (cells & ~key | cells >> size & key for cells in states)
        return free, rising, hanging

    def _going(self, states: States) -> States:
        """Removes the places of the finished, from where nothing leads on."""
        return without(states, self.end)


def _rings(world: Planes) -> Rings | None:
    """Returns the rings from the exit back to the start; the last ring's jumps and steps are the start's own."""
    reached = NOWHERE
    rings: Rings = []
    sources = {0: world.end}
    start = world.begin[FREE]
    while sources:
        rings.append({})
        jumping: dict[int, States] = {}
        steps, fresh = min(sources), NOWHERE
        while sources or fresh != NOWHERE:
            spend(4)
            fresh = without(united(fresh, sources.pop(steps, NOWHERE)), reached)
            if fresh != NOWHERE:
                reached = united(reached, fresh)
                rings[-1][steps] = fresh
                if fresh[FREE] & start:
                    return rings
                before = world.back_jumping(fresh)
                if before != NOWHERE:
                    jumping[steps + 1] = before
                fresh = world.back_walking(fresh)
            steps += 1
        sources = jumping
    return None
