"""Objects: immutable and moving bytes under keys, with create-if-absent and compare-and-swap.

    s3://bucket        S3; conditional writes by If-None-Match and If-Match
    file:///folder     a folder; atomic by hard link (create) and by lock and rename (replace), durable by fsync;
                       what is made in it is for its owner alone

Keys are `/`-separated ASCII paths without `.` or `..` parts. Both implementations read their own writes at once.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast
from urllib.parse import unquote, urlsplit

from doublebill.errors import Conflict, ObjectMissing, SettingsIncomplete, StoreUnavailable

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef

CREATE_TRIES = 5
"""Attempts to create an object while S3 says that another write of it is under way."""

PART_BYTES = 1 << 20
"""Bytes of a body taken at a time."""

KEY = re.compile(r"[A-Za-z0-9_=-][A-Za-z0-9._=-]*(/[A-Za-z0-9_=-][A-Za-z0-9._=-]*)*")


PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
"""Modes of everything that is made in a folder: for its owner alone. `tempfile` gives files the same."""

SLOWEST_BYTES_PER_SECOND = 4_000_000
"""A body that comes more slowly than this, beyond the seconds every body has, is given up."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Time limits for S3."""

    connect_seconds: float
    read_seconds: float
    """For the next bytes: each wait, not their sum."""
    tries: int
    body_seconds: float
    """For a whole body, before its length is considered."""


PATIENT = Pace(connect_seconds=1, read_seconds=3, tries=2, body_seconds=10)
BRISK = Pace(connect_seconds=0.5, read_seconds=0.7, tries=2, body_seconds=1)
"""For requests: a small object arrives, or is given up, within about two seconds."""


Seconds = Callable[[], float]
"""A clock: gives monotonic seconds."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object's bytes and the tag that changes whenever they do."""

    data: bytes
    etag: str


class Objects(Protocol):
    """Bytes under keys. Every method may raise `StoreUnavailable`."""

    def get(self, key: str) -> StoredObject:
        """Returns the object under `key`; raises `ObjectMissing`."""
        ...

    def get_if_changed(self, key: str, etag: str) -> StoredObject | None:
        """Returns the object under `key`, or None while its tag is still `etag`; raises `ObjectMissing`.

        No object has the empty tag.
        """
        ...

    def fetch(self, key: str, path: Path) -> None:
        """Copies the object under `key` to the new file `path`; raises `ObjectMissing`.

        The file is for reading only: it may be the stored one. A failed fetch may leave an incomplete file.
        """
        ...

    def create(self, key: str, data: bytes) -> str:
        """Writes an object that must not exist yet and returns its tag; raises `Conflict` where it does."""
        ...

    def replace(self, key: str, data: bytes, etag: str) -> str:
        """Replaces the object whose tag is still `etag` and returns the new tag; raises `Conflict` otherwise."""
        ...

    def put(self, key: str, data: bytes) -> str:
        """Writes an object, new or not, and returns its tag."""
        ...

    def keys(self, prefix: str) -> Iterator[str]:
        """Yields every key that begins with `prefix`, in order."""
        ...

    def delete(self, key: str) -> None:
        """Removes the object under `key`, if there is one."""
        ...


def open_objects(url: str, pace: Pace = PATIENT, clock: Seconds = time.monotonic) -> Objects:
    """The objects that `url` names; `pace`, by `clock`, is for those that are far away.

    Raises:
        SettingsIncomplete: when the URL has none of the forms above.
    """
    parts = urlsplit(url)
    if parts.scheme == "s3" and parts.netloc and not parts.path.strip("/"):
        return S3Objects(parts.netloc, pace=pace, clock=clock)
    if parts.scheme == "file" and not parts.netloc and len(parts.path) > 1:
        return FolderObjects(Path(unquote(parts.path)))
    raise SettingsIncomplete(f"objects: {url!r} is not a valid URL; use s3://bucket or file:///folder")


def expires_by_rules(url: str) -> bool:
    """Checks whether the objects that `url` names go by rules of their own when they are old, as in a bucket."""
    return url.startswith("s3:")


class S3Objects:
    """Objects in an S3 bucket."""

    def __init__(
        self,
        bucket: str,
        client: "S3Client | None" = None,
        pace: Pace = PATIENT,
        clock: Seconds = time.monotonic,
    ) -> None:
        self._bucket = bucket
        self._client = client or _s3_client(pace)
        self._pace = pace
        self._clock = clock

    def get(self, key: str) -> StoredObject:
        with _translated(key):
            answer = self._client.get_object(Bucket=self._bucket, Key=check_key(key))
            return StoredObject(self._body(answer).read(), answer["ETag"])

    def get_if_changed(self, key: str, etag: str) -> StoredObject | None:
        if not etag:
            return self.get(key)  # the meaning of an empty header is not specified
        try:
            with _translated(key):
                answer = self._client.get_object(Bucket=self._bucket, Key=check_key(key), IfNoneMatch=etag)
                return StoredObject(self._body(answer).read(), answer["ETag"])
        except _NotModified:
            return None

    def fetch(self, key: str, path: Path) -> None:
        with _translated(key):
            body = self._body(self._client.get_object(Bucket=self._bucket, Key=check_key(key)))
            with path.open("xb") as file:
                while part := body.read(PART_BYTES):
                    file.write(part)

    def create(self, key: str, data: bytes) -> str:
        for _ in range(CREATE_TRIES):
            with contextlib.suppress(_Contended), _translated(key):
                answer = self._client.put_object(Bucket=self._bucket, Key=check_key(key), Body=data, IfNoneMatch="*")
                return answer["ETag"]
        raise StoreUnavailable(f"S3: {key} was being written by others {CREATE_TRIES} times in a row")

    def replace(self, key: str, data: bytes, etag: str) -> str:
        try:
            with _translated(key):
                return self._client.put_object(Bucket=self._bucket, Key=check_key(key), Body=data, IfMatch=etag)["ETag"]
        except ObjectMissing as missing:
            raise Conflict(f"{key}: found nothing, expected the tag {etag}") from missing

    def put(self, key: str, data: bytes) -> str:
        with _translated(key):
            return self._client.put_object(Bucket=self._bucket, Key=check_key(key), Body=data)["ETag"]

    def keys(self, prefix: str) -> Iterator[str]:
        with _translated(prefix):
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix):
                yield from (entry["Key"] for entry in page.get("Contents", []))

    def delete(self, key: str) -> None:
        with _translated(key):
            self._client.delete_object(Bucket=self._bucket, Key=check_key(key))

    def _body(self, answer: "GetObjectOutputTypeDef") -> "StreamingBody":
        """Returns the body of a response; reading it raises `StoreUnavailable` where it takes too long."""
        body: Any = answer["Body"]
        seconds = self._pace.body_seconds + answer.get("ContentLength", 0) / SLOWEST_BYTES_PER_SECOND
        # beneath, so that length and checksum stay checked
        body._raw_stream = _Timely(body._raw_stream, seconds, self._clock)
        return cast("StreamingBody", body)


class _NotModified(Exception):
    """S3 answered 304."""


class _Contended(Conflict):
    """S3 answered 409: another write of the key was under way, so whether the key is free is not known yet."""


def _s3_client(pace: Pace) -> "S3Client":
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        config=Config(
            connect_timeout=pace.connect_seconds,
            read_timeout=pace.read_seconds,
            retries={"mode": "standard", "total_max_attempts": pace.tries},
        ),
    )


class _Timely:
    """A stream with a time limit for the whole, even while bytes keep arriving."""

    def __init__(self, stream: Any, seconds: float, clock: Seconds) -> None:
        self._stream = stream
        self._clock = clock
        self._end = clock() + seconds

    def read(self, amount: int | None = None) -> bytes:
        parts, missing = [], sys.maxsize if amount is None else amount
        while missing and (part := self._stream.read1(min(missing, PART_BYTES))):
            parts.append(part)
            missing -= len(part)
            if self._clock() > self._end:
                self._stream.close()
                raise StoreUnavailable("S3: the body came too slowly")
        return b"".join(parts)

    def close(self) -> None:
        self._stream.close()


@contextlib.contextmanager
def _translated(key: str) -> Iterator[None]:
    """Turns the errors of botocore into those of the interface."""
    from botocore.exceptions import BotoCoreError, ClientError
    from urllib3.exceptions import HTTPError

    try:
        yield
    except ClientError as refused:
        status = refused.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        code = refused.response.get("Error", {}).get("Code", "")
        if status == 304:
            raise _NotModified from refused
        if code in ("NoSuchKey", "404"):
            raise ObjectMissing(key) from refused
        if status == 409:
            raise _Contended(f"{key}: {code}") from refused
        if status == 412:
            raise Conflict(f"{key}: {code}") from refused
        raise StoreUnavailable(f"S3: {code}") from refused
    except (BotoCoreError, HTTPError) as failed:  # botocore lets some errors of a body through
        raise StoreUnavailable(f"S3: {type(failed).__name__}") from failed


class FolderObjects:
    """Objects as files in a folder. Hidden names hold the lock and files that are still being written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> StoredObject:
        with self._local(key):
            data = self._path(key).read_bytes()
            return StoredObject(data, _tag(data))

    def get_if_changed(self, key: str, etag: str) -> StoredObject | None:
        stored = self.get(key)
        return None if stored.etag == etag else stored

    def fetch(self, key: str, path: Path) -> None:
        with self._local(key):
            if not self._path(key).is_file():
                raise FileNotFoundError
            try:
                os.link(self._path(key), path)
            except OSError:  # another disk, or one that knows no links
                shutil.copyfile(self._path(key), path)

    def create(self, key: str, data: bytes) -> str:
        path = self._path(key)
        with self._local(key), self._written(path, data) as temporary:
            try:
                os.link(temporary, path)
            except FileExistsError as exists:
                raise Conflict(f"{key}: found an object, expected none") from exists
            sync_folder(path.parent)
        return _tag(data)

    def replace(self, key: str, data: bytes, etag: str) -> str:
        path = self._path(key)
        with self._local(key), self._lock():
            found = _tag(path.read_bytes()) if path.is_file() else None
            if found != etag:
                raise Conflict(f"{key}: found the tag {found}, expected {etag}")
            with self._written(path, data) as temporary:
                temporary.replace(path)
                sync_folder(path.parent)
        return _tag(data)

    def put(self, key: str, data: bytes) -> str:
        path = self._path(key)
        with self._local(key), self._lock(), self._written(path, data) as temporary:
            temporary.replace(path)
            sync_folder(path.parent)
        return _tag(data)

    def keys(self, prefix: str) -> Iterator[str]:
        start = self._folder / prefix.rpartition("/")[0]
        found = []
        for parent, folders, files in os.walk(start, onerror=_unless_missing):
            folders[:] = [name for name in folders if not name.startswith(".")]
            inside = Path(parent).relative_to(self._folder)
            found += [(inside / name).as_posix() for name in files if not name.startswith(".")]
        yield from sorted(key for key in found if key.startswith(prefix))

    def delete(self, key: str) -> None:
        with self._local(key), self._lock():
            self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / check_key(key)

    @contextlib.contextmanager
    def _written(self, path: Path, data: bytes) -> Iterator[Path]:
        """Yields a complete, synced file beside `path`; it is removed at the end unless it was renamed."""
        _make_folder(path.parent)
        handle, name = tempfile.mkstemp(prefix=".", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        """Lets one writer in at a time, among all threads and processes; a dead process loses its lock."""
        _make_folder(self._folder)
        with open(self._folder / ".lock", "ab", opener=_private) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    @contextlib.contextmanager
    def _local(self, key: str) -> Iterator[None]:
        try:
            yield
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as missing:
            raise ObjectMissing(key) from missing
        except OSError as failed:
            raise StoreUnavailable(f"folder: {failed.strerror}") from failed


def _unless_missing(failed: OSError) -> None:
    """Ignores a missing folder, which has no keys; one that cannot be read must not look empty."""
    if not isinstance(failed, FileNotFoundError | NotADirectoryError):
        raise StoreUnavailable(f"folder: {failed.strerror}") from failed


def check_key(key: str) -> str:
    """Returns `key` when it is valid.

    Raises:
        ValueError: when it is not; keys are made by code, so that is a defect.
    """
    if not KEY.fullmatch(key):
        raise ValueError(f"not an object key: {key!r}")
    return key


def _tag(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _make_folder(folder: Path) -> None:
    """Makes the folder and its parents, each as durable as the files to come."""
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        sync_folder(folder.parent)


def _private(path: str, flags: int) -> int:
    """Opens a file that only its owner may read where it is made now."""
    return os.open(path, flags, PRIVATE_FILE)


def sync_folder(folder: Path) -> None:
    """Makes new, renamed and removed entries of a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
