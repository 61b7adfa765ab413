"""Searches through the states of a warehouse, a whole ring of them at once.

A state is where the crates are, a set of cells, and where the player is. The states that a search reaches after the
same number of moves are kept as one set of player cells for each set of crates, so that walking from all of those
cells is four shifts of one integer; only a crate that is moved makes a set of crates that is looked up.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from doublebill.games.grids.grid import Board, cells_of
from doublebill.games.step_budget import spend

type Ring = dict[int, int]
"""Set of crates → the set of player cells, of the states that are equally far from where a search began."""

type State = tuple[int, int]
"""The set of crates, and the player's cell."""


@dataclass(frozen=True, slots=True)
class Warehouse:
    """A warehouse without its crates and player: the board, its open cells and its goals, both sets."""

    board: Board
    opened: int
    goals: int


def shifted(cells: int, step: int) -> int:
    """Returns the set moved by `step` cell numbers."""
    return cells << step if step > 0 else cells >> -step


def living(store: Warehouse) -> int:
    """Returns the cells from which a crate that is alone can be pushed to a goal; on any other it is stuck for ever."""
    found = fresh = store.goals & store.opened
    while fresh:
        pulled = 0
        for step in store.board.steps:
            # a crate comes from behind when the player, two cells behind, stood on open ground
            pulled |= shifted(fresh, step) & store.opened & shifted(store.opened, -step)
        fresh = pulled & ~found
        found |= fresh
    return found


class RingSearch:
    """Rings of states around the first ones: by pushes ahead, or by pulls, which are pushes seen backwards."""

    def __init__(self, store: Warehouse, first: Ring, backwards: bool) -> None:
        self.store = store
        self.backwards = backwards
        self.rings: list[Ring] = [first]
        self.reached: Ring = dict(first)
        self.work = 0
        """Sets of crates that were looked at, one that is in several rings each time."""
        self._living = store.opened if backwards else living(store)

    @property
    def depth(self) -> int:
        """Moves from the first states to those of the last ring."""
        return len(self.rings) - 1

    def grow(self) -> Ring:
        """Adds the next ring and gives it back; an empty one is not added."""
        ring: Ring = {}
        opened, stride, reached = self.store.opened, self.store.board.stride, self.reached
        last = self.rings[-1]
        self.work += len(last)
        spend(3 * len(last))
        for crates, players in last.items():
            walked = players << 1 | players >> 1 | players << stride | players >> stride
            old = reached[crates]
            fresh = walked & opened & ~(crates | old)
            if fresh:
                ring[crates] = ring.get(crates, 0) | fresh
                reached[crates] = old | fresh
            if walked & crates:
                for after, player in self._moved(crates, players):
                    old = reached.get(after, 0)
                    if not old & player:
                        ring[after] = ring.get(after, 0) | player
                        reached[after] = old | player
        if ring:
            self.rings.append(ring)
        return ring

    def _moved(self, crates: int, players: int) -> Iterator[tuple[int, int]]:
        """Returns the crates after each push, or before it where the search goes backwards, and the player as a set."""
        free = self.store.opened & ~crates
        for step in self.store.board.steps:
            touching = players & shifted(crates, -step)
            if not touching:
                continue
            if self.backwards:
                movers = touching & shifted(free, step)
                while movers:
                    mover = movers & -movers
                    movers ^= mover
                    yield crates ^ shifted(mover, step) ^ mover, shifted(mover, -step)
            else:
                movers = touching & shifted(free & self._living, -2 * step)
                while movers:
                    mover = movers & -movers
                    movers ^= mover
                    ahead = shifted(mover, step)
                    yield crates ^ ahead ^ shifted(ahead, step), ahead


def finished(store: Warehouse) -> Ring:
    """Returns the states in which every crate is on a goal, wherever the player is."""
    return {store.goals: store.opened & ~store.goals}


def before(store: Warehouse, state: State, ring: Ring) -> State:
    """Returns a state of `ring` that one move leads from to `state`, by a walk if it can be; there must be one."""
    crates, player = state
    walkers = ring.get(crates, 0)
    for step in store.board.steps:
        if walkers >> (player - step) & 1:
            return crates, player - step
    for step in store.board.steps:
        pulled = crates ^ 1 << player + step ^ 1 << player
        if crates >> (player + step) & 1 and ring.get(pulled, 0) >> (player - step) & 1:
            return pulled, player - step
    raise LookupError(f"no move leads to crates on {list(cells_of(crates))} with the player on {player}")


def after(store: Warehouse, state: State, ring: Ring) -> State:
    """Returns a state of `ring` that one move leads to from `state`, by a walk if it can be; there must be one."""
    crates, player = state
    walkers = ring.get(crates, 0)
    for step in store.board.steps:
        if walkers >> (player + step) & 1:
            return crates, player + step
    for step in store.board.steps:
        there = player + step
        if crates >> there & 1 and store.opened >> there + step & 1:
            pushed = crates ^ 1 << there ^ 1 << there + step
            if ring.get(pushed, 0) >> there & 1:
                return pushed, there
    raise LookupError(f"no move leads on from crates on {list(cells_of(crates))} with the player on {player}")
