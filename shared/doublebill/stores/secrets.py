"""Secrets: the keys behind the pseudonyms.

secretsmanager://name-or-arn   AWS Secrets Manager
file:///key                    a file that its owner alone may read, made at first use

Either has a ring of keys, newest first, as JSON:

    {"format": 2, "keys": [{"key": hexadecimal digits, "by_catalog": true, "replaced_ms": 0}, …]}

or one bare key: the string of a secret as a stack makes it, or 64 hexadecimal digits in a file of an earlier version.
Where `DOUBLEBILL_PASSPHRASE` is set, a file is written sealed, see `sealed_keys`; one in the clear can be read still.
"""

import contextlib
import json
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit

from doublebill.errors import SettingsIncomplete, StoreUnavailable
from doublebill.pseudonyms import KEY_BYTES, Key
from doublebill.stores.objects import sync_folder
from doublebill.stores.sealing.sealed_keys import PASSPHRASE, is_sealed, opened, seal

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


FORMAT = 2


@dataclass(frozen=True)
class KeyRing:
    """The stored keys, newest first."""

    keys: Sequence[Key]
    bare: bool = False
    """Whether there is one key without a word on whether names under it differ between catalogs."""

    def to_bytes(self) -> bytes:
        """Returns the ring as JSON."""
        listed = [
            {"key": key.secret.hex(), "by_catalog": key.by_catalog, "replaced_ms": key.replaced_ms} for key in self.keys
        ]
        return json.dumps({"format": FORMAT, "keys": listed}).encode()

    @classmethod
    def of_bytes(cls, data: bytes) -> "KeyRing | None":
        """Returns the ring in JSON, None where these bytes are none.

        Raises:
            ValueError: when it is one that cannot be read.
        """
        if not data.lstrip().startswith(b"{"):
            return None
        try:
            fields = json.loads(data)
            if fields["format"] != FORMAT or not fields["keys"]:
                raise ValueError(f"a ring of keys has format {FORMAT}")
            return cls([_key(**one) for one in fields["keys"]])
        except (KeyError, TypeError) as wrong:
            raise ValueError(f"no whole ring of keys: {wrong}") from wrong


def _key(key: str, by_catalog: bool, replaced_ms: int) -> Key:
    return Key(bytes.fromhex(key), by_catalog, replaced_ms)


class Secrets(Protocol):
    """The store of the keys."""

    def keys(self) -> KeyRing:
        """Returns the keys; may raise `StoreUnavailable`."""
        ...

    def has_key(self) -> bool:
        """Returns whether there is a key, or a place where only others make one."""
        ...

    def put_keys(self, ring: KeyRing) -> None:
        """Puts keys in place of the present ones, which a file keeps beside it; may raise `StoreUnavailable`."""
        ...


def open_secrets(url: str) -> Secrets:
    """Opens the secrets that `url` names.

    Raises:
        SettingsIncomplete: when the URL has none of the forms above.
    """
    scheme, _, name = url.partition("://")
    if scheme == "secretsmanager" and name:
        return ManagedSecrets(name)
    if scheme == "file" and name.startswith("/"):
        return KeyFile(Path(unquote(urlsplit(url).path)))
    raise SettingsIncomplete(f"secrets: {url!r} is not a valid URL; use secretsmanager://name or file:///key")


class ManagedSecrets:
    """The keys in AWS Secrets Manager."""

    def __init__(self, name: str, client: "SecretsManagerClient | None" = None) -> None:
        self._name = name
        self._client = client

    def has_key(self) -> bool:
        return True  # the deployment makes it; no function ever does

    def keys(self) -> KeyRing:
        text = self._call(lambda client: client.get_secret_value(SecretId=self._name)["SecretString"]).encode()
        try:
            return KeyRing.of_bytes(text) or KeyRing([Key(text)], bare=True)
        except ValueError as wrong:
            raise StoreUnavailable(f"Secrets Manager: {wrong}") from wrong

    def put_keys(self, ring: KeyRing) -> None:
        text = ring.to_bytes().decode()
        self._call(lambda client: client.put_secret_value(SecretId=self._name, SecretString=text)["ARN"])

    def _call(self, call: "Callable[[SecretsManagerClient], str]") -> str:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            brisk = Config(connect_timeout=0.5, read_timeout=1, retries={"mode": "standard", "total_max_attempts": 2})
            return call(self._client or boto3.client("secretsmanager", config=brisk))
        except ClientError as refused:
            raise StoreUnavailable(f"Secrets Manager: {refused.response['Error']['Code']}") from refused
        except BotoCoreError as failed:
            raise StoreUnavailable(f"Secrets Manager: {type(failed).__name__}") from failed


class KeyFile:
    """The keys in a file of their own, readable by its owner only, and with a passphrase where there is one."""

    def __init__(self, file: Path, passphrase: str | None = None) -> None:
        self._file = file
        self._passphrase = os.environ.get(PASSPHRASE, "") if passphrase is None else passphrase

    def keys(self) -> KeyRing:
        try:
            if not self._file.exists():
                self._make()
            data = self._file.read_bytes()
            if is_sealed(data):
                data = opened(data, self._passphrase)
            return KeyRing.of_bytes(data) or KeyRing([Key(bytes.fromhex(data.decode().strip()))], bare=True)
        except (OSError, ValueError) as failed:
            raise StoreUnavailable(f"key file: {failed}") from failed

    def has_key(self) -> bool:
        return self._file.exists()

    def protect(self) -> None:
        """Writes the keys sealed, the replaced ones beside them too, and leaves no file of them in the clear.

        Raises:
            StoreUnavailable: when there is no passphrase, or the keys cannot be read or written.
        """
        if not self._passphrase:
            raise StoreUnavailable(f"there is no passphrase; set {PASSPHRASE}")
        self.put_keys(self.keys())
        try:
            for replaced in sorted(self._file.parent.glob(f"{self._file.name}.replaced-*")):
                if not is_sealed(data := replaced.read_bytes()):
                    with self._temporary(self._protected(data)) as temporary:
                        temporary.replace(replaced)
            sync_folder(self._file.parent)
        except OSError as failed:
            raise StoreUnavailable(f"key file: {failed}") from failed

    def put_keys(self, ring: KeyRing) -> None:
        try:
            self._write(ring.to_bytes(), replacing=True)
        except OSError as failed:
            raise StoreUnavailable(f"key file: {failed}") from failed

    def _make(self) -> None:
        """Writes a fresh key, unless another process was first."""
        with contextlib.suppress(FileExistsError):
            self._write(KeyRing([Key(secrets.token_bytes(KEY_BYTES))]).to_bytes())

    def _write(self, data: bytes, replacing: bool = False) -> None:
        """Writes the file, which appears whole; one that is replaced stays in place until all can be written."""
        with self._temporary(self._protected(data)) as temporary:
            if replacing and self._file.exists():
                self._file.rename(self._file.with_name(f"{self._file.name}.replaced-{secrets.token_hex(4)}"))
            os.link(temporary, self._file)
            sync_folder(self._file.parent)

    def _protected(self, data: bytes) -> bytes:
        """Returns the bytes to write: sealed where there is a passphrase."""
        if self._passphrase:
            data = seal(data, self._passphrase)
        return data

    @contextlib.contextmanager
    def _temporary(self, data: bytes) -> Iterator[Path]:
        """Writes a file beside the one of the keys, which is gone at the end."""
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = self._file.with_name(f".{self._file.name}.{os.getpid()}.{secrets.token_hex(4)}")
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            yield temporary
        finally:
            temporary.unlink(missing_ok=True)
