"""Physics: how a player moves, as a request may set it; each kind with jumps has its own fields and defaults."""

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from doublebill.schema import Input

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
