"""The level as comma-separated values: a line for each row, a cell for each tile's symbol (RFC 4180)."""

import csv as rows_as_text
import io

from doublebill.games.plans.from_rows import rows_of
from doublebill.games.plans.level_plan import LevelPlan


def csv(plan: LevelPlan) -> str:
    """Returns the rows; symbols that would end a cell are quoted."""
    written = io.StringIO()
    rows_as_text.writer(written, lineterminator="\n").writerows(rows_of(plan))
    return written.getvalue()
