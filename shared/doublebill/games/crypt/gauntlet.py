"""Gauntlets: crypts whose foes must be fought, since they stand in the passages between rooms.

Foes, potions and treasures are put on the trail first, in an order that is survived. Then cells are opened beside the
trail so that no new way leads from one side of a thing to the other: rooms, with a thing in each passage between them.
So everybody meets the same things, in the same order.
"""

from dataclasses import dataclass
from heapq import heappop, heappush

from doublebill.games.controls import limits
from doublebill.games.crypt.crypt_spec import ENDS, USUAL_OPEN, CryptSpec, least_potions, most_fights
from doublebill.games.crypt.fill import Filling
from doublebill.games.crypt.rules import DAMAGE, DRAUGHT, GOBLIN, HEALTH, OGRE, POTION, TREASURE, health_after
from doublebill.games.dice import Dice
from doublebill.games.grids.carve import CELL, CELL_BITS, NOISE, SOLID, Carving
from doublebill.games.grids.grid import Rows, board_of
from doublebill.games.grids.winding_path import serpentine, wind
from doublebill.games.levels.spec import pick
from doublebill.games.step_budget import spend

STRAIGHT = 1, 2, 4
"""Odds of the trail going straight against turning that attempts choose from."""

SPARE_POTIONS = 8
"""Most potions beyond those that the fights on the way need."""

CROWDED = 2
"""One cell in this many has a thing at most, where the targets do not want more."""

RUNS = 1, 1, 8
"""Odds of meeting what was met last once more, against anything else, that attempts choose from."""

THINGS = GOBLIN, OGRE, POTION, TREASURE

FORWARD = 1 << 14
"""Preference of branches for going on from the newest cell; the random part of the order is below four times that."""


@dataclass(frozen=True, slots=True)
class GauntletAims:
    """The numbers that one attempt builds towards."""

    goblins: int
    """Goblins that must be fought."""
    ogres: int
    """Ogres that must be fought."""
    others: int
    """Foes that can be avoided."""
    potions: int
    treasures: int
    length: int
    opened: int
    """Cells that are not walls."""


def gauntlet_aims(spec: CryptSpec, dice: Dice) -> GauntletAims:
    """Chooses the numbers to build towards: within the targets, and otherwise in the usual ranges."""
    room = min(spec.area - ENDS, limits(spec.solution_length, 1, spec.area)[1] - 1)
    fewest_foes, most_foes = limits(spec.enemies, 0, room)
    few_potions, many_potions = limits(spec.potions, 0, room)
    few_treasures = limits(spec.treasures, 0, 0)[0]
    fewest = limits(spec.fights, 0, 0)[0]
    few_others = max(fewest_foes - fewest, 0)
    room = min(room, max(spec.area // CROWDED - ENDS, fewest + few_others + least_potions(fewest) + few_treasures))
    # a fight needs half a potion, once the health at the start is used up
    bearable = max((DRAUGHT * (room - few_treasures) + HEALTH - 1) // (DRAUGHT + 1), fewest)
    fights = pick(spec.fights, (0, 0), min(most_foes, most_fights(many_potions), bearable), dice)
    # an ogre takes two, so every other one needs a potion more
    spare = min(many_potions, room - fights - few_treasures) - least_potions(fights)
    ogres = dice.between(0, max(min(fights, DRAUGHT * spare), 0))
    least = max(least_potions(fights + ogres), few_potions)
    left = room - fights - least - few_treasures
    potions = least + dice.between(0, max(min(many_potions - least, left, SPARE_POTIONS), 0))
    treasures = pick(spec.treasures, (1, max(spec.area // 24, 1)), max(room - fights - potions, 0), dice)
    others = max(fewest_foes - fights, 0)
    free = min(most_foes - fights, others + fights // 4, room - fights - potions - treasures)
    others = dice.between(others, max(free, others))
    needed = fights + potions + treasures + 1
    around = spec.width + spec.height
    usual = min(around, spec.area // 4), min(around * 2, spec.area * 2 // 5)
    shortest, longest = limits(spec.solution_length, *usual)
    length = dice.between(max(shortest, needed), max(longest, needed))
    opened = dice.between(*USUAL_OPEN) * spec.area // 100
    return GauntletAims(fights - ogres, ogres, others, potions, treasures, length, max(opened, length + 1 + others))


def planned_gauntlet(spec: CryptSpec, dice: Dice) -> tuple[GauntletAims, list[str]]:
    """Returns what an attempt builds towards, and the things of its trail in the order in which they are met."""
    aim = gauntlet_aims(spec, dice)
    return aim, order_of_things(aim, dice)


def gauntlet(spec: CryptSpec, dice: Dice, last: bool) -> Rows:
    """Builds a crypt towards a target of fights; the `last` attempts take the form of trail that fits most."""
    board, (aim, things) = board_of(spec.width, spec.height), planned_gauntlet(spec, dice)
    straight = dice.choice(STRAIGHT)
    trail = serpentine(board, aim.length, dice) if last else wind(board, aim.length, dice, straight)
    inner = trail[1:-1]
    dice.shuffle(inner)
    stand = sorted(inner[: len(things)], key=trail.index)
    placed = dict(zip(stand, things, strict=False))
    carving = Carving(board, trail)
    open_rooms(carving, trail, set(placed), aim.opened, dice)
    filling = Filling(carving, trail, dice)
    for cell, tile in placed.items():
        filling.tiles[cell] = tile
    filling.put_beside_path(aim.others, alcoves=False)
    return filling.rows


def order_of_things(aim: GauntletAims, dice: Dice) -> list[str]:
    """Returns foes, potions and treasures in a random order in which a player meets them and survives.

    In some gauntlets equal things follow one another.
    """
    left = {GOBLIN: aim.goblins, OGRE: aim.ogres, POTION: aim.potions, TREASURE: aim.treasures}
    runs = dice.choice(RUNS)
    health, order, last = HEALTH, [], ""
    spend(3 * sum(left.values()))
    while any(left.values()):
        # health and potions together must outlast all foes that are left; at high health a potion is wasted in part
        damage = left[GOBLIN] + DAMAGE[OGRE] * left[OGRE]
        drinks = min(health + DRAUGHT, HEALTH) + DRAUGHT * (left[POTION] - 1) > damage
        weights = [
            left[GOBLIN] * (health > DAMAGE[GOBLIN]),
            left[OGRE] * (health > DAMAGE[OGRE]),
            left[POTION] * drinks,
            left[TREASURE],
        ]
        if last:
            weights[THINGS.index(last)] *= runs
        last = THINGS[dice.weighted(weights)]
        health = health_after(last, health)
        left[last] -= 1
        order.append(last)
    return order


def open_rooms(carving: Carving, trail: list[int], guarded: set[int], count: int, dice: Dice) -> None:
    """Opens cells until `count` are open or no more can be; no way leads round a guarded cell, and none is shorter.

    The cells between two guarded ones are a zone; a guarded cell borders the zones before and behind it. A cell may be
    opened if there is a zone that all open cells beside it belong to or border.
    """
    labels, steps = carving.distance, carving.board.steps
    zones: dict[int, tuple[int, int]] = {}
    before = 0
    for cell in trail:
        zones[cell] = (before, before + 1) if cell in guarded else (before, before)
        before += cell in guarded
    heap: list[int] = []
    drift = FORWARD * dice.below(2)
    parents, turn, left = trail[:-1], 0, count - len(trail)
    spend(8 * max(left, 0))
    while left > 0:
        for parent in parents:
            for step in steps:
                if labels[parent + step] == SOLID:
                    heappush(heap, (dice.draw() & NOISE) - drift * turn << CELL_BITS | parent + step)
        if not heap:
            return
        cell, parents = heappop(heap) & CELL, []
        if labels[cell] != SOLID:
            continue
        around = [cell + step for step in steps if labels[cell + step] >= 0]
        near = [labels[there] for there in around]
        first, last = max(zones[there][0] for there in around), min(zones[there][1] for there in around)
        if first <= last and max(near) - min(near) <= 2 and trail[-1] not in around:
            labels[cell] = min(near) + 1
            zones[cell] = (first, first) if dice.below(2) else (last, last)
            turn, left, parents = turn + 1, left - 1, [cell]
