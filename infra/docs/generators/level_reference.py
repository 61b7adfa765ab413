"""Writes the list of tiles, letters and controls of each kind of level, from the kinds themselves.

python infra/docs/generators/level_reference.py        prints infra/docs/reference/levels.md; `make docs` writes it
"""

from collections.abc import Iterator

from doublebill.games.kinds import KINDS
from doublebill_local.display.games.kind_words import controls_of, moves_of, tiles_of

INTRODUCTION = """\
# Tiles of levels

Written by `make docs` from the kinds; do not edit. These are the symbols of rows of tiles: `doublebill generate` prints
them, and `doublebill prove` and corpora read them without a legend. `doublebill generate KIND --help` shows the same.
Levels of `sokoban` may have the usual symbols of `.xsb` files too: a blank for floor, and `.` for a goal."""


def page() -> str:
    """Returns the page `levels.md`."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield INTRODUCTION
    for kind in KINDS:
        yield f"\n## {kind}\n\n| tile | name | use |\n|---|---|---|"
        for tile in tiles_of(kind):
            yield f"| `{tile.symbol}` | {tile.name} | {tile.use} |"
        yield "\n| letter of a certificate | move |\n|---|---|"
        yield from (f"| `{letter}` | {move} |" for letter, move in moves_of(kind).items())
        yield "\n| control | value |\n|---|---|"
        yield from (f"| `{name}` | {words} |" for name, words in controls_of(kind).items())


if __name__ == "__main__":
    print(page(), end="")
