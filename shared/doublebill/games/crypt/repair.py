"""Repair of crypts with fixed tiles: moves foes to the path, which may lead elsewhere than before."""

from doublebill.games.controls import Target, limits
from doublebill.games.crypt.best_path import best_path
from doublebill.games.crypt.passages import is_passage
from doublebill.games.crypt.rules import GOBLIN, Crypt, read_crypt
from doublebill.games.crypt.solver import FOES
from doublebill.games.grids.grid import FLOOR, beside, cells_of, set_of
from doublebill.games.grids.repair import LevelDraft


def bring_foes(draft: LevelDraft, enemies: Target, fights: Target) -> None:
    """Takes away the draft's free foes that are far from its path or too many, and puts missing ones beside the path.

    Where `fights` has a target, foes are put into passages first, or taken out of them. Where no way is survived it
    does nothing.
    """
    crypt = read_crypt(draft.rows)
    path = best_path(crypt) if crypt else []
    if crypt is None or not path:
        return
    if fights is not None:
        _man_passages(draft, crypt, path, fights)
        crypt = Crypt(crypt.board, draft.drawn, crypt.opened, crypt.player, crypt.exit)
    passed, free = set_of(path), set_of(draft.free)
    around = beside(draft.board, passed) & ~passed
    foes = crypt.having(FOES)
    far = list(cells_of(foes & free & ~passed & ~around))
    near = list(cells_of(foes & free & (around if fights is not None else passed | around)))
    low, high = limits(enemies, foes.bit_count(), foes.bit_count())
    draft.dice.shuffle(near)
    surplus = max(foes.bit_count() - len(far) - high, 0)
    for cell in far + near[:surplus]:
        draft.drawn[cell] = FLOOR
    places = list(cells_of(around & free & crypt.having(FLOOR)))
    draft.dice.shuffle(places)
    for cell in places[: max(low - foes.bit_count() + len(far), 0)]:
        draft.drawn[cell] = GOBLIN


def _man_passages(draft: LevelDraft, crypt: Crypt, path: list[int], fights: Target) -> None:
    """Puts goblins into free passages of the path, or takes foes out of them, as the target of fights needs."""
    free = set(draft.free)
    passages = [cell for cell in path[1:-1] if is_passage(crypt, cell)]
    draft.dice.shuffle(passages)
    manned = [cell for cell in passages if draft.drawn[cell] in FOES]
    low, high = limits(fights, 0, 0)
    for cell in [cell for cell in manned if cell in free][: max(len(manned) - high, 0)]:
        draft.drawn[cell] = FLOOR
    for cell in [cell for cell in passages if cell in free and draft.drawn[cell] == FLOOR][: max(low - len(manned), 0)]:
        draft.drawn[cell] = GOBLIN
