"""Erasures that are kept outside of a deployment, and made again on what was restored from an older backup.

The list has one JSON object a line: {"catalog", "erasure_id", "erased_ms", "due_ms", "users", "pseudonyms"}. It has no
user ids, and each erasure once.

    1. before anything is restored: the tombstones
    2. before the champions are: the records, with the versions that had the users, which the pointers then refuse
    3. afterwards each erasure goes on as any other, and has another receipt at its end
"""

import json
from collections.abc import Collection, Iterable, Sequence

from doublebill.errors import InvalidInput
from doublebill.service.catalog import user_aliases
from doublebill.service.catalog.erased import tombstones
from doublebill.service.people import erasure_record
from doublebill.service.people.erase import counted
from doublebill.service.people.erasure_record import Fields
from doublebill.service.people.person import cancelled_ms, heirs_of, listed_merges
from doublebill.service.registry import champions, runs
from doublebill.service.registry.champions import Champion
from doublebill.stores.objects import Objects

UNFINISHED = "restores/unfinished.json"
"""Stands in stores while a backup is put into them."""

KEPT = ("catalog", "erasure_id", "erased_ms", "due_ms", "users", "pseudonyms")
"""Fields of a record that the list has."""


def erasures_of(objects: Objects) -> list[Fields]:
    """Returns the erasures of all catalogs, also of those that were removed, by catalog and time.

    Raises:
        StoreUnavailable: when a record cannot be read.
    """
    catalogs = dict.fromkeys(key.split("/")[1] for key in objects.keys("erasures/"))
    found = [one for catalog in catalogs for one in reversed(list(erasure_record.every(objects, catalog)))]
    return [{name: record[name] for name in KEPT if name in record} for record in found]


def to_bytes(kept: Iterable[Fields]) -> bytes:
    """Returns the list of erasures, each once."""
    lines = {(one["catalog"], one["erasure_id"]): json.dumps(one, sort_keys=True) for one in kept}
    return "".join(f"{lines[name]}\n" for name in sorted(lines)).encode()


def from_bytes(data: bytes) -> list[Fields]:
    """Returns the erasures of a list.

    Raises:
        InvalidInput: when it is none.
    """
    try:
        kept: list[Fields] = [json.loads(line) for line in data.splitlines()]
        for one in kept:
            _ = one["catalog"], one["erasure_id"], one["erased_ms"], one["users"], one["pseudonyms"]
    except (ValueError, TypeError, KeyError) as wrong:
        problem, fix = "is no list of erasures", "use a file that `doublebill backup` wrote beside its folders"
        raise InvalidInput.one("--erasures", problem, fix) from wrong
    return kept


def later_than(keys: Collection[str], kept: Iterable[Fields]) -> list[Fields]:
    """Returns the erasures, each once, whose records are not among the keys of a backup."""
    each = {(one["catalog"], one["erasure_id"]): one for one in kept}
    return [one for (catalog, name), one in each.items() if f"{erasure_record.prefix(catalog)}{name}.json" not in keys]


def bury(objects: Objects, kept: Iterable[Fields]) -> None:
    """Writes the tombstones of erasures."""
    for one in kept:
        for user in one["pseudonyms"]:
            tombstones.append(objects, one["catalog"], user, one["erased_ms"], one["erasure_id"])


def begin_again(objects: Objects, kept: Sequence[Fields], now_ms: int) -> list[Fields]:
    """Writes the records of erasures for what was restored without its champions, and returns them.

    Raises:
        StoreUnavailable: when an object of the log or a merge is damaged, which it names.
    """
    return [_begun(objects, one, now_ms) for one in kept]


def _begun(objects: Objects, kept: Fields, now_ms: int) -> Fields:
    catalog, erasure_id, pseudonyms = kept["catalog"], kept["erasure_id"], frozenset(kept["pseudonyms"])
    merges = user_aliases.every(objects, catalog)
    pairs = user_aliases.named_anew(merges, user_aliases.newest_names(merges))
    named = [one for one in merges if {one.alias, one.owner} & pseudonyms]
    objects.delete(f"{erasure_record.prefix(catalog)}{erasure_id}.json")
    record = erasure_record.make(
        objects,
        **kept,
        refuse_ms=now_ms,
        heirs=sorted(heirs_of(pairs, pseudonyms)),
        merges=[one.key for one in named],
        merged=listed_merges(named, cancelled_ms(merges)),
        # trainings that are restored may have read the users, whichever lease they had
        generation=max((int(fields.get("generation", 0)) for _, fields in runs.every(objects, catalog)), default=0),  # type: ignore[call-overload]  # a number
    )
    return counted(objects, catalog, record)


def refusing(pointer: bytes, records: Collection[Fields], catalog: str) -> bytes:
    """Returns the pointer of a catalog that refuses the versions with the users of these erasures."""
    champion = Champion.from_bytes(pointer)
    refused = {
        str(version["version"]): max(int(one["generation"]), champion.generation)
        for one in records
        if one["catalog"] == catalog
        for version in one["versions"]
    }
    return champions.refused_in(champion, refused).to_bytes() if refused else pointer
