"""What an answer tells of a level in whatever form it is exported."""

from typing import NotRequired, TypedDict

from doublebill.games.controls import Asked, Cell, Measured
from doublebill.games.levels.levels import Level

CertificateTold = TypedDict("CertificateTold", {"moves": str, "length": int, "from": list[int], "to": list[int]})
"""The moves that finish a level, one letter each, and between which (x, y) they lead."""


class CellTold(TypedDict):
    """A cell of a grid, counted from the top left."""

    x: int
    y: int


class ControlTold(TypedDict):
    """What was asked of a level, and what it measures."""

    asked: int | list[int] | CellTold | None
    measured: int | CellTold
    met: bool


class TilesetTold(TypedDict):
    """The picture that a file refers to by its name: the tiles of the legend side by side, 16 pixels each."""

    name: str
    media_type: str
    data: str
    """Base64."""


class LevelTold(TypedDict):
    """One level."""

    seed: int | str
    grid: NotRequired[list[str]]
    legend: NotRequired[dict[str, str]]
    text: NotRequired[str]
    format: NotRequired[str]
    media_type: NotRequired[str]
    data: NotRequired[str]
    """The file: text as it is, a picture of pixels in base64."""
    tileset: NotRequired[TilesetTold]
    certificate: CertificateTold
    controls: dict[str, ControlTold]
    attempts: int
    fallback: bool


def facts(level: Level) -> LevelTold:
    """What is told of a level beside its tiles."""
    way = level.certificate
    return {
        "seed": level.seed,
        "certificate": {
            "moves": way.moves,
            "length": len(way.moves),
            "from": list(way.start),
            "to": list(way.goal),
        },
        "controls": {
            name: {"asked": _plain(control.asked), "measured": _plain_measure(control.measured), "met": control.met}
            for name, control in level.controls.items()
        },
        "attempts": level.attempts,
        "fallback": level.fallback,
    }


def _plain(asked: Asked) -> int | list[int] | CellTold | None:
    if asked is None or isinstance(asked, tuple):
        return asked and list(asked)
    return _plain_measure(asked)


def _plain_measure(measured: Measured) -> int | CellTold:
    return {"x": measured.x, "y": measured.y} if isinstance(measured, Cell) else measured
