"""Events: one thing that happened, as received, checked and with the user behind a pseudonym.

An event line, as the event log and imports store it, is a JSON object with the keys `user` (the pseudonym), `item_id`,
`kind`, and where given `value`, `timestamp` (integer milliseconds), `event_id` and `recommendation_id`. It never holds
a user id.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from doublebill.errors import NOTHING, Complaint, InvalidInput, unknown_fields, wrong_value
from doublebill.times.moments import LATEST_MILLISECONDS, milliseconds
from doublebill.values.event_kinds import DEFAULT_KINDS, RATE, EventKinds
from doublebill.values.learnt_scale import LearntScale
from doublebill.values.rating_scale import LARGEST_RATING, RatingScale

ID_LENGTH = 256
"""Longest item, user or event id, in characters."""

HISTORY_LENGTH = 1000
"""Newest events of a user that an answer reads, and the longest history or list that a request may bring."""

UNSET_SCALE = RatingScale(0, LARGEST_RATING)
"""The ratings of a catalog whose rating scale nobody set."""

CLOCK_SKEW_SECONDS = 86_400
"""The longest time by which an event may claim to happen after its reception."""

TO_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""Made once: an encoder per line would take longer than the line."""

EVENT_FIELDS = frozenset({"user_id", "item_id", "kind", "value", "timestamp", "event_id", "recommendation_id"})


@dataclass(frozen=True, slots=True)
class Event:
    """One validated event."""

    user: str
    """The pseudonym."""
    item_id: str
    kind: str
    value: float = 1.0
    """Units of the kind: plays, stars."""
    timestamp: int = 0
    """Unix time in milliseconds; 0 where it is not known."""
    event_id: str = ""
    """The sender's name for it; empty where the content is the identity."""
    recommendation_id: str = ""
    """The answer that led to it, where the sender quotes one. Only the log keeps it; no part of the identity."""

    @property
    def identity(self) -> str:
        """Returns a text that is equal for the same event sent twice: its event id, or else a digest of its content."""
        if self.event_id:
            return self.event_id
        item = f"{len(self.item_id)} {self.item_id}"  # with its length, so that no two contents read alike
        content = f"{self.user} {item} {self.kind} {self.value!r} {self.timestamp}"
        return hashlib.sha256(content.encode()).hexdigest()[:16]


def parse(
    raw: Mapping[str, object],
    pseudonym_of: Callable[[str], str],
    kind: str = "",
    received: int = 0,
    kinds: EventKinds = DEFAULT_KINDS,
    scale: RatingScale | LearntScale | None = None,
) -> Event:
    """Returns the event that `raw` describes, of one of the catalog's `kinds`.

    A rating is inside the catalog's `scale`, set or learnt; without one it is from 0 to 1000000000, as other values
    always are.
    `kind` is used where `raw` names none, `received` (milliseconds) where it has no timestamp. In `raw`, `timestamp`
    is a time in any form that `doublebill.times.moments` reads.

    Raises:
        InvalidInput: with a complaint for each field that is wrong, missing or unknown.
    """
    complaints: list[Complaint] = []
    if unknown := raw.keys() - EVENT_FIELDS:
        complaints.extend(unknown_fields(sorted(unknown), sorted(EVENT_FIELDS)))
    user_id = check_id("user_id", raw.get("user_id"), complaints)
    item_id = check_id("item_id", raw.get("item_id"), complaints)
    event_id = check_id("event_id", raw["event_id"], complaints) if raw.get("event_id") is not None else ""
    quoted = ""
    if raw.get("recommendation_id") is not None:
        quoted = check_id("recommendation_id", raw["recommendation_id"], complaints)
    found_kind = raw.get("kind", kind)
    if not isinstance(found_kind, str) or found_kind not in kinds:
        complaints.append(wrong_value("kind", found_kind or NOTHING, f"one of {kinds.words}"))
    if found_kind == RATE:
        value = _rating(raw.get("value"), scale, complaints)
    else:
        value = _number("value", raw.get("value"), 1.0, 1e9, complaints)
    timestamp = _timestamp(raw.get("timestamp"), received, complaints)
    if complaints:
        raise InvalidInput(complaints)
    return Event(pseudonym_of(user_id), item_id, str(found_kind), value, timestamp, event_id, quoted)


def check_id(field: str, found: object, complaints: list[Complaint]) -> str:
    """Returns `found` when it is a possible id, else adds a complaint and returns an empty string.

    Ids are opaque Unicode strings of 1 to 256 characters, without NUL, which no line of a file can have, and without
    lone surrogates, which no store could write.
    """
    if not isinstance(found, str) or not 1 <= len(found) <= ID_LENGTH:
        wanted = f"a string of 1 to {ID_LENGTH} characters"
        complaints.append(wrong_value(field, found, wanted))
        return ""
    if "\0" in found:
        complaints.append(Complaint(field, "it has a NUL character", "use text without NUL"))
        return ""
    try:
        found.encode()
    except UnicodeEncodeError:
        complaints.append(wrong_value(field, found, "well-formed Unicode"))
        return ""
    return found


def _number(field: str, found: object, default: float, highest: float, complaints: list[Complaint]) -> float:
    if found is None:
        return default
    if isinstance(found, bool) or not isinstance(found, (int, float)) or not 0 <= found <= highest:
        complaints.append(wrong_value(field, found, f"a number from 0 to {highest:.10g}"))
        return default
    return float(found)


def _rating(found: object, scale: RatingScale | LearntScale | None, complaints: list[Complaint]) -> float:
    """Returns a rating inside the scale, else adds a complaint that names it and returns 1."""
    number = found if isinstance(found, int | float) and not isinstance(found, bool) else None
    if number is not None and number in (scale or UNSET_SCALE):
        return float(number)
    words = f"the rating, a number from 0 to {LARGEST_RATING:.10g}"
    if scale is not None:
        words = scale.words
    elif number is not None and number < 0:
        words += ", or set a rating scale such as -10..10 for the catalog"
    complaints.append(wrong_value("value", NOTHING if found is None else found, words))
    return 1.0


def _timestamp(found: object, received: int, complaints: list[Complaint]) -> int:
    if found is None:
        return received
    try:
        return milliseconds(found, latest=received + CLOCK_SKEW_SECONDS * 1000 if received else LATEST_MILLISECONDS)
    except InvalidInput as wrong:
        complaints.extend(wrong.complaints)
        return 0


def to_line(event: Event) -> str:
    """Returns the event as one line of JSON, without the line end."""
    fields: dict[str, object] = {"user": event.user, "item_id": event.item_id, "kind": event.kind}
    if event.value != 1.0:
        fields["value"] = event.value
    if event.timestamp:
        fields["timestamp"] = event.timestamp
    if event.event_id:
        fields["event_id"] = event.event_id
    if event.recommendation_id:
        fields["recommendation_id"] = event.recommendation_id
    return TO_JSON(fields)


def from_line(line: str) -> Event:
    """Returns the event of a line that `to_line` wrote."""
    return Event(**json.loads(line))
