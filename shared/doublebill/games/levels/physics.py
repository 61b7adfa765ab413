"""Physics: how a player moves, as a request may set it; each kind with jumps has its own fields and defaults."""

from collections.abc import Mapping
from typing import Annotated, Any, cast

import msgspec
from msgspec import Meta

from doublebill.errors import Unsatisfiable
from doublebill.schema import Input

HIGHEST_JUMP, LONGEST_HANG, FASTEST = 8, 8, 4


def integer(low: int, high: int, what: str) -> Meta:
    """Returns the limits of an integer and what it is."""
    return Meta(ge=low, le=high, description=f"{what}, an integer from {low} to {high}")


JumpHeight = Annotated[int, integer(1, HIGHEST_JUMP, "cells that a jump gains")]
HangTime = Annotated[int, integer(0, LONGEST_HANG, "steps at the top of a jump before the fall")]

type PhysicsJson = Mapping[str, bool | int | str]


class Physics(Input, frozen=True):
    """How a player moves."""

    def check(self, field: str) -> None:
        """Checks that the numbers of the request's `field` hold together.

        Raises:
            Unsatisfiable: naming each that contradicts the others.
        """

    def as_json(self) -> PhysicsJson:
        """Returns every number that is set, defaults included."""
        whole = cast(dict[str, Any], msgspec.to_builtins(self))
        return {name: value for name, value in whole.items() if value is not None}


def check_gap(field: str, gap: int | None, reach: int, others: str) -> None:
    """Checks that a jump of `reach` columns crosses the gap that the request's `field` sets; `others` would help.

    Raises:
        Unsatisfiable: naming the gap.
    """
    if gap is not None and gap > reach:
        problem = f"{gap} is wider than a jump of these numbers crosses"
        raise Unsatisfiable.one(f"{field}.gap", problem, f"use at most {reach}, or raise {others}")
