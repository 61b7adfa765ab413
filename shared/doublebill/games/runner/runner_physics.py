"""The numbers of the physics of scrolling levels: how fast, how high and how far a player jumps.

`runner.physics` says what they mean, step by step.
"""

import functools
import math
from typing import Annotated

from doublebill.games.levels.physics import FASTEST, HangTime, JumpHeight, Physics, check_gap, integer
from doublebill.games.levels.proof import Certificate

WIDEST_GAP = 64


class RunnerPhysics(Physics, frozen=True):
    """How a player of scrolling levels moves."""

    jump_height: JumpHeight = 4
    hang_time: HangTime = 0
    gap: Annotated[int, integer(0, WIDEST_GAP, "columns of the widest gap that the player may cross")] | None = None
    """By default as many as the other numbers give."""
    run_speed: Annotated[int, integer(1, FASTEST, "most cells across in a step")] = 2
    fall_speed: Annotated[int, integer(1, FASTEST, "most cells fallen in a step")] = 3

    @property
    def jump(self) -> tuple[int, ...]:
        """The vy of each step of a jump that is held to its end: those that rise, then those that hang."""
        return velocities(self.jump_height, self.hang_time)

    @property
    def drifts(self) -> int:
        """Numbers of cells across that a player may have no ground beneath; 1 where nothing limits them."""
        return 1 if self.gap is None else self.gap + 2

    @property
    def reach(self) -> int:
        """Columns of the widest gap in level ground that a jump crosses, `gap` left aside."""
        # a fall begins with one cell; the step in which one lands moves across too
        falling = 1 + (self.jump_height - 1) // self.fall_speed
        return self.run_speed * (len(self.jump) + falling + 1) - 1

    def check(self, field: str) -> None:
        """Checks that a jump crosses the gap.

        Raises:
            Unsatisfiable: naming the gap.
        """
        check_gap(field, self.gap, self.reach, "hang_time, jump_height or run_speed")


@functools.cache
def velocities(jump_height: int, hang_time: int) -> tuple[int, ...]:
    """Returns the vy of each step of a jump: with n cells left to rise, 2⌊√n⌋ - 1 of them; then 0 while it hangs."""
    found, left = [], jump_height
    while left:
        found.append(1 - 2 * math.isqrt(left))
        left += found[-1]
    return (*found, *[0] * hang_time)


USUAL = RunnerPhysics()
"""The physics of a request that says nothing of it."""


def physics_of(certificate: Certificate) -> RunnerPhysics:
    """Returns the physics that the moves of a certificate are for."""
    return certificate.physics if isinstance(certificate.physics, RunnerPhysics) else USUAL
