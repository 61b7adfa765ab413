"""The numbers of the physics of platform levels: how high, how long and how far a player jumps.

`platform.physics` says what they mean, step by step.
"""

from typing import Annotated, Literal

from msgspec import Meta

from doublebill.games.levels.physics import FASTEST, HangTime, JumpHeight, Physics, check_gap, integer

WIDEST_GAP = 16


class PlatformPhysics(Physics, frozen=True):
    """How a player of platform levels moves."""

    jump_height: JumpHeight = 2
    hang_time: HangTime = 1
    hang_control: Annotated[bool, Meta(description="whether the player moves across while hanging, true or false")] = (
        False
    )
    bump: Annotated[
        Literal["fall", "hang"],
        Meta(description='a ceiling ends a jump at once ("fall"), or begins its hang ("hang")'),
    ] = "fall"
    gap: Annotated[int, integer(0, WIDEST_GAP, "columns of the widest gap that a jump may cross")] | None = None
    """By default as many as the other numbers give; less for a player who steers less in the air."""
    run_speed: Annotated[int, integer(1, FASTEST, "cells across in a step")] = 1
    fall_speed: Annotated[int, integer(1, FASTEST, "cells fallen in a step")] = 1

    @property
    def rises(self) -> int:
        """Steps in which a jump rises after its first; their phases come first after `FREE`."""
        return self.jump_height - 1

    @property
    def phases(self) -> int:
        """Phases of a jump: those that rise, then those that hang."""
        return self.rises + self.hang_time

    @property
    def bump_phase(self) -> int:
        """The phase of a player whom a ceiling stopped."""
        return self.rises + 1 if self.bump == "hang" and self.hang_time else 0

    @property
    def drifts(self) -> int:
        """Numbers of cells across that may be left in the air; 1 where nothing limits them."""
        return 1 if self.gap is None else self.gap + 2

    @property
    def reach(self) -> int:
        """Columns of the widest gap in level ground that a jump crosses, `gap` left aside."""
        falling = self.jump_height // self.fall_speed
        return self.run_speed * (self.rises + self.hang_time * self.hang_control + falling + 1) - 1

    def check(self, field: str) -> None:
        """Checks that a jump crosses the gap.

        Raises:
            Unsatisfiable: naming the gap.
        """
        check_gap(field, self.gap, self.reach, "hang_time with hang_control, jump_height or run_speed")


USUAL = PlatformPhysics()
"""The physics of a request that says nothing of it."""
