"""Levels as JSON: the fields of an item of an answer, whatever format its grid is shown in."""

from collections.abc import Mapping
from typing import NotRequired, TypedDict

from doublebill.games.controls import Cell, Measured, Target
from doublebill.games.levels.level import Level
from doublebill.games.levels.physics import PhysicsJson
from doublebill.games.levels.proof import Certificate

CertificateJson = TypedDict(
    "CertificateJson",
    {"moves": str, "length": int, "from": list[int], "to": list[int], "physics": NotRequired[PhysicsJson]},
)
"""The moves that finish a level, one letter each, the (x, y) that they lead from and to, and the physics if set."""


class CellJson(TypedDict):
    """A cell of a grid, counted from the top left."""

    x: int
    y: int


class ControlJson(TypedDict):
    """A control of a level: its target, its measure, and whether the measure is within the target."""

    asked: int | list[int] | CellJson | None
    measured: int | CellJson
    met: bool


class TilesetJson(TypedDict):
    """The picture that a file refers to by its name: all tiles of a theme, 16 a row."""

    name: str
    media_type: str
    data: str
    """Base64."""


class WrittenFile(TypedDict):
    """A level as a file."""

    format: str
    media_type: str
    data: str
    """The file: text unchanged, a PNG picture in base64."""
    tileset: NotRequired[TilesetJson]


class LevelJson(TypedDict):
    """One level."""

    seed: int | str
    grid: NotRequired[list[str]]
    legend: NotRequired[dict[str, str]]
    own_tiles: NotRequired[Mapping[str, Mapping[str, bool | str]]]
    """Tile of the corpus that the kind does not have → its properties."""
    text: NotRequired[str]
    format: NotRequired[str]
    media_type: NotRequired[str]
    data: NotRequired[str]
    """The file: text unchanged, a PNG picture in base64."""
    tileset: NotRequired[TilesetJson]
    certificate: CertificateJson
    controls: dict[str, ControlJson]
    attempts: int
    fallback: bool


def facts(level: Level) -> LevelJson:
    """Returns the fields of a level that do not depend on how its grid is shown."""
    return {
        "seed": level.seed,
        "certificate": certificate_json(level.certificate),
        "controls": {
            name: {"asked": _plain(control.target), "measured": _plain_measure(control.measured), "met": control.met}
            for name, control in level.controls.items()
        },
        "attempts": level.attempts,
        "fallback": level.fallback,
    }


def certificate_json(certificate: Certificate) -> CertificateJson:
    """Returns a certificate as JSON."""
    moves: CertificateJson = {
        "moves": certificate.moves,
        "length": len(certificate.moves),
        "from": list(certificate.start),
        "to": list(certificate.goal),
    }
    return moves if certificate.physics is None else {**moves, "physics": certificate.physics.as_json()}


def as_json(level: Level, legend: Mapping[str, str]) -> LevelJson:
    """Returns the level as an item of an answer, with its rows and legend."""
    return {**facts(level), "grid": list(level.grid), "legend": dict(legend)}


def _plain(target: Target) -> int | list[int] | CellJson | None:
    if target is None:
        return None
    return list(target) if isinstance(target, tuple) else _plain_measure(target)


def _plain_measure(measured: Measured) -> int | CellJson:
    return {"x": measured.x, "y": measured.y} if isinstance(measured, Cell) else measured
