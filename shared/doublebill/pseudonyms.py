"""Pseudonyms: the names that stand for users in everything that is stored.

    <id of the key>.<name>   6 hexadecimal digits, a dot, 24 of [A-Za-z0-9_-]
    <name>                   the form of keys from before catalogs had keys of their own

A name is HMAC-SHA-256 (RFC 2104) of the user id. Its key belongs to one catalog: it is derived from the secret of the
deployment as HKDF-Expand does (RFC 5869, 2.3; the secret is random, so nothing needs to be extracted first). So nobody
can tell that users of two catalogs are the same one. A deployment that rotated its secret has several keys: users get
names under the newest, and their earlier names are found by the others.
"""

import base64
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

KEY_BYTES = 32
"""Length of a fresh key; any key of at least 16 bytes is accepted."""

NAME_LENGTH = 24
"""Characters of a name: 144 bits of HMAC-SHA-256 in URL-safe base64, so collisions are out of reach."""

ID_LENGTH = 6
"""Characters of the id of a key."""

PSEUDONYM = f"(?:[0-9a-f]{{{ID_LENGTH}}}\\.)?[A-Za-z0-9_-]{{{NAME_LENGTH}}}"
"""The pattern of all pseudonyms, which fit into keys of objects as they are."""

FINGERPRINTED = b"doublebill: fingerprint of the pseudonym key"


@dataclass(frozen=True)
class Key:
    """One secret behind pseudonyms."""

    secret: bytes = field(repr=False)
    by_catalog: bool = True
    """Whether each catalog has a key of its own; otherwise names are the same in all of them and have no id."""
    replaced_ms: int = 0
    """When another key took its place; 0 while it is in use."""

    def __post_init__(self) -> None:
        if len(self.secret) < 16:
            raise ValueError(f"the pseudonym key has {len(self.secret)} bytes, expected at least 16")

    @cached_property
    def fingerprint(self) -> str:
        """The fingerprint: 32 hexadecimal digits, which say nothing about the key."""
        return hmac.digest(self.secret, FINGERPRINTED, "sha256").hex()[:32]

    @property
    def key_id(self) -> str:
        """Returns the beginning of the fingerprint, by which pseudonyms name the key."""
        return self.fingerprint[:ID_LENGTH]

    @cached_property
    def _of_catalogs(self) -> dict[str, bytes]:
        return {}

    def pseudonym(self, catalog: str, user_id: str) -> str:
        """Returns the pseudonym of a user of a catalog under this key."""
        if not self.by_catalog:
            return _name(self.secret, user_id)
        key = self._of_catalogs.get(catalog)
        if key is None:
            info = f"doublebill: pseudonyms of {catalog}".encode()
            key = self._of_catalogs[catalog] = hmac.digest(self.secret, info + b"\x01", "sha256")
        return f"{self.key_id}.{_name(key, user_id)}"

    def seal(self, purpose: str, content: bytes) -> str:
        """Returns a seal of some content, 64 hexadecimal digits, under a key that is derived for the purpose."""
        derived = hmac.digest(self.secret, f"doublebill: {purpose}".encode(), "sha256")
        return hmac.digest(derived, content, "sha256").hex()


def _name(key: bytes, user_id: str) -> str:
    digest = hmac.digest(key, user_id.encode("utf-8", "surrogatepass"), "sha256")
    return base64.urlsafe_b64encode(digest[: NAME_LENGTH * 3 // 4]).decode("ascii")


class Pseudonyms:
    """Maps user ids to pseudonyms under the newest of some keys, and finds those under the earlier ones."""

    def __init__(self, keys: Callable[[], Sequence[Key]], read_again: Callable[[], object] = lambda: None) -> None:
        self._keys = keys
        """Gives the keys, newest first; it is called for every user, so that a rotation is noticed."""
        self.read_again = read_again
        """Reads the keys now, for those who may miss no name; raises `StoreUnavailable` where that fails."""

    @classmethod
    def under(cls, *keys: Key | bytes) -> "Pseudonyms":
        """Returns the pseudonyms under keys that stay, newest first."""
        fixed = tuple(one if isinstance(one, Key) else Key(one) for one in keys)
        return cls(lambda: fixed)

    def of(self, catalog: str, user_id: str) -> str:
        """Returns the pseudonym of a user of a catalog; equal ids give equal pseudonyms."""
        return self._keys()[0].pseudonym(catalog, user_id)

    def every(self, catalog: str, user_id: str) -> list[str]:
        """Returns every pseudonym that the user may be stored under, that of the newest key first."""
        return [key.pseudonym(catalog, user_id) for key in self._keys()]

    def seal(self, purpose: str, content: bytes) -> str:
        """Returns a seal of some content for a purpose, under the newest key."""
        return self._keys()[0].seal(purpose, content)

    def sealed(self, purpose: str, content: bytes, seal: str) -> bool:
        """Checks whether a seal is that of some content, under any of the keys."""
        found = [hmac.compare_digest(key.seal(purpose, content).encode(), seal.encode()) for key in self._keys()]
        return any(found)
