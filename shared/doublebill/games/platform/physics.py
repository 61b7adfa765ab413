"""The physics of single-screen platform levels: the effect of each of the moves L R J W, and of l r where one runs.

Where one is: a cell and a phase. The phases are FREE (standing where the cell beneath is solid, else falling), then
those of a jump in their order: RISING for each further cell to rise, HANGING for each step of `hang_time`. Walls and
everything outside the grid are solid; all other tiles are air, spikes too. One begins in the start cell, FREE. Each
step has one letter and two parts, first across, then up or down. The numbers are those of `PlatformPhysics`, with their
defaults in brackets:

- across: L or R moves `run_speed` cells (1) to that side, cell by cell, up to the first solid cell; l or r moves one.
  While HANGING there is no way across, unless `hang_control` is set: L and R do what W does.
- FREE, the cell beneath solid: one stays on it. So one stands at once where one lands, and walks with L and R.
- FREE, the cell beneath not solid: one falls `fall_speed` cells (1), or until the cell beneath is solid. So who walks
  off an edge moves across and down in one step, and a gap of `run_speed` cells or more is not walked over.
- J only while FREE and standing, and only where the cell above is not solid: one rises into it and is in the first
  phase of the jump. A jump gains `jump_height` cells (2). Nothing goes across in this step.
- RISING, the cell above not solid: one rises into it and is in the next phase, after the last in FREE. RISING under
  something solid: one stays, and is FREE; with a `bump` that hangs, in the first phase HANGING if there is one.
- HANGING: one stays, for `hang_time` steps (1), and is FREE after the last. What lies beneath who is RISING or HANGING
  stops nothing; landing is for the FREE.
- `gap` (no limit): who has left the ground moves at most `gap` + 1 cells across until standing again, FREE; letters for
  more do what W does.

W moves nothing across. Spikes kill a player in each cell that a step enters. Key and diamonds are taken, and the
exit ends the level for who has the key, in the cell where a step ends; without the key the exit is air.

`player_moves` makes these steps for one player; here are steps of sets of places. A set of places is one integer:
copies of a bit board of `grid`, one for each phase, in it one for each number of cells across that are left in the
air, and in that one without and one with the key where the scene has both.
"""

from collections.abc import Callable
from dataclasses import dataclass

from doublebill.games.grids.grid import Board
from doublebill.games.platform.platform_physics import USUAL, PlatformPhysics
from doublebill.games.step_budget import spend


@dataclass(frozen=True, slots=True)
class Scene:
    """A grid as its physics sees it; all fields that are sets are sets of places."""

    physics: PlatformPhysics
    stride: int
    """From a cell to the one below it."""
    size: int
    """From a copy of the board to the next."""
    drop: int
    """From a place to the same with one more cell across that is left; 0 where nothing limits them."""
    span: int
    """From a place to the same in the next phase."""
    copies: int
    safe: int
    """Air without spikes."""
    free: int
    """All places of the phase FREE."""
    footing: int
    """Those of them in air with something solid beneath."""
    takeoff: int
    """Those of them that a jump may start from: safe, with all cells across left."""
    rising: int
    hanging: int
    ceiling: int
    """Rising in air with something solid above."""
    steered: int
    """Places from which a letter may lead across."""
    spent: int
    """Places with no cell across left; none where nothing limits them."""
    walls: tuple[int, int]
    """Places with something solid to the left, and to the right."""

    @property
    def work(self) -> int:
        """Steps of the budget that one step of a set of places takes."""
        whole = 3 * max(self.copies // 6, 1) + self.copies * self.size // 4_000
        return whole * (1 + self.physics.drifts // 8)

    def walked(self, places: int) -> int:
        """Returns the places that one step other than a jump leads to."""
        physics, safe, stride, span = self.physics, self.safe, self.stride, self.span
        places = self._across(places)
        free = places & self.free
        for _ in range(physics.fall_speed):
            standing = free & self.footing
            free = standing | (free ^ standing) << stride & safe
        rising = places & self.rising
        onward = rising >> stride & safe | places & self.hanging
        if rising or onward:
            ended = onward >> span * physics.phases
            onward ^= ended << span * physics.phases
            free |= ended
            bumped = 0
            for phase in range(1, physics.rises + 1):
                bumped |= (rising & self.ceiling) >> phase * span & self.free
            onward = onward << span | bumped << physics.bump_phase * span
        return self._landed(onward | free) if self.drop else onward | free

    def jumped(self, places: int) -> int:
        """Returns the places that a jump leads to."""
        risen = (places & self.takeoff) >> self.stride & self.safe
        return risen << self.span if self.physics.phases else risen

    def walked_from(self, places: int) -> int:
        """Returns the places from where one step other than a jump leads to `places`."""
        physics, safe, stride, span = self.physics, self.safe, self.stride, self.span
        places = self._unlanded(places) if self.drop else places
        free = places & self.free
        before = free
        for _ in range(physics.fall_speed):
            before = before & self.footing | before >> stride & safe
        if physics.phases:
            onward = places >> span | free << span * physics.phases
            before |= (onward & self.rising) << stride & safe | onward & self.hanging
            bumped = places >> physics.bump_phase * span & self.free
            for phase in range(1, physics.rises + 1):
                before |= bumped << phase * span & self.ceiling
        return self._across_from(before)

    def jumped_from(self, places: int) -> int:
        """Returns the places from where a jump leads to `places`."""
        risen = places >> self.span if self.physics.phases else places
        return risen << self.stride & self.takeoff

    def cells(self, places: int) -> int:
        """Returns the cells of places, on one plane, whatever else the places are."""
        cells = 0
        for copy in range(self.copies):
            cells |= places >> copy * self.size
        return cells & (1 << self.size) - 1

    def everywhere(self, cells: int) -> int:
        """Returns all places of some cells, on the plane that they are on."""
        physics, apart = self.physics, self.span // self.physics.drifts
        return cells * _copies(physics.drifts * (physics.phases + 1), apart)

    def _across(self, places: int) -> int:
        steered = places & self.steered
        walking = steered & ~self.spent
        found = places | ((walking << 1 | walking >> 1) & self.safe) >> self.drop
        if self.physics.run_speed > 1:
            for to in (0, 1):
                found |= self._run(steered, to)
        return found

    def _run(self, places: int, to: int) -> int:
        stopping = self.walls[to] | self.spent
        for _ in range(self.physics.run_speed):
            stopped = places & stopping
            moved = places ^ stopped
            places = stopped | ((moved << 1 if to else moved >> 1) & self.safe) >> self.drop
        return places

    def _across_from(self, places: int) -> int:
        steered, going = self.steered & self.safe, self.steered & self.safe & ~self.spent
        found = places | (places << 1 | places >> 1) << self.drop & going
        if self.physics.run_speed > 1:
            for to in (0, 1):
                run, stopping = places & steered, self.walls[to] | self.spent
                for _ in range(self.physics.run_speed):
                    run = run & stopping | (run >> 1 if to else run << 1) << self.drop & going & ~stopping
                found |= run
        return found

    def _landed(self, places: int) -> int:
        """Returns places where those that stand have all cells across left again."""
        standing = places & self.footing
        rested = 0
        for left in range(self.physics.drifts):
            rested |= standing << left * self.drop & self.takeoff
        return places ^ standing | rested

    def _unlanded(self, places: int) -> int:
        """Returns places with those that land as these."""
        rested = places & self.takeoff
        for left in range(1, self.physics.drifts):
            places |= rested >> left * self.drop
        return places


def scene(board: Board, air: int, spikes: int = 0, planes: int = 1, physics: PlatformPhysics = USUAL) -> Scene:
    """Returns the scene of a board with these cells of air, of which some hold `spikes`, on one plane or two."""
    size, stride, drifts = board.size, board.stride, physics.drifts
    span = size * planes * drifts
    one_drift = _copies(planes, size)
    one_phase = _copies(drifts, size * planes) * one_drift
    rising = _copies(physics.rises, span) << span
    hanging = _copies(physics.hang_time, span) << span * (1 + physics.rises)
    free, footing = one_phase, air & ~(air >> stride)
    jumping = (rising | hanging) * one_phase
    steered = free | (rising | (hanging if physics.hang_control else 0)) * one_phase
    spent = one_drift * _copies(physics.phases + 1, span) if drifts > 1 else 0
    everywhere = free | jumping
    return Scene(
        physics=physics,
        stride=stride,
        size=size,
        drop=size * planes if drifts > 1 else 0,
        span=span,
        copies=planes * drifts * (physics.phases + 1),
        safe=(air & ~spikes) * everywhere,
        free=board.inside * free,
        footing=footing * free,
        takeoff=(footing & ~spikes) * one_drift << size * planes * (drifts - 1),
        rising=board.inside * rising * one_phase,
        hanging=board.inside * hanging * one_phase,
        ceiling=(air & ~(air << stride)) * rising * one_phase,
        steered=board.inside * steered,
        spent=board.inside * spent,
        walls=((air & ~(air << 1)) * everywhere, (air & ~(air >> 1)) * everywhere),
    )


def _copies(number: int, apart: int) -> int:
    """Returns a set with so many members, the first of them 0."""
    return sum(1 << copy * apart for copy in range(number))


def spread(seen: Scene, fresh: int, further: Callable[[int], int], reached: int = 0) -> int:
    """Returns all places that `further` leads to from `fresh`, again and again, with those `reached` before."""
    fresh &= ~reached
    while fresh:
        spend(seen.work)
        reached |= fresh
        fresh = further(fresh) & ~reached
    return reached


def by_jumps(seen: Scene, sources: int, walked: Callable[[int], int], jumped: Callable[[int], int]) -> list[int]:
    """Returns the places that 0, 1, 2, … jumps or fewer lead to, until more jumps lead to no more."""
    reached = spread(seen, sources, walked)
    layers = [reached]
    while (more := spread(seen, jumped(reached), walked, reached)) != reached:
        reached = more
        layers.append(reached)
    return layers
