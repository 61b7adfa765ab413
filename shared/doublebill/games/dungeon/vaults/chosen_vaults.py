"""Vaults of a spec: those that were sent, or so many of the shipped ones, and whether a dungeon has place for them."""

from collections.abc import Iterator, Mapping, Sequence

from doublebill.errors import Complaint, InvalidInput, Unsatisfiable, wrong_value
from doublebill.games.dice import Dice
from doublebill.games.dungeon.layout.bit_shapes import regions
from doublebill.games.dungeon.layout.plots import BORDER, GAP
from doublebill.games.dungeon.vaults.shipped_vaults import SHIPPED
from doublebill.games.dungeon.vaults.vault import TILES, TurnedVault, Vault, closable, ends, positions, vault_counts
from doublebill.games.grids.grid import WALL, read_rows

FIELD = "spec.vaults"

MOST_VAULTS = 20

type Wanted = int | Sequence[str | Vault]
"""A number of shipped vaults, or vaults, each by the name of a shipped one or drawn."""


def candidates(wanted: Wanted) -> list[Vault]:
    """Returns the vaults that a dungeon may have: those of a list, or every shipped one."""
    if isinstance(wanted, int):
        return list(SHIPPED.values()) if wanted else []
    return [SHIPPED[one] if isinstance(one, str) else one for one in wanted]


def drawn_vaults(wanted: Wanted, size: tuple[int, int], dice: Dice) -> list[TurnedVault]:
    """Chooses the vaults of one dungeon with floors of a size, no vault twice, each in a position that fits there."""
    every = candidates(wanted)
    if isinstance(wanted, int):
        every = [vault for vault in every if fitting(vault, size)]
        dice.shuffle(every)
        every = every[:wanted]
    return [dice.choice(fitting(vault, size)) for vault in every]


def fitting(vault: Vault, size: tuple[int, int]) -> list[TurnedVault]:
    """Returns the positions in which a vault fits a floor of a size."""
    return [one for one in positions(vault) if all(a <= b - 2 * BORDER for a, b in zip(one.size, size, strict=True))]


def check_vaults(wanted: Wanted, size: tuple[int, int], floors: int) -> None:
    """Checks that the vaults of a spec are well drawn and that floors of a size have place for them.

    Raises:
        InvalidInput: naming the vault and the row that is wrong.
        Unsatisfiable: naming the vaults that do not fit.
    """
    if isinstance(wanted, int):
        fits = sum(bool(fitting(vault, size)) for vault in SHIPPED.values())
        if wanted > fits:
            raise Unsatisfiable.one(FIELD, f"{fits} shipped vaults fit there", f"use at most {fits}, or larger floors")
    else:
        complaints = [complaint for number in range(len(wanted)) for complaint in _complaints(wanted, number)]
        if complaints:
            raise InvalidInput(complaints)
        large = [number for number, vault in enumerate(candidates(wanted)) if not fitting(vault, size)]
        if large:
            room = f"{size[0] - 2 * BORDER} x {size[1] - 2 * BORDER}"
            raise Unsatisfiable(
                Complaint(f"{FIELD}[{number}]", f"it does not fit a floor of {size[0]} x {size[1]}", f"at most {room}")
                for number in large
            )
    areas = sorted((vault_area(vault) for vault in candidates(wanted)), reverse=True)
    # of the shipped ones, the smallest
    needed = sum(areas[len(areas) - wanted :] if isinstance(wanted, int) else areas)
    place = size[0] * size[1] * floors
    if 2 * needed > place:
        raise Unsatisfiable.one(FIELD, f"they take {needed} of {place} cells", "use fewer, or a larger dungeon")


def vault_area(vault: Vault) -> int:
    """Returns the cells that a vault takes, with the rock around it."""
    return (len(vault.rows[0]) + GAP) * (len(vault.rows) + GAP)


def added(vaults: Sequence[Vault]) -> Mapping[str, int]:
    """Returns what vaults add to the measures of controls."""
    counts = [vault_counts(vault.rows) for vault in vaults]
    return {
        name: sum(getattr(count, name) for count in counts) for name in ("rooms", "caves", "loops", "foes", "treasures")
    }


def _complaints(wanted: Sequence[str | Vault], number: int) -> Iterator[Complaint]:
    """Yields the complaints about one vault of a list."""
    one, field = wanted[number], f"{FIELD}[{number}]"
    if isinstance(one, str) and one not in SHIPPED:
        yield wrong_value(field, one, "a vault with name and rows, or one of " + ", ".join(SHIPPED))
        return
    vault = SHIPPED[one] if isinstance(one, str) else one
    if vault.name in [other if isinstance(other, str) else other.name for other in wanted[:number]]:
        yield Complaint(f"{field}.name", f"an earlier vault is {vault.name!r} too", "give each a name of its own")
    if isinstance(one, str):
        return
    if not one.name.strip() or not one.name.isprintable():
        yield wrong_value(f"{field}.name", one.name, "a name that can be read")
    for y, row in enumerate(one.rows):
        wrong = "".join(sorted(set(row) - set(TILES)))
        if wrong:
            yield wrong_value(f"{field}.rows[{y}]", row, f"the tiles {' '.join(TILES)}, without {wrong}")
            return
        if len(row) != len(one.rows[0]):
            yield wrong_value(f"{field}.rows[{y}]", row, f"{len(one.rows[0])} tiles, as in the first row")
            return
    yield from _shape_complaints(one, field)


def _shape_complaints(vault: Vault, field: str) -> Iterator[Complaint]:
    board, opened = read_rows(vault.rows)
    if not any(ends(vault.rows)):
        yield Complaint(field, "it has no open end", f"open a cell on its edge: {WALL} to .")
    elif len(list(regions(board, opened))) > 1:
        yield Complaint(field, "its open cells are not joined", "join them by floor, so that all can be reached")
    elif opened.bit_count() == len(closable(vault.rows)):
        yield Complaint(field, "it is a corridor that ends nowhere", "draw a room, or a way with two open ends")
