"""Secrets: the key behind the pseudonyms.

secretsmanager://name-or-arn   AWS Secrets Manager; the secret's string is the key
file:///key                    a file of 64 hexadecimal digits, made with mode 600 at first use
"""

import contextlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit

from doublebill.errors import SettingsIncomplete, StoreUnavailable
from doublebill.pseudonyms import KEY_BYTES
from doublebill.stores.objects import sync_folder

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


class Secrets(Protocol):
    """The store of the pseudonym key."""

    def pseudonym_key(self) -> bytes:
        """Returns the key, the same for ever; may raise `StoreUnavailable`."""
        ...

    def has_key(self) -> bool:
        """Returns whether there is a key, or a place where only others make one."""
        ...

    def put_key(self, key: bytes) -> None:
        """Puts a key in place of the present one, which a file keeps beside it; may raise `StoreUnavailable`."""
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
    """The key in AWS Secrets Manager."""

    def __init__(self, name: str, client: "SecretsManagerClient | None" = None) -> None:
        self._name = name
        self._client = client

    def has_key(self) -> bool:
        return True  # the deployment makes it; no function ever does

    def pseudonym_key(self) -> bytes:
        return self._call(lambda client: client.get_secret_value(SecretId=self._name)["SecretString"]).encode()

    def put_key(self, key: bytes) -> None:
        try:
            text = key.decode("ascii")
        except UnicodeDecodeError:
            raise StoreUnavailable("Secrets Manager: the key is no text; it was made for a state folder") from None
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
    """The key in a file of its own, readable by its owner only."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def pseudonym_key(self) -> bytes:
        try:
            if not self._file.exists():
                self._make()
            return bytes.fromhex(self._file.read_text().strip())
        except (OSError, ValueError) as failed:
            raise StoreUnavailable(f"key file: {failed}") from failed

    def has_key(self) -> bool:
        return self._file.exists()

    def put_key(self, key: bytes) -> None:
        try:
            if self._file.exists():
                self._file.rename(self._file.with_name(f"{self._file.name}.replaced-{secrets.token_hex(4)}"))
            self._write(key.hex())
        except OSError as failed:
            raise StoreUnavailable(f"key file: {failed}") from failed

    def _make(self) -> None:
        """Writes a fresh key, unless another process was first."""
        with contextlib.suppress(FileExistsError):
            self._write(secrets.token_hex(KEY_BYTES))

    def _write(self, digits: str) -> None:
        """Writes the file, which appears whole."""
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = self._file.with_name(f".{self._file.name}.{os.getpid()}.{secrets.token_hex(4)}")
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w") as file:
                file.write(digits)
                file.flush()
                os.fsync(file.fileno())
            os.link(temporary, self._file)
            sync_folder(self._file.parent)
        finally:
            temporary.unlink()
