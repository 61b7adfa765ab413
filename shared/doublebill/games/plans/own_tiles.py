"""Tiles of one's own: a legend gives their properties, and each acts as the tile of the kind that does the same.

    {"~": {"name": "lava", "deadly": true}, ",": {"name": "swamp", "walkable": true}, "w": "wall"}

- `blocks`, or `walkable: false`: nothing enters it, as a wall.
- `walkable`: floor.
- `deadly`: a step onto it ends the level. Where the kind has spikes it acts as those; elsewhere no way leads over it,
  and no crate is pushed onto it, as if it were a wall.
- `collectable`: a thing on floor that a step onto it takes; those of a level are counted.
- `opens`: a key on floor; who took it opens every tile that it names, another one of the legend that blocks, or one of
  the kind that a key opens.

Beside tiles of one's own, those of the kind keep their meaning where the legend gives them no other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from doublebill.errors import Complaint, InvalidInput, wrong_value
from doublebill.games.grids.example_grids import EXAMPLE
from doublebill.games.grids.grid import Rows
from doublebill.games.plans.level_plan import Ground
from doublebill.games.plans.tile_meanings import ground_of
from doublebill.values.legends import Legend, Nature, OwnTile

PROPERTIES = "walkable, blocks, deadly, collectable or opens"

COLLECTED = ("treasure", "diamond", "coin")
"""Names of the kinds' tiles that are taken and counted."""

SYMBOLS = "~,;:!%&=_?/|0123456789'\"()[]{}"
"""Characters that stand for tiles whose own name is longer, or a tile of the kind."""

MORE_SYMBOLS = "".join(map(chr, range(0xC0, 0x250)))
"""Letters that stand for those tiles where a legend uses all of `SYMBOLS` itself; more than a legend has entries."""

MOST = len(SYMBOLS)
"""Most own tiles of a legend."""

COLOURED = " door"
"""End of the names of doors that a kind has several of, each with a key of its own."""


@dataclass(frozen=True, slots=True)
class TileSet:
    """The tiles of a kind and those of a legend."""

    legend: Mapping[str, str]
    """Tile → its name; those of the kind, then one's own."""
    meant: Mapping[str, str] | None = None
    """Entry of the request's legend → one of these tiles or its name; None where all stand for themselves."""
    own: Mapping[str, OwnTile] = field(default_factory=dict[str, OwnTile])
    """Own tile → its properties."""
    entries: Mapping[str, str] = field(default_factory=dict[str, str])
    """Own tile → its entry in the request's legend."""

    @property
    def grounds(self) -> Mapping[str, Ground]:
        """The own tiles that are ground, by name."""
        natures = {self.legend[tile]: one.natures[0] for tile, one in self.own.items()}
        return {
            name: Ground(name, solid=nature == "solid", deadly=nature == "deadly")
            for name, nature in natures.items()
            if nature in ("solid", "floor", "deadly")
        }

    def counts(self, rows: Rows) -> Mapping[str, int]:
        """Counts the own tiles that are collected, by name."""
        drawn = "".join(rows)
        return {self.legend[tile]: drawn.count(tile) for tile, one in self.own.items() if one.collectable}

    def acting(self, rows: Rows) -> Rows:
        """Returns a level with the tile of the kind that each own tile acts as.

        Raises:
            InvalidInput: for a key of one's own that opens nothing, or where the kind has no more doors.
        """
        if not self.own:
            return rows
        kind = {tile: name for tile, name in self.legend.items() if tile not in self.own}
        table = str.maketrans({**self._plain(kind), **self._locks(kind, set("".join(rows)))})
        return tuple(row.translate(table) for row in rows)

    def _plain(self, kind: Mapping[str, str]) -> dict[str, str]:
        """Returns the tile of the kind for each own tile that is no key."""
        grounds = {tile: ground for tile, name in kind.items() if (ground := ground_of(name))}
        wall = next(tile for tile, ground in grounds.items() if ground.solid)
        floor = next(tile for tile, ground in grounds.items() if not (ground.solid or ground.deadly))
        spike = next((tile for tile, ground in grounds.items() if ground.deadly), wall)
        taken = next((tile for tile, name in kind.items() if name in COLLECTED), floor)
        acts: dict[Nature, str] = {"solid": wall, "floor": floor, "deadly": spike, "thing": taken, "key": floor}
        return {tile: acts[one.natures[0]] for tile, one in self.own.items()}

    def _locks(self, kind: Mapping[str, str], drawn: set[str]) -> dict[str, str]:
        """Returns the tile of the kind for each own key that is drawn, and for the own doors that those open."""
        key_of = {lock: key for key, lock in pairs_of(kind).items()}
        spare = [lock for lock in key_of if kind[lock].endswith(COLOURED) and not {lock, key_of[lock]} & drawn]
        named = {self.legend[tile]: tile for tile in self.legend} | {one: one for one in self.legend}
        named |= {entry: tile for tile, entry in self.entries.items()}
        found: dict[str, str] = {}
        wrong: list[Complaint] = []
        for tile, one in self.own.items():
            if one.opens is None or tile not in drawn:
                continue
            entry, lock = f"legend.{self.entries[tile]}.opens", named.get(one.opens, "")
            if lock in self.own and self.own[lock].natures == ["solid"]:
                if lock not in found and not spare:
                    fix = "make it floor, or use a dungeon, which has six kinds of them"
                    wrong.append(Complaint(entry, "the kind has no more doors that keys open", fix))
                    continue
                if lock not in found:
                    found[lock] = spare.pop(0)
                lock = found[lock]
            if lock in key_of:
                found[tile] = key_of[lock]
            else:
                locks = ", ".join(kind[one] for one in key_of)
                choices = "a tile of the legend that blocks" + (f", or one of {locks}" if locks else "")
                wrong.append(wrong_value(entry, one.opens, choices))
        if wrong:
            raise InvalidInput(wrong)
        return found


def pairs_of(legend: Mapping[str, str]) -> dict[str, str]:
    """Returns the keys and levers of a kind, each with the tile that it opens."""
    tiles = {name: tile for tile, name in legend.items()}
    pairs = {}
    for name, tile in tiles.items():
        locks = [name.replace("key", "door"), name.replace("lever", "gate"), "exit" if name == "key" else name]
        lock = next((tiles[lock] for lock in locks if lock != name and lock in tiles), None)
        if lock is not None:
            pairs[tile] = lock
    return pairs


def read_tiles(legend: Legend | None, kind_legend: Mapping[str, str]) -> TileSet:
    """Returns the tiles of a kind with those of a request's legend.

    Raises:
        InvalidInput: naming each own tile whose properties do not go together, or the first that opens nothing.
    """
    owned = {entry: one for entry, one in (legend or {}).items() if isinstance(one, OwnTile)}
    plain = {entry: one for entry, one in (legend or {}).items() if isinstance(one, str)}
    if not owned:
        return TileSet(kind_legend, None if legend is None else plain)
    _check(owned, kind_legend)
    symbols: dict[str, str] = {}
    free = (symbol for symbol in SYMBOLS + MORE_SYMBOLS if symbol not in {*kind_legend, *(legend or ())})
    for entry in owned:
        symbols[entry] = entry if len(entry) == 1 and entry not in kind_legend else next(free)
    own = {symbols[entry]: one for entry, one in owned.items()}
    names = {symbols[entry]: one.name or entry for entry, one in owned.items()}
    stands = {tile: tile for tile in kind_legend} | plain | symbols
    itself = not plain and all(entry == symbol for entry, symbol in symbols.items())
    tiles = TileSet(
        {**kind_legend, **names}, None if itself else stands, own, {symbols[entry]: entry for entry in owned}
    )
    for tile in own:
        tiles.acting((tile,))
    return tiles


def _check(owned: Mapping[str, OwnTile], kind_legend: Mapping[str, str]) -> None:
    """Checks that each own tile has properties that go together, and a name of its own."""
    wrong: list[Complaint] = []
    if len(owned) > MOST:
        wrong.append(Complaint("legend", f"{len(owned)} tiles with properties are too many", f"use at most {MOST}"))
    taken = set(kind_legend.values())
    for entry, one in owned.items():
        name, natures = one.name or entry, one.natures
        if not entry or not entry.isprintable():
            wrong.append(wrong_value("legend", entry, "tiles that can be read"))
        elif one.name is not None and not (name.strip() and name.isprintable()):
            wrong.append(wrong_value(f"legend.{entry}.name", name, "a name that can be read"))
        if not natures:
            wrong.append(Complaint(f"legend.{entry}", "it has no properties", f"give {PROPERTIES}, as in {EXAMPLE}"))
        if len(natures) > 1:
            both = " and ".join(natures)
            wrong.append(Complaint(f"legend.{entry}", f"its properties make it {both}", "keep those of one"))
        if name in taken:
            fix = "use another name, or its name alone in place of the properties"
            wrong.append(Complaint(f"legend.{entry}.name", f"{name!r} is the name of another tile", fix))
        taken.add(name)
    if wrong:
        raise InvalidInput(wrong)
