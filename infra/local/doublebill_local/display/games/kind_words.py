"""Kinds as people read about them: the tiles of levels with their uses, the letters of certificates, the controls.

Tiles and letters come from the code that proves levels; only the words for the use of a tile are written here.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from doublebill.errors import NotFound
from doublebill.games.content_kind import ContentKind
from doublebill.games.dungeon.tiles import COLOURS, METALS
from doublebill.games.kinds import KINDS
from doublebill.games.proofs.prove import EXAMINERS
from doublebill.games.text.kinds import TEXTS
from doublebill.schema import schema_of

USES: Mapping[str, str] = {
    "wall": "stops the player",
    "floor": "the player walks on it",
    "air": "the player falls through it, unless something solid is below",
    "ground": "solid: the player stands on it",
    "block": "solid",
    "prize": "solid: a block with something in it",
    "spent prize": "solid: a block that was emptied",
    "pipe left": "solid: the left side of a pipe",
    "pipe right": "solid: the right side of a pipe",
    "cannon": "solid",
    "player": "where the player begins",
    "start": "where the player begins",
    "exit": "where the level ends",
    "key": "opens the way out",
    "door": "the way out, once the player has the key",
    "enemy": "stands in the way of nobody, and counts",
    "potion": "gives back up to two health points",
    "treasure": "is taken by a step",
    "diamond": "is taken by a step",
    "coin": "is taken by a step",
    "spike": "a step onto it ends the level",
    "goblin": "takes one health point, once",
    "ogre": "takes two health points, once",
    "boss": "takes four health points, once",
    "crate": "is pushed, never pulled",
    "goal": "a crate belongs here",
    "crate on goal": "a crate that is where it belongs",
    "player on goal": "where the player begins, on a goal",
    "stairs down": "leads to the stairs up of the next floor",
    "stairs up": "leads to the stairs down of the floor above",
    "small key": "opens one small door, and is used up",
    "small door": "is opened by a small key",
    **{f"{colour} key": f"opens every {colour} door" for colour in COLOURS.values()},
    **{f"{colour} door": f"is opened by the {colour} key" for colour in COLOURS.values()},
    **{f"{metal} lever": f"opens the {metal} gate" for metal in METALS.values()},
    **{f"{metal} gate": f"is opened by the {metal} lever" for metal in METALS.values()},
}
"""Name of a tile → its use."""

USES_OF_KINDS: Mapping[str, Mapping[str, str]] = {
    "platform": {"key": "must be taken before the exit opens", "wall": "solid: the player stands on it"},
    "runner": {
        "enemy": "kills a player in its cell; it stands still",
        "wall": "solid",
        "air": "the player falls through it",
    },
    "dungeon": {"door": "a door that is not locked"},
}
"""Kind → the tiles of which it makes another use."""


JSON_TYPES: Mapping[str, str] = {"array": "a JSON list", "object": "a JSON object", "string": "a text"}


class Tile(NamedTuple):
    """A tile of a kind."""

    symbol: str
    name: str
    use: str


def tiles_of(kind: str) -> Iterator[Tile]:
    """Yields the tiles that levels of a kind may have, drawn by anybody."""
    own = {**USES, **USES_OF_KINDS.get(kind, {})}
    for symbol, name in EXAMINERS[kind].legend.items():
        yield Tile(symbol, name, own[name])


def moves_of(kind: str) -> Mapping[str, str]:
    """Returns letter of a certificate → its move."""
    return KINDS[kind].vocabulary()["moves"]


def controls_of(kind: str) -> Mapping[str, str]:
    """Returns field of a spec → its description."""
    fields: Mapping[str, Mapping[str, Any]] = schema_of(content_kind(kind).spec)["properties"]
    return {name: str(one.get("description") or _of_type(one)) for name, one in fields.items()}


def _of_type(field: Mapping[str, Any]) -> str:
    """Returns the choices or the types of a field that its schema does not describe."""
    options: list[Mapping[str, Any]] = field.get("anyOf") or [field]
    choices = [choice for one in options for choice in one.get("enum", ())]
    if choices:
        return "one of " + ", ".join(map(str, choices))
    types = [str(one.get("type", "object")) for one in options if one.get("type") != "null"]
    return " or ".join(dict.fromkeys(JSON_TYPES.get(one, one) for one in types))


def content_kind(kind: str) -> ContentKind:
    """Returns the kind of a name.

    Raises:
        NotFound: when there is none.
    """
    if kind not in {**KINDS, **TEXTS}:
        raise NotFound(f"there is no kind {kind!r} of content; there are " + ", ".join([*KINDS, *TEXTS]))
    return KINDS[kind] if kind in KINDS else TEXTS[kind]


def kind_lines(kind: str) -> Iterator[str]:
    """Yields the tiles, the letters of certificates and the controls of a kind, as its help shows them."""
    if kind in KINDS:
        yield from level_lines(kind)
    yield f"Controls of {kind} (--spec CONTROL=VALUE):"
    controls = controls_of(kind)
    width = max(map(len, controls))
    yield from (f"  {name:<{width}}  {words}" for name, words in controls.items())


def level_lines(kind: str) -> Iterator[str]:
    """Yields the tiles of levels of a kind, and the letters of their certificates."""
    yield f"Tiles of {kind}:"
    tiles = list(tiles_of(kind))
    width = max(len(tile.name) for tile in tiles)
    yield from (f"  {tile.symbol}  {tile.name:<{width}}  {tile.use}" for tile in tiles)
    yield f"Letters of its certificates: {letters_line(kind)}"


def letters_line(kind: str) -> str:
    """Returns the letters of certificates with their moves, on one line."""
    return ", ".join(f"{letter} {move}" for letter, move in moves_of(kind).items())
