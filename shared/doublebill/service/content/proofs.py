"""Proofs on request: levels that anybody drew → a verdict for each, with the way or the reason."""

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, NotRequired, TypedDict

from msgspec import Meta

from doublebill.errors import NOTHING, InvalidInput, Shown
from doublebill.games.content_kind import FileName
from doublebill.games.controls import Cell
from doublebill.games.files import CellJson, CertificateJson, WrittenFile, written
from doublebill.games.files.level_json import certificate_json
from doublebill.games.files.readers.read_file import FileForm, read_file
from doublebill.games.grids.constraints import Row
from doublebill.games.grids.example_grids import read_levels
from doublebill.games.grids.notation import TextLevel
from doublebill.games.grids.steps import Place
from doublebill.games.plans.own_tiles import TileSet, read_tiles
from doublebill.games.plans.tile_meanings import things_of
from doublebill.games.proofs.examiner import Examiner
from doublebill.games.proofs.plan_of_proved import check_writing, plan_of
from doublebill.games.proofs.prove import examined, examiner_of, under_physics
from doublebill.games.proofs.verdict import LevelVerdict, Reason, row_by_row
from doublebill.games.tileset.themes import ThemeName, TilePixels, TileStyle
from doublebill.schema import Input
from doublebill.values.legends import LegendField

FILE_CHARACTERS = 1_000_000
"""Longest file that a request may carry."""

STEPS = 2_000_000
"""Steps of search that all levels of one request have together, and all the work that it has: each takes longer than a
step of `games.step_budget`, so that they are under ten seconds in the worst case."""

PLACES_LISTED = 500
"""Places that one list of an answer names; its count says how many there are."""


class ProofRequest(Input, frozen=True):
    """A request for proofs: one level as rows, or a file with one or several."""

    EXACTLY_ONE_OF = ("grid", "file")

    grid: Annotated[tuple[Row, ...], Meta(min_length=1, max_length=4096)] | None = None
    """Rows with one character for each tile."""
    file: Annotated[str, Meta(min_length=1, max_length=FILE_CHARACTERS)] | None = None
    """The text of a file: rows of tiles, a blank line or a note between levels; a table; or a file of an editor."""
    format: FileForm | None = None
    """Form of the file; by default it is recognised. `json` is an answer of this service."""
    legend: LegendField | None = None
    """Tile of the levels → the kind's tile or its name, or the properties of a tile of your own; by default the kind's.

    In files of editors: the class, name or number of a tile or object, and `empty` for cells without any.
    """
    physics: dict[str, object] | None = None
    """How the player moves, where the kind has jumps: the fields of `physics` in its spec."""
    write: FileName | None = None
    """Format in which the verdict on a playable level has it as a `file`; only for one level in a request."""
    theme: ThemeName = "stone"
    """Look of pictures and of tilesets in that file."""
    tile_pixels: TilePixels = 16
    """Pixels along a side of a tile in that file."""


class ReasonJson(TypedDict):
    """Why a level is not playable, or not decided."""

    reason: str
    """A word for programs, such as "exit-unreachable"."""
    detail: str
    cells: Sequence[CellJson]


class ThingJson(TypedDict):
    """A thing in a level."""

    name: str
    x: int
    y: int


class PlaceList(TypedDict):
    """Places of a level, the first 500 of them listed."""

    count: int
    cells: Sequence[CellJson]


class UnreachableJson(PlaceList):
    """Open cells that the player can never be in, and the things there."""

    things: Sequence[ThingJson]


class ProvedLevel(TypedDict):
    """The verdict on one level."""

    title: NotRequired[str]
    grid: Sequence[str]
    """In the tiles of the legend that the answer has."""
    playable: bool
    decided: bool
    """False where the steps of the search were used up: it may or may not be playable."""
    reasons: Sequence[ReasonJson]
    certificate: NotRequired[CertificateJson]
    """The way, where it is playable."""
    least: NotRequired[str]
    """Unit of which no way takes fewer than the certificate: moves or jumps."""
    unreachable: NotRequired[UnreachableJson]
    dead_ends: NotRequired[PlaceList]
    """Places from which one cannot win any more; of sokoban, cells in which a crate is lost."""
    notes: NotRequired[Sequence[ReasonJson]]
    """Facts that its author may not have meant, such as "open-edge" of sokoban, whatever the verdict is."""
    measured: Mapping[str, int | CellJson]
    """Control → its measure."""
    file: NotRequired[WrittenFile]
    """The level in the format that `write` names, where it is playable."""
    steps: int


class Proofs(TypedDict):
    """The verdicts on all levels of a request."""

    kind: str
    playable: bool
    """Whether all levels are."""
    decided: bool
    legend: Mapping[str, str]
    levels: Sequence[ProvedLevel]


def prove(kind: str, request: ProofRequest, steps: int = STEPS) -> Proofs:
    """Proves the levels of a request, or says why they cannot be finished.

    Raises:
        NotFound: when there is no such kind.
        InvalidInput: when it has no proofs, or the levels cannot be read, naming each row or tile that is wrong.
        Unsatisfiable: when the numbers of the physics contradict each other.
    """
    examiner = under_physics(examiner_of(kind), kind, request.physics)
    if (request.grid is None) == (request.file is None):
        raise InvalidInput.of_value("grid | file", NOTHING if request.grid is None else Shown("both"), "one of them")
    tiles = read_tiles(request.legend, examiner.legend)
    levels = _levels(request, examiner, tiles)
    style = TileStyle(request.theme, request.tile_pixels)
    if request.write:
        check_writing(kind, [level.rows for level in levels], request.write, style)
    acting = [tiles.acting(level.rows) for level in levels]
    answers: list[ProvedLevel] = []
    for place, level in enumerate(levels):
        # steps that easy levels leave go to those after them
        verdict = examined(examiner, acting[place], steps // (len(levels) - place))
        steps -= verdict.steps
        answers.append(_answer(tiles, level, verdict))
        if request.write and verdict.certificate:
            plan = plan_of(kind, level, tiles, verdict.certificate)
            answers[-1]["file"] = written(plan, request.write, style)
    return {
        "kind": kind,
        "playable": all(one["playable"] for one in answers),
        "decided": all(one["decided"] for one in answers),
        "legend": tiles.legend,
        "levels": answers,
    }


def _levels(request: ProofRequest, examiner: Examiner, tiles: TileSet) -> list[TextLevel]:
    """Returns the levels of a request in those tiles."""
    limits, notation = examiner.limits, examiner.notation
    if request.file is None:
        return read_levels([("grid", list(request.grid or ()))], tiles.meant, tiles.legend, limits, notation)
    return read_file(request.file, request.format, tiles.legend, tiles.meant, limits, notation, tiles.grounds)


def _answer(tiles: TileSet, level: TextLevel, verdict: LevelVerdict) -> ProvedLevel:
    """Returns the verdict on a level as JSON."""
    answer: ProvedLevel = {
        "grid": level.rows,
        "playable": verdict.playable,
        "decided": verdict.decided,
        "reasons": [_reason(reason) for reason in verdict.reasons],
        "measured": {
            name: {"x": value.x, "y": value.y} if isinstance(value, Cell) else value
            for name, value in {**verdict.measured, **tiles.counts(level.rows)}.items()
        },
        "steps": verdict.steps,
    }
    if level.title:
        answer["title"] = level.title
    if verdict.certificate:
        answer["certificate"] = certificate_json(verdict.certificate)
    if verdict.least:
        answer["least"] = verdict.least
    if verdict.notes:
        answer["notes"] = [_reason(note) for note in verdict.notes]
    if verdict.unreachable is not None:
        things = _things(tiles, level.rows, verdict.unreachable)
        answer["unreachable"] = {**_places(verdict.unreachable), "things": things}
    if verdict.dead_ends is not None:
        answer["dead_ends"] = _places(verdict.dead_ends)
    return answer


def _reason(reason: Reason) -> ReasonJson:
    return {"reason": reason.code, "detail": reason.detail, "cells": _places(reason.cells)["cells"]}


def _places(places: Collection[Place]) -> PlaceList:
    """Returns the count of places, and the first of them row by row."""
    listed = sorted(places, key=row_by_row)[:PLACES_LISTED]
    return {"count": len(places), "cells": [{"x": x, "y": y} for x, y in listed]}


def _things(tiles: TileSet, rows: Sequence[str], places: Collection[Place]) -> Sequence[ThingJson]:
    """Lists the things in some places, row by row."""
    things: list[ThingJson] = []
    for x, y in sorted(places, key=row_by_row):
        name = tiles.legend[rows[y][x]]
        things += [] if name in tiles.grounds else [{"name": one, "x": x, "y": y} for one in things_of(name)]
    return things[:PLACES_LISTED]
