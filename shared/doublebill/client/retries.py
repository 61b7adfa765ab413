"""Retries: decides whether a request is sent again, and after how long."""

import email.utils
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

AGAIN = frozenset({429, 500, 502, 503, 504})
"""Statuses that may be another a moment later."""


@dataclass(frozen=True)
class Answer:
    """The response to one attempt; status 0 stands for no answer."""

    status: int
    headers: Mapping[str, str]
    """By their names in lower case."""
    data: bytes
    fault: str = ""
    """Why there is no answer."""


@dataclass(frozen=True)
class Retries:
    """How often and how long a client tries.

    The wait after attempt n is drawn between 0 and `first_seconds` · 2ⁿ, at most `longest_seconds` ("full jitter":
    M. Brooker, Exponential Backoff And Jitter, 2015). Where the answer says Retry-After, the client waits that long
    and a little more; where that is more than `longest_seconds`, it gives up at once.
    """

    attempts: int = 5
    """The first one included."""
    first_seconds: float = 0.2
    longest_seconds: float = 20.0

    def wait_seconds(self, attempt: int, answer: Answer, dice: Callable[[], float]) -> float | None:
        """Returns the seconds until the next attempt, or None if there is none.

        `attempt` counts from 0, `dice` draws between 0 and 1.
        """
        if attempt + 1 >= self.attempts or (answer.status and answer.status not in AGAIN):
            return None
        named = retry_after_seconds(answer.headers)
        if named is None:
            return dice() * min(self.longest_seconds, self.first_seconds * 2.0**attempt)
        return named + dice() * self.first_seconds if named <= self.longest_seconds else None


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """Returns the seconds of a Retry-After header (RFC 9110, 10.2.3), a date counted from the answer's own Date."""
    written = headers.get("retry-after", "")
    try:
        return max(0.0, float(written)) if math.isfinite(float(written)) else None
    except ValueError:
        pass
    try:
        later, now = (email.utils.parsedate_to_datetime(one) for one in (written, headers.get("date", "")))
        return max(0.0, (later - now).total_seconds())
    except (TypeError, ValueError):
        return None
