"""Sealed keys: bytes that are unreadable without a passphrase.

    {"format": 3, "scrypt": {"n", "r", "p"}, "salt", "nonce", "sealed"}   JSON; the last three in hexadecimal digits

A key of 256 bits is derived from the passphrase by scrypt (Percival 2009, RFC 7914), which takes 64 MB and a tenth of a
second; AES-GCM under it encrypts the bytes and shows whether any was changed. Salt and nonce are fresh each time.
Both primitives are those of the package `cryptography`, which only this needs.
"""

import json
import secrets
from functools import lru_cache
from typing import Any

from doublebill.errors import StoreUnavailable

PASSPHRASE = "DOUBLEBILL_PASSPHRASE"  # noqa: S105  # the name of a variable
"""The environment variable with the passphrase."""

FORMAT = 3

COST = {"n": 1 << 16, "r": 8, "p": 1}

MOST_MEMORY = 1 << 30
"""Bytes that scrypt may take by the numbers in a file."""

SALT_BYTES, NONCE_BYTES, KEY_BYTES = 16, 12, 32


def is_sealed(data: bytes) -> bool:
    """Checks whether bytes were sealed."""
    return data.lstrip().startswith(b"{") and _fields(data).get("format") == FORMAT


def seal(content: bytes, passphrase: str) -> bytes:
    """Returns content sealed with a passphrase.

    Raises:
        StoreUnavailable: when the package is missing.
    """
    salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
    sealed = _cipher(passphrase, salt, **COST).encrypt(nonce, content, None)
    fields = {"format": FORMAT, "scrypt": COST, "salt": salt.hex(), "nonce": nonce.hex(), "sealed": sealed.hex()}
    return json.dumps(fields).encode()


def opened(data: bytes, passphrase: str) -> bytes:
    """Returns the content that was sealed.

    Raises:
        StoreUnavailable: when there is no passphrase, or another one, or the bytes were changed.
        ValueError: when the bytes are not whole.
    """
    if not passphrase:
        raise StoreUnavailable(f"the keys are protected by a passphrase; set {PASSPHRASE}")
    try:
        fields = _fields(data)
        cost = {name: int(fields["scrypt"][name]) for name in COST}
        salt, nonce, sealed = (bytes.fromhex(fields[name]) for name in ("salt", "nonce", "sealed"))
    except (KeyError, TypeError) as wrong:
        raise ValueError(f"no whole sealed keys: {wrong}") from wrong
    if 128 * cost["n"] * cost["r"] * cost["p"] > MOST_MEMORY:
        raise ValueError("they ask for more memory than any that were sealed here")
    cipher = _cipher(passphrase, salt, **cost)
    from cryptography.exceptions import InvalidTag

    try:
        return bytes(cipher.decrypt(nonce, sealed, None))
    except InvalidTag as wrong:
        problem = f"{PASSPHRASE} is not the passphrase that protects the keys, or their file was changed"
        raise StoreUnavailable(problem) from wrong


@lru_cache(4)
def _cipher(passphrase: str, salt: bytes, n: int, r: int, p: int) -> Any:
    """Returns the cipher under the key of a passphrase, which is derived once in a process."""
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
    except ImportError as missing:
        problem = "a passphrase needs the package cryptography; install it: pip install 'doublebill[passphrase]'"
        raise StoreUnavailable(problem) from missing
    return AESGCM(Scrypt(salt=salt, length=KEY_BYTES, n=n, r=r, p=p).derive(passphrase.encode()))


def _fields(data: bytes) -> dict[str, Any]:
    try:
        return dict(json.loads(data))
    except ValueError:
        return {}
