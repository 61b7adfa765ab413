"""Ways through platform levels, and the cells from where there is none."""

from collections.abc import Mapping
from dataclasses import replace

from doublebill.games.grids.example_grids import Limits
from doublebill.games.grids.grid import WALL, Rows, read_rows
from doublebill.games.levels.physics import Physics
from doublebill.games.levels.proof import Certificate
from doublebill.games.platform.physics import spread
from doublebill.games.platform.platform_physics import USUAL, PlatformPhysics
from doublebill.games.platform.player_moves import SPIKE, passed
from doublebill.games.platform.solver import DIAMOND, EXIT, KEY, START, Planes, PlatformRules, physics_of, solve
from doublebill.games.proofs.examiner import MOST_CELLS, MOST_LEVELS, Examiner, places_in, places_of, steps_end
from doublebill.games.proofs.verdict import LevelVerdict, impossible

SIDE = 64
"""Cells along a side of the largest platform level."""


class PlatformExaminer(Examiner):
    """The examiner of platform levels; where there is no key, the exit is open."""

    legend = PlatformRules.legend
    once: Mapping[str, str] = {START: "start", EXIT: "exit"}
    limits = Limits((1, 1), (SIDE, SIDE), MOST_CELLS, MOST_LEVELS)
    physics = PlatformPhysics

    def __init__(self, numbers: PlatformPhysics | None = None) -> None:
        self.numbers = numbers

    def under(self, physics: Physics) -> Examiner:
        """Returns the examiner for other physics."""
        return PlatformExaminer(physics if isinstance(physics, PlatformPhysics) else None)

    def examine(self, rows: Rows, steps: int) -> LevelVerdict:  # noqa: ARG002  # the work is that of the cells
        """Returns the verdict: moves with the fewest jumps, or what is out of reach, and where one is stuck."""
        keys = places_of(rows, KEY)
        if len(keys) > 1:
            return impossible("many-key", f"there are {len(keys)} keys ({KEY}); keep one", keys)
        physics = self.numbers or USUAL
        world = Planes(rows, physics)
        ahead = spread(world.scene, world.begin, world.ahead)
        entered = world.cells(ahead)
        moves = solve(rows, physics)
        measured = {"width": world.board.width, "height": world.board.height}
        measured |= {"diamonds": len(places_of(rows, DIAMOND)), "spikes": len(places_of(rows, SPIKE))}
        (start,), (goal,) = places_of(rows, START), places_of(rows, EXIT)
        if moves is not None:
            verdict = LevelVerdict(True, certificate=Certificate(start, goal, moves, self.numbers), least="jumps")
            measured["jumps"] = moves.count("J")
        elif keys and not ahead & (world.key | world.key << world.board.size):
            verdict = impossible("key-unreachable", "no moves lead to the key", keys)
        else:
            verdict = impossible(
                "exit-unreachable", f"no moves lead {'from the key ' if keys else ''}to the exit", [goal]
            )
        _, air = read_rows(rows, WALL + SPIKE)
        lost = world.cells(ahead & ~spread(world.scene, world.end, world.back))
        return replace(
            verdict,
            unreachable=places_in(world.board, air & ~entered),
            dead_ends=places_in(world.board, lost),
            measured=measured,
        )

    def finishes(self, rows: Rows, certificate: Certificate) -> bool:
        """Checks, by the physics on the drawn tiles, that the moves lead from the start by the key to the exit."""
        places = passed(rows, certificate.start, certificate.moves, physics_of(certificate))
        tiles = [rows[y][x] for x, y in places]
        has_key = KEY in tiles or not places_of(rows, KEY)
        return steps_end(places, certificate) and (tiles[0], tiles[-1]) == (START, EXIT) and has_key
