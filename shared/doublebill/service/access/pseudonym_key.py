"""The pseudonym keys: guarded, so that none is replaced in silence while stored events stand on it.

keys/pseudonyms.json   {"format": 2, "fingerprint": of the newest key, "earlier": [those of the others]}

Made with the first use of a key. Without `format` it is that of a bare key, as earlier versions wrote and stacks make
it, which gives a user the same name in every catalog until it is rotated. Fingerprints tell a wrong key from the right
one and say nothing about either. A key is made only where nothing is stored under one. Everywhere else a missing or
wrong key is an error that says how to restore it.
"""

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from secrets import token_hex

from doublebill.concurrency.clock import SYSTEM, Clock
from doublebill.errors import InvalidInput, ObjectMissing, StoreUnavailable
from doublebill.pseudonyms import KEY_BYTES, Key, Pseudonyms
from doublebill.service.catalog import catalogs, merged_names
from doublebill.stores.compare_and_swap import swap
from doublebill.stores.objects import Objects
from doublebill.stores.secrets import KeyRing, Secrets

KEY = "keys/pseudonyms.json"

PSEUDONYMOUS = ("events/", "blocks/", "imports/", "merges/")
"""Prefixes of objects that hold pseudonyms."""

ITEMS_RECORD = "/items.json"
"""The end of the keys below them that hold none: the records of imported items."""

FORMAT = 2

REFRESH_SECONDS = 300.0
"""A rotation is noticed after so long at most; until then users get names under the key before it."""

RESTORE = "restore it with `doublebill key restore FILE`; without it no stored event can be tied to its user"

MISSING = f"the pseudonym key is missing, and events are stored under it: {RESTORE}"

WRONG = f"the pseudonym key is not the one under which events are stored: {RESTORE}"

UNREADABLE = f"{KEY} cannot be read; put it back from a backup (in S3, an earlier version of the object)"


@dataclass(frozen=True)
class RecordedKeys:
    """The facts about the keys that are stored beside the data."""

    fingerprints: Sequence[str]
    """Newest first."""

    def to_bytes(self) -> bytes:
        """Returns the record."""
        newest, *earlier = self.fingerprints
        return json.dumps({"format": FORMAT, "fingerprint": newest, "earlier": earlier}).encode()

    @classmethod
    def of_bytes(cls, data: bytes) -> "RecordedKeys":
        """Returns a record.

        Raises:
            StoreUnavailable: when it cannot be read.
        """
        try:
            fields = json.loads(data)
            return cls([str(fields["fingerprint"]), *map(str, fields.get("earlier", ()))])
        except (ValueError, TypeError, KeyError, AttributeError) as wrong:
            raise StoreUnavailable(UNREADABLE) from wrong


def guarded(objects: Objects, secrets: Secrets, records: bool = True, clock: Clock = SYSTEM) -> Pseudonyms:
    """Returns the pseudonyms under the keys of these stores; with `records` the fingerprints are stored.

    The keys are read again every `REFRESH_SECONDS`; where that fails, those before stay.

    Raises:
        StoreUnavailable: when a key is missing although pseudonyms are stored under it, or is another one.
    """
    refreshed = _Refreshed(lambda: keys_of(objects, secrets, records), clock)
    return Pseudonyms(refreshed, refreshed.read_again)


class _Refreshed:
    """Keys that are read again after a while, by one caller at a time."""

    def __init__(self, read: Callable[[], Sequence[Key]], clock: Clock) -> None:
        self._read, self._clock, self._lock = read, clock, threading.Lock()
        self._keys, self._read_at = read(), clock()

    def __call__(self) -> Sequence[Key]:
        if self._clock() - self._read_at >= REFRESH_SECONDS and self._lock.acquire(blocking=False):
            try:
                self._read_at = self._clock()
                self._keys = self._read()
            except StoreUnavailable:
                pass  # with the keys as they were
            finally:
                self._lock.release()
        return self._keys

    def read_again(self) -> None:
        """Reads the keys now; where that fails, those before stay, and it raises `StoreUnavailable`."""
        with self._lock:
            self._keys, self._read_at = self._read(), self._clock()


def keys_of(objects: Objects, secrets: Secrets, records: bool = True) -> Sequence[Key]:
    """Returns the keys, newest first, as `guarded`."""
    recorded = _recorded(objects)
    if not secrets.has_key() and (recorded or holds_pseudonyms(objects)):
        raise StoreUnavailable(MISSING)
    keys = _with_form(secrets.keys())
    present = [key.fingerprint for key in keys]
    if recorded is not None and not set(recorded.fingerprints) <= set(present):
        raise StoreUnavailable(WRONG)
    if records and (recorded is None or list(recorded.fingerprints) != present):
        _record(objects, keys, legacy=not keys[0].by_catalog)
        if recorded is None:
            return keys_of(objects, secrets, records)  # another process may have been first, with another key
    return keys


def _with_form(ring: KeyRing) -> Sequence[Key]:
    """Returns the keys; names under a bare one are the same in every catalog, as those of an earlier version."""
    return [replace(ring.keys[0], by_catalog=False)] if ring.bare else ring.keys


def _record(objects: Objects, keys: Sequence[Key], legacy: bool) -> None:
    """Stores the fingerprints of the keys, those that others stored meanwhile after them."""
    present = [key.fingerprint for key in keys]

    def changed(now: bytes | None) -> bytes | None:
        before = RecordedKeys.of_bytes(now).fingerprints if now else ()
        if before and set(before) - set(present):
            return None  # a key that is not here: the next look says so
        if legacy:
            return now or json.dumps({"fingerprint": present[0]}).encode()
        return RecordedKeys(present).to_bytes()

    swap(objects, KEY, changed)


def recorded_fingerprint(objects: Objects) -> str | None:
    """Returns the fingerprint of the newest key under which pseudonyms are stored, None before the first.

    Raises:
        StoreUnavailable: when it cannot be read.
    """
    recorded = _recorded(objects)
    return recorded.fingerprints[0] if recorded else None


def _recorded(objects: Objects) -> RecordedKeys | None:
    try:
        return RecordedKeys.of_bytes(objects.get(KEY).data)
    except ObjectMissing:
        return None


def holds_pseudonyms(objects: Objects) -> bool:
    """Checks whether anything is stored that holds pseudonyms."""
    return any(not key.endswith(ITEMS_RECORD) for prefix in PSEUDONYMOUS for key in objects.keys(prefix))


def rotate(objects: Objects, secrets: Secrets, now_ms: int) -> Sequence[Key]:
    """Puts a fresh key before the others, and returns all of them.

    The others stay even where nothing is stored yet: a function that has read them may store under them for
    `REFRESH_SECONDS`. Killed anywhere, it may be called again: a key that was put is one more.

    Raises:
        StoreUnavailable: when a key is missing or wrong, or another rotation was under way.
    """
    if not holds_pseudonyms(objects):
        objects.delete(KEY)  # a key that is missing or wrong is no loss here
    before = _recorded(objects)
    keys = keys_of(objects, secrets)
    for catalog in catalogs.names(objects):
        merged_names.note(objects, catalog)
    replaced = [replace(key, replaced_ms=key.replaced_ms or now_ms) for key in keys]
    secrets.put_keys(KeyRing([_fresh(replaced), *replaced]))
    if before != _recorded(objects) and before is not None:
        problem = "another rotation was under way; look at the keys that were kept"
        raise StoreUnavailable(f"{problem} (a file beside the present one, or the secret's previous version)")
    return keys_of(objects, secrets)


def _fresh(others: Sequence[Key]) -> Key:
    """Returns a new random key whose id none of the others has."""
    ids = {key.key_id for key in others}
    while (key := Key(token_hex(KEY_BYTES).encode())).key_id in ids:
        pass
    return key


def backup_of(objects: Objects, secrets: Secrets) -> bytes:
    """Returns the content of a backup of the keys.

    Raises:
        StoreUnavailable: when a key is missing or wrong.
        InvalidInput: when there is no key yet.
    """
    if not secrets.has_key() and recorded_fingerprint(objects) is None and not holds_pseudonyms(objects):
        raise InvalidInput.one("key", "there is none yet", "it is made with the first event; back it up then")
    return KeyRing(keys_of(objects, secrets)).to_bytes() + b"\n"


def restore(objects: Objects, secrets: Secrets, backup: bytes) -> bool:
    """Puts the keys of a backup in place; returns False where they are there already.

    Raises:
        InvalidInput: when the content is no backup, or lacks a key under which events are stored.
    """
    keys, recorded = _keys_in(backup), _recorded(objects)
    stored = recorded is not None or holds_pseudonyms(objects)
    fingerprints = {key.fingerprint for key in keys}
    if recorded is not None and not set(recorded.fingerprints) <= fingerprints:
        problem = "holds another key than the one under which events are stored, or not the newest one"
        raise InvalidInput.one("FILE", problem, "use the newest backup of this state folder or stack")
    present = secrets.keys() if secrets.has_key() else None
    if present is not None and [key.fingerprint for key in present.keys] == [key.fingerprint for key in keys]:
        return False
    if recorded is None and stored and present is not None:
        raise InvalidInput.one("FILE", "holds another key than the one in use", "use the backup of this key")
    secrets.put_keys(KeyRing(_with_form(KeyRing(keys, bare=b'"keys"' not in backup))))
    return True


def _keys_in(backup: bytes) -> Sequence[Key]:
    """Returns the keys of a backup, or the one of a backup of an earlier version."""
    try:
        fields = json.loads(backup)
        if "keys" in fields:
            ring = KeyRing.of_bytes(backup)
            assert ring is not None  # noqa: S101  # it is an object of JSON
            return ring.keys
        key = Key(bytes.fromhex(fields["key"]))
        whole = fields["format"] == 1 and fields["fingerprint"] == key.fingerprint
    except (ValueError, TypeError, KeyError):
        whole = False
    if not whole:
        raise InvalidInput.one("FILE", "is no whole backup of a key", "use a file that `doublebill key backup` wrote")
    return [key]
