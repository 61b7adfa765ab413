"""The trip of a proof: a drawn grid → its examiner → a verdict, whose way is walked again before it is believed."""

from collections.abc import Mapping

from doublebill.errors import InvalidInput, NotFound
from doublebill.games.grids.grid import Rows
from doublebill.games.kinds import KINDS
from doublebill.games.proofs.crypt_ways import CryptExaminer
from doublebill.games.proofs.dungeon_ways import DungeonExaminer
from doublebill.games.proofs.examiner import Examiner, missing_or_twice
from doublebill.games.proofs.platform_ways import PlatformExaminer
from doublebill.games.proofs.runner_ways import RunnerExaminer
from doublebill.games.proofs.verdict import LevelVerdict
from doublebill.games.proofs.walked_ways import ChamberExaminer, MazeExaminer
from doublebill.games.proofs.warehouse_ways import SokobanExaminer
from doublebill.games.text.kinds import TEXTS
from doublebill.schema import read

EXAMINERS: Mapping[str, Examiner] = {
    "maze": MazeExaminer(),
    "chamber": ChamberExaminer(),
    "crypt": CryptExaminer(),
    "dungeon": DungeonExaminer(),
    "platform": PlatformExaminer(),
    "sokoban": SokobanExaminer(),
    "runner": RunnerExaminer(),
}
"""Kind of level → its examiner."""


def examiner_of(kind: str) -> Examiner:
    """Returns the examiner of a kind.

    Raises:
        NotFound: when there is no such kind.
        InvalidInput: when levels of that kind cannot be examined, or it is a kind of text.
    """
    if kind in EXAMINERS:
        return EXAMINERS[kind]
    if kind in KINDS or kind in TEXTS:
        choices = "use one of " + ", ".join(EXAMINERS)
        raise InvalidInput.one("kind", f"{kind!r} has no proofs of levels that others drew", choices)
    raise NotFound(f"there is no kind {kind!r} of content; there are " + ", ".join([*KINDS, *TEXTS]))


def under_physics(examiner: Examiner, kind: str, physics: Mapping[str, object] | None) -> Examiner:
    """Returns the examiner for the physics that a request sets; unchanged where it sets none.

    Raises:
        InvalidInput: naming each number that is wrong, or the physics where the kind has none.
        Unsatisfiable: when its numbers contradict each other.
    """
    if physics is None:
        return examiner
    if examiner.physics is None:
        jumping = ", ".join(name for name, one in EXAMINERS.items() if one.physics)
        raise InvalidInput.one("physics", f"players of {kind} levels do not jump", f"remove it; {jumping} have physics")
    numbers = read(examiner.physics, physics, "physics")
    numbers.check("physics")
    return examiner.under(numbers)


def examined(examiner: Examiner, rows: Rows, steps: int) -> LevelVerdict:
    """Returns the verdict on a level in the tiles of the examiner's legend, found in at most so many steps."""
    verdict = missing_or_twice(rows, examiner.once) or examiner.examine(rows, steps)
    if verdict.certificate and not examiner.finishes(rows, verdict.certificate):
        raise AssertionError(f"the moves {verdict.certificate.moves} do not finish the level")
    return verdict
