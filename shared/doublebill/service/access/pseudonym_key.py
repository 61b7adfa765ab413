"""The pseudonym key: guarded, so that it is never replaced in silence while stored events stand on it.

keys/pseudonyms.json   {"fingerprint": an HMAC of a constant under the key}, made with the first use of the key

The fingerprint tells a wrong key from the right one and says nothing about the key. A key is made only where nothing
is stored under one. Everywhere else a missing or wrong key is an error that says how to restore it.
"""

import contextlib
import hmac
import json
from secrets import token_hex

from doublebill.errors import Conflict, InvalidInput, ObjectMissing, StoreUnavailable
from doublebill.pseudonyms import KEY_BYTES, Pseudonyms
from doublebill.stores.objects import Objects
from doublebill.stores.secrets import Secrets

KEY = "keys/pseudonyms.json"

PSEUDONYMOUS = ("events/", "blocks/", "imports/", "merges/")
"""Prefixes of objects that hold pseudonyms."""

ITEMS_RECORD = "/items.json"
"""The end of the keys below them that hold none: the records of imported items."""

CONSTANT = b"doublebill: fingerprint of the pseudonym key"

FORMAT = 1

RESTORE = "restore it with `doublebill key restore FILE`; without it no stored event can be tied to its user"


def guarded(objects: Objects, secrets: Secrets, records: bool = True) -> Pseudonyms:
    """Returns the pseudonyms under the key of these stores; with `records` its fingerprint is stored.

    Raises:
        StoreUnavailable: when the key is missing although pseudonyms are stored, or is another one.
    """
    return Pseudonyms(key_of(objects, secrets, records))


def key_of(objects: Objects, secrets: Secrets, records: bool = True) -> bytes:
    """Returns the key, as `guarded`."""
    expected = recorded_fingerprint(objects)
    if not secrets.has_key() and (expected or holds_pseudonyms(objects)):
        raise StoreUnavailable(f"the pseudonym key is missing, and events are stored under it: {RESTORE}")
    key = secrets.pseudonym_key()
    if expected is None and records:
        with contextlib.suppress(Conflict):  # another process was first
            objects.create(KEY, json.dumps({"fingerprint": fingerprint(key)}).encode())
        expected = recorded_fingerprint(objects)
    if expected is not None and not hmac.compare_digest(expected, fingerprint(key)):
        raise StoreUnavailable(f"the pseudonym key is not the one under which events are stored: {RESTORE}")
    return key


def fingerprint(key: bytes) -> str:
    """Returns the fingerprint of a key: 32 hexadecimal digits."""
    return hmac.digest(key, CONSTANT, "sha256").hex()[:32]


def recorded_fingerprint(objects: Objects) -> str | None:
    """Returns the fingerprint of the key under which pseudonyms are stored, None before the first.

    Raises:
        StoreUnavailable: when it cannot be read.
    """
    try:
        return str(json.loads(objects.get(KEY).data)["fingerprint"])
    except ObjectMissing:
        return None
    except (ValueError, TypeError, KeyError) as wrong:
        raise StoreUnavailable(f"{KEY} cannot be read; remove it to record the present key again") from wrong


def holds_pseudonyms(objects: Objects) -> bool:
    """Checks whether anything is stored that holds pseudonyms."""
    return any(not key.endswith(ITEMS_RECORD) for prefix in PSEUDONYMOUS for key in objects.keys(prefix))


def backup_of(objects: Objects, secrets: Secrets) -> bytes:
    """Returns the content of a backup of the key.

    Raises:
        StoreUnavailable: when the key is missing or wrong.
        InvalidInput: when there is no key yet.
    """
    if not secrets.has_key() and recorded_fingerprint(objects) is None and not holds_pseudonyms(objects):
        raise InvalidInput.one("key", "there is none yet", "it is made with the first event; back it up then")
    key = key_of(objects, secrets)
    return json.dumps({"format": FORMAT, "fingerprint": fingerprint(key), "key": key.hex()}).encode() + b"\n"


def restore(objects: Objects, secrets: Secrets, backup: bytes) -> bool:
    """Puts the key of a backup in place; returns False where it is there already.

    Raises:
        InvalidInput: when the content is no backup, or is that of another key than the one events are stored under.
    """
    key = _key_in(backup)
    if secrets.has_key() and secrets.pseudonym_key() == key:
        return False
    expected = recorded_fingerprint(objects)
    if expected is None and secrets.has_key() and holds_pseudonyms(objects):
        raise InvalidInput.one("FILE", "holds another key than the one in use", "use the backup of this key")
    if expected not in (None, fingerprint(key)):
        problem = "holds another key than the one under which events are stored"
        raise InvalidInput.one("FILE", problem, "use a backup of this state folder or stack")
    secrets.put_key(key)
    return True


def rotate(objects: Objects, secrets: Secrets) -> None:
    """Replaces the key by a fresh one where nothing is stored under it.

    Raises:
        InvalidInput: where pseudonyms are stored; see the decision about rotation.
    """
    if holds_pseudonyms(objects):
        problem = "events are stored under it, and only their user ids could give them other pseudonyms"
        fix = "import the files into a fresh state folder or stack, and rotate there before the first event"
        raise InvalidInput.one("key", problem, fix)
    objects.delete(KEY)
    secrets.put_key(fresh_key())


def fresh_key() -> bytes:
    """Returns a new random key."""
    return token_hex(KEY_BYTES).encode()


def _key_in(backup: bytes) -> bytes:
    try:
        fields = json.loads(backup)
        key = bytes.fromhex(fields["key"])
        whole = fields["format"] == FORMAT and fields["fingerprint"] == fingerprint(key)
    except (ValueError, TypeError, KeyError):
        whole, key = False, b""
    if not whole:
        raise InvalidInput.one("FILE", "is no whole backup of a key", "use a file that `doublebill key backup` wrote")
    return key
