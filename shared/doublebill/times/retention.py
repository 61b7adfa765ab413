"""Retention: the time from which stored rows about people still count.

One setting, `RetentionDays` of the template or `DOUBLEBILL_RETENTION_DAYS`, is counted from the moment at which a row
was stored, never from the time of its event: a file about the year 1997 stays as long as a request of today.
"""

DEFAULT_DAYS = 400.0
"""Days that rows about people are kept where nothing is set."""

ERASURE_DAYS = 30.0
"""Days after an erasure for which models that had the users may serve, where nothing is set."""

DAY_MS = 86_400_000


def kept_since_ms(now_ms: int, days: float) -> int:
    """Returns the time, in milliseconds of Unix time, before which stored rows have expired; 0 where none has."""
    return max(0, now_ms - round(min(days * DAY_MS, now_ms)))


def has_expired(stored_ms: int, since_ms: int) -> bool:
    """Checks whether a row that was stored at a time has expired; a row whose time is unknown has not."""
    return 0 < stored_ms < since_ms
