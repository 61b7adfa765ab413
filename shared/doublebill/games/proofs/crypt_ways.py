"""Ways through crypts that a player survives."""

from collections.abc import Mapping
from dataclasses import replace

from doublebill.games.crypt.best_path import survived_path
from doublebill.games.crypt.passages import fights
from doublebill.games.crypt.rules import EXIT, HEALTH, PLAYER, POTION, TREASURE, health_after, read_crypt
from doublebill.games.crypt.solver import FOES, CryptRules
from doublebill.games.grids.example_grids import Limits
from doublebill.games.grids.grid import Rows, letters, rings
from doublebill.games.grids.steps import walk
from doublebill.games.levels.proof import Certificate
from doublebill.games.proofs.examiner import MOST_CELLS, MOST_LEVELS, Examiner, places_in, steps_end
from doublebill.games.proofs.verdict import LevelVerdict, impossible, undecided

STATE_STEPS = 5
"""Steps that a state of the search costs."""

SIDE = 64
"""Cells along a side of the largest crypt."""


class CryptExaminer(Examiner):
    """The examiner of crypts."""

    legend = CryptRules.legend
    once: Mapping[str, str] = {PLAYER: "player", EXIT: "exit"}
    limits = Limits((1, 1), (SIDE, SIDE), MOST_CELLS, MOST_LEVELS)

    def examine(self, rows: Rows, steps: int) -> LevelVerdict:
        """Returns the verdict: the shortest way that is survived, or that there is none."""
        crypt = read_crypt(rows)
        if crypt is None:
            raise AssertionError("a crypt without a player or an exit is examined")
        board, drawn = crypt.board, "".join(rows)
        reached = sum(rings(board, crypt.opened & ~(1 << crypt.exit), 1 << crypt.player))
        joined = sum(rings(board, crypt.opened, 1 << crypt.player)) >> crypt.exit & 1
        measured = {"width": board.width, "height": board.height, "potions": drawn.count(POTION)}
        measured["enemies"] = sum(tile in FOES for tile in drawn)
        unreachable = places_in(board, crypt.opened & ~reached & ~(joined << crypt.exit))
        if not joined:
            verdict = impossible("exit-unreachable", "no way leads to the exit", [board.xy(crypt.exit)])
            return replace(verdict, unreachable=unreachable, measured=measured)
        searched = steps // STATE_STEPS
        path, states = survived_path(crypt, searched)
        if path:
            certificate = Certificate(board.xy(path[0]), board.xy(path[-1]), letters(board, path))
            taken = len({cell for cell in path if crypt.tiles[cell] == TREASURE})
            measured |= {"treasures": taken, "solution_length": len(path) - 1, "fights": fights(crypt, path)}
            verdict = LevelVerdict(True, certificate=certificate, least="moves")
        elif states > searched:
            verdict = undecided(f"no way that is survived was found in {steps} steps", steps)
        else:
            verdict = impossible("deadly", "every way to the exit costs all health; remove a foe or add a potion")
        return replace(verdict, unreachable=unreachable, measured=measured, steps=min(states * STATE_STEPS, steps))

    def finishes(self, rows: Rows, certificate: Certificate) -> bool:
        """Checks that the certificate walks from the player to the exit, and that every cell leaves some health."""
        health = HEALTH
        left = [list(row) for row in rows]
        places = walk(rows, certificate.start, certificate.moves)
        for place, (x, y) in enumerate(places, 1):
            health = health_after(left[y][x], health)
            if health <= 0 or (left[y][x] == EXIT) != (place == len(places)):
                return False
            left[y][x] = ""
        start_x, start_y = certificate.start
        return steps_end(places, certificate) and rows[start_y][start_x] == PLAYER
