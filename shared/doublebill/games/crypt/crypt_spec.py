"""Specs of crypts: the size and the controls of a crypt, and what contradicts itself among them."""

from typing import Annotated

from msgspec import Meta

from doublebill.games.controls import Amount, Height, Length, Target, Width, check_order, conflict, limits
from doublebill.games.crypt.rules import DRAUGHT, HEALTH
from doublebill.games.grids.path_bounds import longest_path
from doublebill.games.levels.spec import GridSpec
from doublebill.schema import Pair

ENDS = 2
"""Player and exit, each on a cell of its own."""

USUAL_OPEN = 45, 62
"""Fewest and most percent of cells that are open, where the length of the path leaves room."""


class CryptSpec(GridSpec, frozen=True):
    """The size and the controls of a crypt."""

    width: Width = 8
    height: Height = 12
    enemies: Annotated[
        Amount | Pair[Amount] | None,
        Meta(description="number of goblins and ogres together: a number or [min, max]"),
    ] = None
    treasures: Annotated[
        Amount | Pair[Amount] | None,
        Meta(description="number of treasures that the certificate takes on its way: a number or [min, max]"),
    ] = None
    solution_length: Annotated[
        Length | Pair[Length] | None,
        Meta(description="moves of the shortest way to the exit that is survived: a number or [min, max]"),
    ] = None
    potions: Annotated[Amount | Pair[Amount] | None, Meta(description="number of potions: a number or [min, max]")] = (
        None
    )
    fights: Annotated[
        Amount | Pair[Amount] | None,
        Meta(description="number of foes that no way to the exit leads round: a number or [min, max]"),
    ] = None


def check_spec(spec: CryptSpec) -> None:
    """Checks that some crypt may meet the spec.

    Raises:
        Unsatisfiable: naming the controls that cannot hold together.
    """
    targets = {name: spec.targets[name] for name in ("enemies", "treasures", "solution_length", "potions", "fights")}
    check_order(**targets)
    least = {name: limits(value, 0, 0)[0] for name, value in targets.items()}
    sides: dict[str, tuple[Target, str]] = {side: (spec.targets[side], "more cells") for side in ("width", "height")}
    room = spec.area - ENDS
    things = {name: least[name] for name in ("enemies", "treasures", "potions") if least[name]}
    if sum(things.values()) > room:
        raise conflict({name: (targets[name], f"at most {room} of all together") for name in things} | sides)
    if least["solution_length"] > (most := longest_path_bound(spec)):
        if spec.enemies is not None:
            sides["enemies"] = spec.enemies, "more, that a way must go round"
        raise conflict({"solution_length": (spec.solution_length, f"at most {most}"), **sides})
    longest = limits(spec.solution_length, most, most)[1]
    far: dict[str, tuple[Target, str]] = sides
    if spec.solution_length:
        far = {"solution_length": (spec.solution_length, "more moves")}
    if least["treasures"] > longest - 1:
        raise conflict({"treasures": (spec.treasures, f"at most {longest - 1} on that way"), **far})
    # n = longest + 1 cells have at most 2n + 2 others beside them, and two of them are player and exit
    if least["enemies"] + least["treasures"] > (cells := 3 * longest + 3):
        crowd = {
            name: (targets[name], f"at most {cells} on and beside that way") for name in things if name != "potions"
        }
        raise conflict({**crowd, **far})
    if spec.fights is not None:
        _check_fights(spec, longest, far)


def _check_fights(spec: CryptSpec, longest: int, far: dict[str, tuple[Target, str]]) -> None:
    """Checks that a player may survive as many fights as must be, and that there is a way with room for them."""
    fights, treasures = limits(spec.fights, 0, 0)[0], limits(spec.treasures, 0, 0)[0]
    foes, potions = limits(spec.enemies, fights, fights)[1], limits(spec.potions, fights, fights)[1]
    if fights > foes:
        advice = f"at most {foes}, the number of foes"
        raise conflict({"fights": (spec.fights, advice), "enemies": (spec.enemies, f"at least {fights}")})
    if fights > (most := most_fights(potions)):
        needed = {"potions": (spec.potions, f"at least {least_potions(fights)}")}
        raise conflict({"fights": (spec.fights, f"at most {most} with so few potions"), **needed})
    if fights + treasures > longest - 1:
        crowd = {name: spec.targets[name] for name in ("fights", "treasures") if limits(spec.targets[name], 0, 0)[0]}
        advice = f"at most {longest - 1} of both on that way"
        raise conflict({name: (target, advice) for name, target in crowd.items()} | far)


def least_potions(fights: int) -> int:
    """Returns the potions without which nobody survives that many fights."""
    return max(-(-(fights + 1 - HEALTH) // DRAUGHT), 0)


def most_fights(potions: int) -> int:
    """Returns the fights that a player with that many potions survives at most."""
    return HEALTH - 1 + DRAUGHT * potions


def longest_path_bound(spec: CryptSpec) -> int:
    """Returns the moves that the shortest survived path never exceeds.

    Without foes it is a shortest path of the grid. Without potions it passes no cell twice: leaving out a loop only
    spares damage. Else that holds between any two of the moves that drink a potion or meet a foe.
    """
    foes, potions = (limits(target, 0, spec.area)[1] for target in (spec.enemies, spec.potions))
    if foes == 0:
        things = sum(limits(target, 0, 0)[0] for target in (spec.treasures, spec.potions))
        return longest_path(spec.width, spec.height, things + ENDS)
    meetings = min(foes + potions, spec.area - ENDS) if potions else 0
    return (meetings + 1) * (spec.area - 1)
