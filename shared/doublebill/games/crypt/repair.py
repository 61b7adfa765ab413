"""Repair of crypts with fixed tiles: moves foes to the path, which may lead elsewhere than before."""

from doublebill.games.controls import Target, limits
from doublebill.games.crypt.best_path import best_path
from doublebill.games.crypt.rules import GOBLIN, read_crypt
from doublebill.games.crypt.solver import FOES
from doublebill.games.grids.grid import FLOOR, beside, cells_of, set_of
from doublebill.games.grids.repair import LevelDraft


def bring_foes(draft: LevelDraft, enemies: Target) -> None:
    """Takes away the draft's free foes that are far from its path or too many, and puts missing ones beside the path.

    Where no way is survived it does nothing.
    """
    crypt = read_crypt(draft.rows)
    path = best_path(crypt) if crypt else []
    if crypt is None or not path:
        return
    passed, free = set_of(path), set_of(draft.free)
    around = beside(draft.board, passed) & ~passed
    foes = crypt.having(FOES)
    far = list(cells_of(foes & free & ~passed & ~around))
    near = list(cells_of(foes & free & (passed | around)))
    low, high = limits(enemies, foes.bit_count(), foes.bit_count())
    draft.dice.shuffle(near)
    surplus = max(foes.bit_count() - len(far) - high, 0)
    for cell in far + near[:surplus]:
        draft.drawn[cell] = FLOOR
    places = list(cells_of(around & free & crypt.having(FLOOR)))
    draft.dice.shuffle(places)
    for cell in places[: max(low - foes.bit_count() + len(far), 0)]:
        draft.drawn[cell] = GOBLIN
