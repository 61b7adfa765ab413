"""Champions: one pointer per catalog, champions/<catalog>.json, which moves by compare-and-swap.

The pointer holds the fields of `Champion`. A reader sees the old champion or the new one, and never half of either.
Generations of leases order those who move it, never clocks: a training moves it only where its generation is above
the pointer's, and a person leaves there the generation of the latest training that has begun.
"""

import contextlib
import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import dropwhile
from typing import Annotated

from msgspec import Meta

from doublebill.errors import Conflict, NotFound, ObjectMissing, StoreUnavailable, Unsatisfiable, VersionRefused
from doublebill.model.catalog import check_catalog_name
from doublebill.schema import Input, whole
from doublebill.service.catalog.erased import erased_versions
from doublebill.service.registry import runs
from doublebill.service.registry.ab_test import PLACES
from doublebill.service.registry.leases.lease import read_lease
from doublebill.service.registry.versions import check_loadable, is_loadable
from doublebill.stores.compare_and_swap import swap
from doublebill.stores.objects import Objects

OPTIONAL = ("left", "moves", "retired", "deleted", "past", "refused")
"""Fields that the pointer leaves out where they are empty."""

MOVES_LENGTH = 5
"""Promotions by people that the pointer remembers; more do not happen while one of them waits for an answer."""

PREVIOUS_LENGTH = 10
"""Former champions that the pointer keeps for rolling back."""

PAST_LENGTH = 50
"""Earlier champions that the pointer remembers with their times."""

MS_PER_HOUR = 3_600_000


@dataclass(frozen=True)
class Champion:
    """The version that a catalog serves, and those before it."""

    version: str
    run: str
    """The training run that promoted it; empty where a person did."""
    started_ms: int
    """The time when that run began to read its data, by its own clock."""
    promoted_ms: int
    previous: tuple[str, ...] = ()
    """Former champions, the latest first."""
    challenger: str = ""
    """The version that serves `share` of the users instead; empty where none does."""
    share: float = 0.0
    generation: int = 0
    """Trainings up to this one do not promote any more; 0 in pointers of earlier versions."""
    left: str = ""
    """The version that the latest move rolled back from; empty where that move was another."""
    retired: Mapping[str, int] = field(default_factory=dict)
    """Versions that are no longer needed, and the time since when; see `pruning`."""
    deleted: Mapping[str, int] = field(default_factory=dict)
    """Versions that are being deleted, or were lately, and when that began; they cannot be promoted."""
    moves: tuple[str, ...] = ()
    """Tokens of the latest promotions by people, so that one whose answer is lost is not made again."""
    past: tuple[tuple[int, str], ...] = ()
    """Earlier champions, made by trainings or people, the latest first, each with the time when it became champion."""
    refused: Mapping[str, int] = field(default_factory=dict)
    """Versions that were trained on users who were erased since. Only a training of a generation above this number,
    which has read none of them, may make the very same version again."""

    @property
    def servable(self) -> tuple[str, ...]:
        """Returns the champion and the former champions, the latest first, without those that are refused."""
        return tuple(version for version in (self.version, *self.previous) if version not in self.refused)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Champion":
        """Returns the pointer that `to_bytes` wrote.

        Raises:
            StoreUnavailable: when the bytes are no such pointer; an environment with a model goes on with it.
        """
        try:
            fields = json.loads(data)
            own = {name: fields[name] for name in cls.__dataclass_fields__ if name in fields}
            past = tuple((int(since_ms), str(version)) for since_ms, version in own.get("past", ()))
            return cls(
                **{**own, "previous": tuple(own["previous"]), "moves": tuple(own.get("moves", ())), "past": past}
            )
        except (ValueError, TypeError, KeyError) as wrong:
            raise StoreUnavailable("the champion pointer cannot be read") from wrong

    def to_bytes(self) -> bytes:
        """Returns the pointer as JSON, without the fields of the challenger, and of moves, where there is none."""
        fields = {name: value for name, value in asdict(self).items() if value or name not in OPTIONAL}
        if not self.challenger:
            del fields["challenger"], fields["share"]
        return json.dumps(fields).encode()

    def succeeded(self) -> tuple[tuple[int, str], ...]:
        """Returns the earlier champions once another one has followed."""
        return ((self.promoted_ms, self.version), *self.past)[:PAST_LENGTH]

    @property
    def needed(self) -> frozenset[str]:
        """Returns the versions that stay: those that serve, and former champions that can be rolled back to."""
        return frozenset((self.version, *self.servable, self.challenger))

    def made_anew(self, version: str, generation: int) -> "Champion":
        """Returns the same pointer once a training made a version: it is no longer refused where none was read."""
        if self.refused.get(version, generation) >= generation:
            return self
        return replace(self, refused={one: until for one, until in self.refused.items() if one != version})

    def against(self, challenger: str, share: float) -> "Champion":
        """Returns the same champion with this challenger, unless that is the champion itself."""
        if challenger in ("", self.version):
            return replace(self, challenger="", share=0.0)
        return replace(self, challenger=challenger, share=share)


Version = Annotated[str, Meta(pattern=whole("[0-9a-f]{32}"), description="a version, 32 hexadecimal digits")]


class ChampionRequest(Input, frozen=True):
    """Names the published version to serve."""

    version: Version


class ChallengerRequest(Input, frozen=True):
    """Names the published version that answers a share of the users, and the share."""

    version: Version
    share: Annotated[float, Meta(ge=1 / PLACES, le=1, description="a share of the users, above 0 up to 1")]


def refused_in(champion: Champion, versions: Mapping[str, int]) -> Champion:
    """Returns a pointer that refuses versions, each to trainings up to a generation; a challenger among them ends."""
    refused = {**champion.refused, **{one: max(last, champion.refused.get(one, 0)) for one, last in versions.items()}}
    challenger = "" if champion.challenger in versions else champion.challenger
    return replace(champion, refused=refused).against(challenger, champion.share)


def champion_key(catalog: str) -> str:
    """Returns the key of the pointer of a catalog."""
    return f"champions/{check_catalog_name(catalog)}.json"


def read_champion(objects: Objects, catalog: str) -> Champion | None:
    """Returns the champion of the catalog, or None where it has none."""
    try:
        return Champion.from_bytes(objects.get(champion_key(catalog)).data)
    except ObjectMissing:
        return None


def version_of(objects: Objects, catalog: str) -> str:
    """Returns the version of the champion; empty where there is none, or none that can be read."""
    with contextlib.suppress(StoreUnavailable):
        champion = read_champion(objects, catalog)
        return champion.version if champion else ""
    return ""


def ages_hours(objects: Objects, catalogs: Iterable[str], now_ms: int) -> dict[str, float]:
    """Returns how long each catalog's champion has been champion; without catalogs that have none that can be read."""
    ages = {}
    for catalog in catalogs:
        with contextlib.suppress(StoreUnavailable):  # answers say so in `degraded`
            if champion := read_champion(objects, catalog):
                ages[catalog] = max(0, now_ms - champion.promoted_ms) / MS_PER_HOUR
    return ages


def promote_run(
    objects: Objects, catalog: str, version: str, run: str, generation: int, started_ms: int, now_ms: int
) -> bool:
    """Makes the version of a training run champion; see `promote_made`. `generation` is that of the run's lease."""
    return promote_made(objects, catalog, Champion(version, run, started_ms, now_ms, generation=generation))


def promote_made(objects: Objects, catalog: str, wanted: Champion, in_place_of: str = "") -> bool:
    """Promotes the version that a training made, unless a later run, or a person since, has made another one champion.

    A former champion `in_place_of` is rolled back to by this version: it and those after it are forgotten. Returns
    False where the run was overtaken.

    Raises:
        VersionRefused: when users were erased meanwhile on whom it was trained.
    """

    def succeeded(current: Champion | None) -> Champion | None:
        if current and current.generation >= wanted.generation:
            return current if (current.version, current.run) == (wanted.version, wanted.run) else None
        succeeding = _succeeding(wanted, current and current.made_anew(wanted.version, wanted.generation))
        return _in_place_of(in_place_of, succeeding, current) if current else succeeding

    return _swap(objects, catalog, succeeded) is not None


def _in_place_of(former: str, champion: Champion, current: Champion) -> Champion:
    """Returns a champion that stands where a former one stood, as if the present one had been rolled back to it."""
    if former not in current.previous:
        return champion
    earlier = current.previous[current.previous.index(former) + 1 :]
    left = current.version if current.version != champion.version else ""
    return replace(champion, previous=tuple(one for one in earlier if one != champion.version), left=left)


def promote(objects: Objects, catalog: str, version: str, now_ms: int) -> Champion:
    """Makes a published version champion, whichever is champion now; if it was the challenger, that has ended.

    Where it is champion already, only trainings that have begun are kept from promoting. A pointer that cannot be read
    is replaced, and former champions are forgotten with it; versions that it refused stay refused, as the records of
    erasures have them, unless a later training made the very same again.

    Raises:
        NotFound: when the version was never published, or cannot be loaded by this code.
        VersionRefused: when it was trained on users who were erased since.
    """
    check_loadable(objects, catalog, version)
    move = secrets.token_hex(4)

    def promoted(current: Champion | None) -> Champion:
        refused = current.refused if current else _refused_by_records(objects, catalog)
        if version in refused:
            raise VersionRefused(catalog, version)
        if current and (move in current.moves or current.version == version):
            return current  # by a write of this call that the store did not confirm, or before it
        moves = (move, *(current.moves if current else ()))[:MOVES_LENGTH]
        return _succeeding(Champion(version, "", now_ms, now_ms, moves=moves, refused=refused), current)

    return _outranking(objects, catalog, promoted, mending=True)


def _refused_by_records(objects: Objects, catalog: str) -> Mapping[str, int]:
    """Returns the versions with erased users by the records, without those that a later training made anew."""
    listed = erased_versions.read(objects, catalog)
    made = runs.latest_generations(objects, catalog) if listed else {}
    return {version: until for version, until in listed.items() if made.get(version, 0) <= until}


def challenge(objects: Objects, catalog: str, version: str, share: float) -> Champion:
    """Lets a published version serve `share` of the users instead of the champion, in place of any challenger.

    Raises:
        NotFound: when the catalog has no champion, or the version was never published or cannot be loaded by this code.
        Unsatisfiable: when the version is the champion.
        VersionRefused: when it was trained on users who were erased since.
        Conflict: when other requests kept changing the champion.
    """
    check_loadable(objects, catalog, version)

    def challenged(champion: Champion) -> Champion:
        if champion.version == version:
            raise Unsatisfiable.one("version", "it is the champion", "use another version")
        return champion.against(version, share)

    return change(objects, catalog, challenged)


def end_challenge(objects: Objects, catalog: str) -> Champion:
    """Lets the champion serve all users again; changes nothing where it does.

    Raises:
        NotFound: when the catalog has no champion.
        Conflict: when other requests kept changing the champion.
    """
    return change(objects, catalog, lambda champion: champion.against("", 0.0))


def roll_back(objects: Objects, catalog: str, now_ms: int, leaving: str = "") -> Champion:
    """Makes the former champion champion again; the present one, which `leaving` may name, is forgotten.

    Former champions that this code cannot load are passed over and forgotten too. A challenger stays one, unless it is
    the version rolled back to. A call that leaves the same version again, by the same caller or another, changes
    nothing. Where the latest move was a rollback, going back further needs the name of the version to leave, so that a
    call whose answer was lost can be made again.

    Raises:
        NotFound: when there is none, or none that can be loaded.
        VersionRefused: when the former champion was trained on users who were erased since.
        Conflict: when another version than the one to leave is champion, or the latest move was a rollback.
    """
    champion = read_champion(objects, catalog)
    if champion and leaving and champion.left == leaving:
        return champion
    if champion is None or not champion.previous:
        raise NotFound(f"catalog {catalog!r} has no former champion to roll back to")
    if champion.left and not leaving:
        raise Conflict(
            f"catalog {catalog!r} was rolled back from {champion.left} to {champion.version} already; "
            f"to go back further, name the version to leave: {champion.version}"
        )
    left = leaving or champion.version
    version, *before = _loadable(objects, catalog, champion.previous)

    def rolled_back(current: Champion | None) -> Champion:
        if current and current.left == left:
            return current  # by a write of this call that the store did not confirm, or by another request
        if current is None or current.version != left:
            raise Conflict(f"{current.version if current else 'none'} is champion of {catalog!r}, not {left}")
        earlier = replace(current, version=version, run="", started_ms=now_ms, promoted_ms=now_ms, left=left)
        earlier = replace(earlier, past=current.succeeded())
        return replace(earlier, previous=tuple(before)).against(current.challenger, current.share)

    return _outranking(objects, catalog, rolled_back)


def _loadable(objects: Objects, catalog: str, former: Sequence[str]) -> Sequence[str]:
    """Returns the former champions from the newest one on that this code can load."""
    found = list(dropwhile(lambda version: not is_loadable(objects, catalog, version), former))
    if not found:
        raise NotFound(f"catalog {catalog!r} has no former champion that can be served")
    return found


def _succeeding(wanted: Champion, current: Champion | None) -> Champion:
    """Returns `wanted` with all former champions, each once, and with the challenger that there is."""
    former = (current.version, *current.previous) if current else ()
    previous = tuple(version for version in former if version != wanted.version)[:PREVIOUS_LENGTH]
    generation = max(wanted.generation, current.generation if current else 0)
    moves = wanted.moves or (current.moves if current else ())
    succeeding = replace(wanted, previous=previous, generation=generation, moves=moves)
    if current:
        succeeding = replace(succeeding, retired=current.retired, deleted=current.deleted, refused=current.refused)
        succeeding = replace(succeeding, past=current.succeeded())
    return succeeding.against(current.challenger, current.share) if current else succeeding


def _outranking(
    objects: Objects, catalog: str, changed: Callable[[Champion | None], Champion], mending: bool = False
) -> Champion:
    """Changes the champion so that no training that has begun by now changes it back, and returns it."""
    latest = read_lease(objects, catalog).generation
    champion = _swap(objects, catalog, lambda current: _raised(changed(current), latest), mending)
    while (latest := read_lease(objects, catalog).generation) > champion.generation:
        version, rank = champion.version, latest

        def raised(current: Champion, version: str = version, rank: int = rank) -> Champion:
            return _raised(current, rank) if current.version == version else current

        champion = change(objects, catalog, raised)
        if champion.version != version:
            break  # by a later caller
    return champion


def _kept(champion: Champion, current: Champion | None, catalog: str) -> Champion:
    """Returns the champion with it, its former ones and its challenger no longer retired.

    Raises:
        NotFound: when the version that is promoted, or is to challenge, is being deleted.
        VersionRefused: when it is refused.
    """
    if current is None:
        return champion
    for version in {champion.version, champion.challenger} - {current.version, current.challenger}:
        if version in current.deleted:
            raise NotFound(f"version {version!r} of catalog {catalog!r} is being deleted")
        if version in champion.refused:
            raise VersionRefused(catalog, version)
    needed = champion.needed
    if not needed & champion.retired.keys():
        return champion
    return replace(champion, retired={version: at for version, at in champion.retired.items() if version not in needed})


def _raised(champion: Champion, generation: int) -> Champion:
    return replace(champion, generation=max(champion.generation, generation))


def change(objects: Objects, catalog: str, changed: Callable[[Champion], Champion]) -> Champion:
    """Changes the pointer that there is, and returns it.

    Raises:
        NotFound: when the catalog has no champion.
        Conflict: when other requests kept changing the pointer.
    """

    def of_current(current: Champion | None) -> Champion:
        if current is None:
            raise NotFound(f"catalog {catalog!r} has no champion")
        return changed(current)

    return _swap(objects, catalog, of_current)


def _swap[C: (Champion, Champion | None)](
    objects: Objects, catalog: str, changed: Callable[[Champion | None], C], mending: bool = False
) -> C:
    """Returns the champion that `changed` makes of the present one, written unless it is None or the same.

    With `mending` a pointer that cannot be read counts as none.
    """
    champion: C

    def to_bytes(data: bytes | None) -> bytes | None:
        nonlocal champion
        current = None
        with contextlib.suppress(*((StoreUnavailable,) if mending else ())):
            current = None if data is None else Champion.from_bytes(data)
        champion = changed(current)
        return None if champion is None else _kept(champion, current, catalog).to_bytes()

    swap(objects, champion_key(catalog), to_bytes)
    return champion
