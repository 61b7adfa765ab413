"""The problems of the PCG Benchmark as specs of kinds: the spec of each control, and how a level is written there.

A control of the benchmark is met by any measure near enough to it, so most become ranges, as wide as its own tolerance.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from pcg_scrolling import learned, slice_numbers

from doublebill.games.kinds import KINDS

MOST_CRATES = 4
"""Most crates that are asked of a sokoban level; the benchmark wants up to five, and accepts one fewer."""

type Body = dict[str, Any]
type Control = Mapping[str, int]


@dataclass(frozen=True)
class Mapped:
    """One problem of the benchmark: the kind that serves it, the spec of each control, and its tiles."""

    kind: str
    spec: Callable[[Any, Control], Body]
    """The settings of the problem and a control → the spec."""
    content: Callable[[SimpleNamespace, Sequence[str]], list[Any]]
    """The settings of the problem and the rows of a level → what the benchmark judges."""
    unlike: str | None = None
    """The measure by which the request chooses levels; None for that of the kind."""
    engine: str = ""
    """Module of the benchmark whose engine replays certificates."""
    learned: Callable[[Any], Any] | None = None
    """Returns the kind that learned from what the problem has, given its settings; None for one that ships."""

    def served_by(self, problem: SimpleNamespace) -> Any:
        """Returns the kind that makes the levels; None where what it learns from is not at hand."""
        return self.learned(problem) if self.learned else KINDS[self.kind]


def numbered(tiles: str) -> Callable[[SimpleNamespace, Sequence[str]], list[list[int]]]:
    """Writes rows as the numbers of their tiles, in the order of `tiles`."""
    return lambda _, rows: [[tiles.index(tile) for tile in row] for row in rows]


def facts(env: Any) -> SimpleNamespace:
    """The settings of the benchmark's problem, which it has no public names for."""
    problem = vars(env)["_problem"]
    return SimpleNamespace(**{name.removeprefix("_"): value for name, value in vars(problem).items()})


def around(value: int, error: float, least: int = 0) -> list[int]:
    """The whole numbers no further than `error` from `value`, and not below `least`."""
    return [max(int(value - error // 1), least), max(int(value + error // 1), least)]


def zelda(problem: SimpleNamespace, control: Control) -> Body:
    """A key and a door; as many enemies as the problem wants, or nearly."""
    foes, error = problem.enemies, problem.erange
    return {
        "width": problem.width,
        "height": problem.height,
        "player_key": around(control["player_key"], problem.cerror),
        "key_door": around(control["key_door"], problem.cerror),
        "enemies": [foes - error, foes + error],
    }


def binary(problem: SimpleNamespace, control: Control) -> Body:
    """A maze whose longest shortest path is about as long as wanted."""
    least = problem.target
    return {
        "width": problem.width,
        "height": problem.height,
        "path": around(control["path"], problem.cerror, least),
    }


def ddave(problem: SimpleNamespace, control: Control) -> Body:
    """A platform level with its ends in the wanted cells."""
    return {
        "width": problem.width,
        "height": problem.height,
        "start": {"x": control["sx"], "y": control["sy"]},
        "exit": {"x": control["ex"], "y": control["ey"]},
        "diamonds": control["diamonds"],
        "jumps": [problem.jumps, max(problem.width, problem.height)],
        "physics": {"hang_control": True, "bump": "hang"},
    }


def mdungeons(problem: SimpleNamespace, control: Control) -> Body:
    """A crypt; its solution is counted with the cell where it begins."""
    error = problem.cerror
    length = around(control["solution_length"] - 1, error["solution_length"] - 2, 1)
    return {
        "width": problem.width,
        "height": problem.height,
        "enemies": [problem.enemies, 2 * problem.enemies],
        "fights": [problem.enemies, 2 * problem.enemies],
        "treasures": around(control["col_treasures"], error["col_treasures"] - 2),
        "solution_length": length,
    }


def sokoban(problem: SimpleNamespace, control: Control) -> Body:
    """A sokoban level; one crate more or fewer will do."""
    least = (problem.width + problem.height) * problem.diff
    return {
        "width": problem.width,
        "height": problem.height,
        "crates": [max(control["crates"] - 1, 1), min(control["crates"] + 1, MOST_CRATES)],
        "difficulty": [2 * least, 6 * least],
        "crates_on_goals": 0,
    }


def smb(problem: SimpleNamespace, control: Control) -> Body:
    """A scrolling level; its controls are what an agent of the benchmark does, which no level alone determines."""
    foes, jumps = max(control["enemies"], FEWEST_FOES), min(control["jumps"] + MORE_JUMPS, MOST_JUMPS)
    return {
        "length": problem.width,
        "enemies": [foes, foes + 3],
        "coins": around(control["coins"], problem.cerror["coins"]),
        "jumps": [jumps - 2, jumps + 2],
        "gaps": [0, 5],
        "linearity": [70, 100],
    }


FEWEST_FOES, MORE_JUMPS, MOST_JUMPS = 1, 5, 20
"""Enemies without which the benchmark divides by zero; jumps of a certificate beyond those of the agent, and the most
that levels of such columns usually take; chosen on seeds from 100 on."""

HIDDEN = str.maketrans("*+", "$@")
"""What the benchmark has no tile for: its levels lose the goal under a crate or player, and do not pass then."""

PROBLEMS: Mapping[str, Mapped] = {
    "zelda-v0": Mapped("chamber", zelda, numbered("#.PKDE")),
    "zelda-large-v0": Mapped("chamber", zelda, numbered("#.PKDE")),
    "binary-v0": Mapped("maze", binary, numbered("#.")),
    "ddave-v0": Mapped("platform", ddave, numbered("#.SX*K^"), engine="pcg_benchmark.probs.ddave.engine"),
    "ddave-complex-v0": Mapped("platform", ddave, numbered("#.SX*K^"), engine="pcg_benchmark.probs.ddave.engine"),
    "mdungeons-v0": Mapped("crypt", mdungeons, numbered("#.PX+TGO")),
    "sokoban-v0": Mapped(
        "sokoban", sokoban, lambda _, rows: numbered("#.@$o")(_, [row.translate(HIDDEN) for row in rows])
    ),
    "smb-v0": Mapped(
        "runner",
        smb,
        lambda problem, rows: slice_numbers(tuple(problem.slices), rows),
        learned=lambda problem: learned(tuple(problem.slices)),
    ),
}
"""Name of the problem → how it is requested."""

LETTERS = {"L": (-1, 0), "R": (1, 0), "J": (0, -1), "W": (0, 0)}
"""Move of a platform level → what the engine is given across and down."""


def replayed(engine: str, items: Sequence[Mapping[str, Any]], contents: Sequence[list[Any]]) -> int:
    """The number of levels whose certificate wins in the benchmark's own engine, move by move."""
    won = 0
    for item, content in zip(items, contents, strict=True):
        width = len(content[0]) + 2
        rows = ["#" * width, *("#" + "".join("# @H$V*"[tile] for tile in row) + "#" for row in content), "#" * width]
        state = import_module(engine).State()
        state.stringInitialize(rows)
        for letter in item["certificate"]["moves"]:
            state.update(*LETTERS[letter])
        won += state.checkWin()
    return won
