"""The record of a catalog: its settings, and the meaning of its events and files.

catalogs/<catalog>.json   {"catalog", "exclude_seen"}, and of those below the ones that are there
removed/<catalog>.json    {"removed_ms"}: the catalog was removed then; it stays, so that nobody serves an older model

    exclude_seen   whether answers leave out items of the history; null where the events decide
    kinds          the event kinds that differ from the default ones; see `doublebill.values.event_kinds`
    rating_scale   [lowest, highest] rating; missing where each training learns it
    learnt_scale   {"scale": [lowest, highest], "ratings"} as the newest training learnt it; counts where none is set
    unrated        the rating that means "not rated" in files; missing where every number is a rating
    privacy        {"epsilon", "delta", "total_epsilon"}: see `doublebill.values.privacy_settings`
    minimum_users  users that a pair of items must have in common to be learned from; missing for `MINIMUM_USERS`
    reading        how the last file was read, for the next one

It changes by compare-and-swap, one field or several at a time. Fields that this code does not know stay.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, TypedDict

import msgspec
from msgspec import Meta, UnsetType

from doublebill.errors import Conflict, InvalidInput, NotFound, ObjectMissing, StoreUnavailable
from doublebill.model.catalog import check_catalog_name
from doublebill.schema import Input, Pair
from doublebill.stores.compare_and_swap import swap
from doublebill.stores.objects import Objects
from doublebill.values.event_kinds import DEFAULT_KINDS, EventKinds
from doublebill.values.learnt_scale import LearntScale
from doublebill.values.privacy_settings import PrivacyRequest, PrivacySettings, PrivacyState
from doublebill.values.rating_scale import LARGEST_RATING, RatingScale

PREFIX = "catalogs/"

REMOVED = "removed_ms"
"""The field of a catalog whose removal has begun; until it ends, nothing is found or stored under the name."""

MINIMUM_USERS = 3
"""The k of k-support where a catalog sets none: `tests/bench/k_support.py` measures what it costs."""

MOST_MINIMUM_USERS = 1_000

Rating = Annotated[float, Meta(ge=-LARGEST_RATING, le=LARGEST_RATING)]


class SettingsRequest(Input, frozen=True):
    """The settings to change; a field that is left out keeps its value, null takes it back.

    Kinds are added or changed one by one: `{"addtocart": {"weight": 2}}`. None ever goes away, since stored events may
    have it; one that should no longer count gets the weight 0.
    """

    kinds: dict[str, Any] | UnsetType = msgspec.UNSET
    rating_scale: Pair[Rating] | UnsetType | None = msgspec.UNSET
    exclude_seen: bool | UnsetType | None = msgspec.UNSET
    unrated: Rating | UnsetType | None = msgspec.UNSET
    privacy: PrivacyRequest | UnsetType | None = msgspec.UNSET
    minimum_users: Annotated[int, Meta(ge=1, le=MOST_MINIMUM_USERS)] | UnsetType | None = msgspec.UNSET


class Settings(TypedDict):
    """The settings of a catalog."""

    catalog: str
    kinds: Mapping[str, Mapping[str, object]]
    """All event kinds by name: weight, whether it is a verdict, whether it repeats."""
    rating_scale: list[float] | None
    """Lowest and highest rating; null where each training learns them from the ratings."""
    learnt_scale: list[float] | None
    """Lowest and highest rating as the newest training learnt them; null before, and where there are no two."""
    exclude_seen: bool | None
    """Whether answers leave out items of the history; null where the events decide."""
    unrated: float | None
    """The rating that means "not rated" in files; null where every number is a rating."""
    privacy: PrivacyState
    """The differential privacy of trainings; `epsilon` is null where only those are private that ask for it."""
    minimum_users: int
    """Users that a pair of items must have in common to be learned from, and an item to have a popularity."""


@dataclass(frozen=True)
class CatalogRecord:
    """The record of one catalog."""

    fields: Mapping[str, Any]
    """As stored, with fields that this code does not know."""

    @classmethod
    def from_bytes(cls, data: bytes) -> "CatalogRecord":
        """Returns the record in the bytes of its object.

        Raises:
            StoreUnavailable: when the bytes are no record.
        """
        try:
            fields = json.loads(data)
            if not isinstance(fields, dict):
                raise TypeError("no object")  # noqa: TRY301  # wrong as any other content is, in the same way
            record = cls(fields)
            _ = record.kinds, record.rating_scale, record.privacy
        except (ValueError, TypeError, InvalidInput) as wrong:
            raise StoreUnavailable("the record of the catalog cannot be read") from wrong
        return record

    @cached_property
    def kinds(self) -> EventKinds:
        """The event kinds of the catalog."""
        changes = self.fields.get("kinds")
        return DEFAULT_KINDS.added(changes) if changes else DEFAULT_KINDS

    @cached_property
    def rating_scale(self) -> RatingScale | None:
        """The rating scale that was set; None where trainings learn it."""
        scale = self.fields.get("rating_scale")
        return None if scale is None else RatingScale.of_json(scale)

    @cached_property
    def learnt_scale(self) -> LearntScale | None:
        """The rating scale that the newest training learnt; None before the first, or where it cannot be read."""
        try:
            return LearntScale.of_json(self.fields["learnt_scale"])
        except (InvalidInput, TypeError, KeyError):
            return None

    @property
    def scale(self) -> RatingScale | LearntScale | None:
        """Returns the scale with which new ratings are compared: the one that was set, else the learnt one."""
        return self.rating_scale or self.learnt_scale

    @property
    def exclude_seen(self) -> bool | None:
        """Returns whether answers leave out items of the history; None where the events decide."""
        return None if self.fields.get("exclude_seen") is None else bool(self.fields["exclude_seen"])

    @property
    def unrated(self) -> float | None:
        """Returns the rating that means "not rated" in files; None where every number is a rating."""
        return None if self.fields.get("unrated") is None else float(self.fields["unrated"])

    @property
    def privacy(self) -> PrivacySettings:
        """Returns the privacy of trainings."""
        return PrivacySettings(**(self.fields.get("privacy") or {}))

    @property
    def minimum_users(self) -> int:
        """Returns how many users a pair of items must have in common to be learned from."""
        return int(self.fields.get("minimum_users") or MINIMUM_USERS)

    @property
    def reading(self) -> Mapping[str, Any] | None:
        """Returns how the last file was read; None before the first."""
        return self.fields.get("reading")

    @property
    def removed(self) -> bool:
        """Returns whether the removal of the catalog has begun."""
        return REMOVED in self.fields

    def settings(self) -> Settings:
        """Returns the settings that callers see."""
        return Settings(
            catalog=str(self.fields["catalog"]),
            kinds=self.kinds.to_json(),
            rating_scale=self.rating_scale.to_json() if self.rating_scale else None,
            learnt_scale=self.learnt_scale.scale.to_json() if self.learnt_scale else None,
            exclude_seen=self.exclude_seen,
            unrated=self.unrated,
            privacy=self.privacy.to_json(),
            minimum_users=self.minimum_users,
        )


UNSET = CatalogRecord({})
"""The record of a catalog that does not exist yet."""


def record_key(catalog: str) -> str:
    """Returns the key of the record of a catalog."""
    return f"{PREFIX}{check_catalog_name(catalog)}.json"


def tombstone_key(catalog: str) -> str:
    """Returns the key of the object that says when a catalog was removed."""
    return f"removed/{check_catalog_name(catalog)}.json"


def removed_ms(objects: Objects, catalog: str) -> int:
    """Returns when a catalog of that name was last removed; 0 where none was, or that is unknown."""
    try:
        return int(json.loads(objects.get(tombstone_key(catalog)).data)[REMOVED])
    except (ObjectMissing, StoreUnavailable, ValueError, TypeError, KeyError):
        return 0


def read(objects: Objects, catalog: str) -> CatalogRecord:
    """Returns the record of a catalog.

    Raises:
        NotFound: when there is no such catalog.
        StoreUnavailable: when its record cannot be read.
    """
    try:
        record = CatalogRecord.from_bytes(objects.get(record_key(catalog)).data)
    except ObjectMissing as missing:
        raise NotFound(f"there is no catalog {catalog!r}") from missing
    if record.removed:
        raise NotFound(f"there is no catalog {catalog!r}; its removal has not ended")
    return record


def find(objects: Objects, catalog: str) -> CatalogRecord:
    """Returns the record of a catalog, or `UNSET` where there is no such catalog."""
    try:
        return read(objects, catalog)
    except NotFound:
        return UNSET


def change(objects: Objects, catalog: str, **changes: object) -> bool:
    """Sets fields of the record, and makes the catalog where it is missing; returns False where nothing changed.

    A field set to None is taken back; `kinds` are added to those that are there.

    Raises:
        InvalidInput: when the kinds or the rating scale are wrong.
        Conflict, StoreUnavailable: as `swap`.
    """

    def changed(data: bytes | None) -> bytes | None:
        before = UNSET if data is None else CatalogRecord.from_bytes(data)
        if before.removed:
            raise Conflict(f"catalog {catalog!r} is being removed; remove it again to end that, then store anew")
        fields = {"catalog": catalog, "exclude_seen": None, **before.fields, **changes}
        if "kinds" in changes:
            fields["kinds"] = before.kinds.added(changes["kinds"] or {}).changes()
        if changes.get("rating_scale") is not None:
            fields["rating_scale"] = RatingScale.of_json(changes["rating_scale"]).to_json()
        if changes.get("privacy") is not None:
            fields["privacy"] = {**(before.fields.get("privacy") or {}), **dict(changes["privacy"])}  # type: ignore[call-overload]  # an object
        kept = {name: value for name, value in fields.items() if value is not None or name == "exclude_seen"}
        return None if data is not None and kept == before.fields else json.dumps(kept).encode()

    return swap(objects, record_key(catalog), changed)


def note_learnt_scale(objects: Objects, catalog: str, learnt: LearntScale | None) -> None:
    """Records the rating scale that a training learnt; does nothing where the catalog has gone.

    Raises:
        Conflict, StoreUnavailable: as `swap`.
    """

    def noted(data: bytes | None) -> bytes | None:
        before = UNSET if data is None else CatalogRecord.from_bytes(data)
        if not before.fields or before.removed:
            return None
        rest = {name: value for name, value in before.fields.items() if name != "learnt_scale"}
        fields = rest if learnt is None else {**rest, "learnt_scale": learnt.to_json()}
        return None if fields == before.fields else json.dumps(fields).encode()

    swap(objects, record_key(catalog), noted)


def put_settings(objects: Objects, catalog: str, request: SettingsRequest) -> Settings:
    """Changes the settings that the request names, and returns all of them.

    Raises:
        InvalidInput: when a value is wrong.
        Conflict, StoreUnavailable: as `swap`.
    """
    change(objects, catalog, **msgspec.to_builtins(request))
    return read(objects, catalog).settings()
