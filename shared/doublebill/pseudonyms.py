"""Pseudonyms: the names that stand for users in everything that is stored."""

import base64
import hmac

KEY_BYTES = 32
"""Length of a fresh key; any key of at least 16 bytes is accepted."""

PSEUDONYM_LENGTH = 24
"""Characters of a pseudonym: 144 bits of HMAC-SHA-256 in URL-safe base64, so collisions are out of reach."""

PSEUDONYM = f"[A-Za-z0-9_-]{{{PSEUDONYM_LENGTH}}}"
"""The pattern of all pseudonyms, which fit into keys of objects as they are."""


class Pseudonyms:
    """Maps user ids to pseudonyms under one secret key (HMAC-SHA-256, RFC 2104)."""

    def __init__(self, key: bytes) -> None:
        if len(key) < 16:
            raise ValueError(f"the pseudonym key has {len(key)} bytes, expected at least 16")
        self._key = key

    def of(self, user_id: str) -> str:
        """Returns the pseudonym of `user_id`, 24 characters of [A-Za-z0-9_-]; equal ids give equal pseudonyms."""
        digest = hmac.digest(self._key, user_id.encode("utf-8", "surrogatepass"), "sha256")
        return base64.urlsafe_b64encode(digest[: PSEUDONYM_LENGTH * 3 // 4]).decode("ascii")

    def seal(self, purpose: str, content: bytes) -> str:
        """Returns a seal of some content, 64 hexadecimal digits, under a key that is derived for the purpose."""
        derived = hmac.digest(self._key, f"doublebill: {purpose}".encode(), "sha256")
        return hmac.digest(derived, content, "sha256").hex()
