"""Ways through platform levels, and the cells from where there is none."""

from collections.abc import Mapping
from dataclasses import replace

from doublebill.games.grids.example_grids import Limits
from doublebill.games.grids.grid import WALL, Rows, read_rows
from doublebill.games.levels.proof import Certificate
from doublebill.games.platform.physics import SPIKE, States, passed, spread, without
from doublebill.games.platform.solver import DIAMOND, EXIT, KEY, START, Planes, PlatformRules, solve
from doublebill.games.proofs.examiner import MOST_CELLS, MOST_LEVELS, Examiner, places_in, places_of, steps_end
from doublebill.games.proofs.verdict import LevelVerdict, impossible

SIDE = 64
"""Cells along a side of the largest platform level."""


class PlatformExaminer(Examiner):
    """The examiner of platform levels; where there is no key, the exit is open."""

    legend = PlatformRules.legend
    once: Mapping[str, str] = {START: "start", EXIT: "exit"}
    limits = Limits((1, 1), (SIDE, SIDE), MOST_CELLS, MOST_LEVELS)

    def examine(self, rows: Rows, steps: int) -> LevelVerdict:  # noqa: ARG002  # the work is that of the cells
        """Returns the verdict: moves with the fewest jumps, or what is out of reach, and where one is stuck."""
        keys = places_of(rows, KEY)
        if len(keys) > 1:
            return impossible("many-key", f"there are {len(keys)} keys ({KEY}); keep one", keys)
        world = Planes(rows)
        ahead = spread(world.begin, world.ahead)
        entered = _cells(world, ahead)
        moves = solve(rows)
        measured = {"width": world.board.width, "height": world.board.height}
        measured |= {"diamonds": len(places_of(rows, DIAMOND)), "spikes": len(places_of(rows, SPIKE))}
        (start,), (goal,) = places_of(rows, START), places_of(rows, EXIT)
        if moves is not None:
            verdict = LevelVerdict(True, certificate=Certificate(start, goal, moves), least="jumps")
            measured["jumps"] = moves.count("J")
        elif keys and not entered & world.key:
            verdict = impossible("key-unreachable", "no moves lead to the key", keys)
        else:
            verdict = impossible(
                "exit-unreachable", f"no moves lead {'from the key ' if keys else ''}to the exit", [goal]
            )
        _, air = read_rows(rows, WALL + SPIKE)
        lost = _cells(world, without(ahead, spread(world.end, world.back)))
        return replace(
            verdict,
            unreachable=places_in(world.board, air & ~entered),
            dead_ends=places_in(world.board, lost),
            measured=measured,
        )

    def finishes(self, rows: Rows, certificate: Certificate) -> bool:
        """Checks, by the physics on the drawn tiles, that the moves lead from the start by the key to the exit."""
        places = passed(rows, certificate.start, certificate.moves)
        tiles = [rows[y][x] for x, y in places]
        has_key = KEY in tiles or not places_of(rows, KEY)
        return steps_end(places, certificate) and (tiles[0], tiles[-1]) == (START, EXIT) and has_key


def _cells(world: Planes, states: States) -> int:
    """Returns the cells of states, with and without the key."""
    both = states[0] | states[1] | states[2]
    return (both | both >> world.board.size) & world.board.inside
