"""Dates: texts of attributes that are a day or a moment, YYYY-MM-DD or YYYY-MM-DDTHH:MM[:SS] with or without a zone.

Times without a zone are UTC. Days may lie before 1970, as the dates of old films do.
"""

import re
from collections.abc import Sequence

import numpy as np

from doublebill.arrays import Floats

DAY_MS = 86_400_000

DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

MOMENT_FORM = (
    r"(?P<day>\d{4}-\d{2}-\d{2})(?:[T ](?P<time>\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)"
    r"(?:Z|(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2}))?)?"
)
MOMENT = re.compile(MOMENT_FORM, re.ASCII)


def first_ms(text: str) -> int | None:
    """Returns the first millisecond of a date since 1970, or None where the text is no date."""
    found = MOMENT.fullmatch(text)
    if found is None:
        return None
    try:
        moment = np.datetime64(f"{found['day']}T{found['time'] or '00:00'}", "ms")
    except ValueError:
        return None
    zone = int(found["hours"] or 0) * 60 + int(found["minutes"] or 0)
    return int(moment.astype(np.int64)) - (-1 if found["sign"] == "-" else 1) * zone * 60_000


def last_ms(text: str) -> int | None:
    """Returns the last millisecond of a date: of the whole day where it has no time."""
    first = first_ms(text)
    return first + DAY_MS - 1 if first is not None and DAY.fullmatch(text) else first


def iso(moment_ms: int) -> str:
    """Returns a moment as ISO 8601, UTC."""
    return f"{np.datetime64(moment_ms, 'ms')}Z"


def all_first_ms(texts: Sequence[str]) -> Floats:
    """Returns [len(texts)] the first millisecond of each date, NaN where a text is no date."""
    if all(map(DAY.fullmatch, texts)):
        try:
            return np.array(texts, "datetime64[ms]").astype(np.int64).astype(np.float64)
        except ValueError:  # a day that no calendar has; find it one by one
            pass
    return np.array([np.nan if (moment := first_ms(text)) is None else moment for text in texts], np.float64)
