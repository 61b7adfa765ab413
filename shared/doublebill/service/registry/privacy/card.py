"""The privacy card of a version: what was collected, which protection it has, and what is not covered.

The record of a run has it as `privacy_card`. It has no number of a few users: it counts all users and events, and its
shares are those of a hundred users or more.
"""

from collections.abc import Mapping
from typing import TypedDict

COLLECTED = (
    "pseudonyms of users (HMAC-SHA-256; user ids are not stored)",
    "ids of items, kinds, values and times of events",
    "ids of the recommendations that led to events",
)

ATTACKS = "infra/docs/guides/privacy.md, Attacks; measured by tests/bench/attacks.py on synthetic users"

NOT_COVERED = (
    "the stored log and histories: a person who may read them, and knows some items of a user, finds the others",
    "that an item is in the catalog, which may be since one user had it",
    "offline measurements in the report, which are means over held-out users",
    "the request that an answer is made from: it knows the whole history that it was sent, or finds stored",
)

NOT_COVERED_WITHOUT_NOISE = (
    "the model tells whether a known history is in the training data: only differential privacy bounds that",
    "the difference of two versions, which follows what was new in between",
    "similarities are sums over all users, also over those of pairs that are too few to be edges",
)

NOT_COVERED_WITH_NOISE = ("versions without differential privacy of the same catalog, where there are any",)


class PrivacyCard(TypedDict):
    """The privacy card of a version."""

    collected: list[str]
    """The kinds of data that a training reads."""
    users: int | None
    """Users whom the training read; null for a version with differential privacy, where their number is secret too."""
    events: int | None
    key_id: str | None
    """The fingerprint of the pseudonym key; null before any key was used."""
    retention_days: float | None
    """Days that stored rows count in trainings; null where all do."""
    minimum_users: int | None
    """The k of k-support; null where noise protects instead."""
    most_items: int
    """Items of one user that count, at most."""
    epsilon: float | None
    """Of differential privacy, for this version; null without. So is `delta`."""
    delta: float | None
    spent: Mapping[str, object] | None
    """The budget of the catalog after this version."""
    unique: Mapping[str, float | None]
    """The share of users whom so many of their items, drawn at random, single out; null of too few users."""
    attacks: str
    """The page with measured attacks."""
    not_covered: list[str]


def measured_card(
    size: Mapping[str, object],
    unique: Mapping[str, float | None],
    limits: tuple[int, int],
    key_id: str | None,
    retention_days: float | None,
) -> PrivacyCard:
    """Returns the card of a version without noise; `limits` are its minimum of users and its most items."""
    return PrivacyCard(
        collected=list(COLLECTED),
        users=_count(size.get("users")),
        events=_count(size.get("events")),
        key_id=key_id,
        retention_days=retention_days,
        minimum_users=limits[0],
        most_items=limits[1],
        epsilon=None,
        delta=None,
        spent=None,
        unique=unique,
        attacks=ATTACKS,
        not_covered=[*NOT_COVERED_WITHOUT_NOISE, *NOT_COVERED],
    )


def private_card(
    privacy: Mapping[str, object], most_items: int, key_id: str | None, retention_days: float | None
) -> PrivacyCard:
    """Returns the card of a version with differential privacy; `privacy` is that of the record of its run."""
    spent = privacy["spent"]
    return PrivacyCard(
        collected=list(COLLECTED),
        users=None,
        events=None,
        key_id=key_id,
        retention_days=retention_days,
        minimum_users=None,
        most_items=most_items,
        epsilon=float(str(privacy["epsilon"])),
        delta=float(str(privacy["delta"])),
        spent=spent if isinstance(spent, Mapping) else None,
        unique={},
        attacks=ATTACKS,
        not_covered=[*NOT_COVERED_WITH_NOISE, *NOT_COVERED],
    )


def _count(value: object) -> int | None:
    return value if isinstance(value, int) else None
