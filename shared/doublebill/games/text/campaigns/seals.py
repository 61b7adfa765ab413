"""Seals of a campaign: treasures of earlier levels, each of which opens the way to a later one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from doublebill.games.content_kind import Json
from doublebill.games.dice import Dice
from doublebill.games.missions.mission import Mission


@dataclass(frozen=True, slots=True)
class Seal:
    """A treasure that opens the way to a later level."""

    name: str
    found_in: int
    """Number of the level that has it, from 1."""
    node: str
    """Id of the treasure in that level's mission."""
    opens: int
    """Number of the level that it opens."""

    def as_json(self) -> Mapping[str, Json]:
        """Returns the seal as part of an answer."""
        return {"name": self.name, "found_in": self.found_in, "node": self.node, "opens": self.opens}


def drawn_seals(places: Sequence[str], missions: Sequence[Mission], dice: Dice) -> list[Seal]:
    """Chooses for each level after the first a treasure of an earlier one, no treasure twice.

    A level gets none where no earlier one has a treasure left.
    """
    free = [[node.id for node in mission.nodes if node.kind == "treasure"] for mission in missions]
    seals: list[Seal] = []
    for level in range(1, len(places)):
        earlier = [number for number in range(level) if free[number]]
        if earlier:
            number = dice.choice(earlier)
            node = dice.choice(free[number])
            free[number].remove(node)
            seals.append(Seal(f"seal of {places[level]}", number + 1, node, level + 1))
    return seals


def story(places: Sequence[str], deeds: Sequence[str], seals: Sequence[Seal]) -> str:
    """Returns the story of a campaign, a line for each level: how it is entered, and what is done there."""
    lines: list[str] = []
    for number, (place, done) in enumerate(zip(places, deeds, strict=True), 1):
        seal = next((seal for seal in seals if seal.opens == number), None)
        way = f"The {seal.name} from {places[seal.found_in - 1]} opens it. " if seal else ""
        lines.append(f"{number}. {place}: {way}{done}")
    return "\n".join(lines)
