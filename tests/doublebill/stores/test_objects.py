import contextlib
import errno
import io
import os
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.response import StreamingBody
from botocore.stub import Stubber

from clocks import Clock
from contract import ConcurrentObjectsContract, ObjectsContract
from doublebill.errors import Conflict, ObjectMissing, SettingsIncomplete, StoreUnavailable
from doublebill.stores.objects import CREATE_TRIES, FolderObjects, Pace, S3Objects, open_objects
from fakes import MemoryObjects, Steps


class TestS3OnMoto(ObjectsContract):
    @pytest.fixture
    def client(self, aws):
        return boto3.client("s3")

    @pytest.fixture
    def objects(self, client):
        location = {"LocationConstraint": "eu-central-1"}
        client.create_bucket(Bucket="doublebill-tested", CreateBucketConfiguration=location)
        return S3Objects("doublebill-tested", client)

    def test_more_keys_than_one_page_are_all_given_in_order(self, objects, client):
        listing = "provide-client-params.s3.ListObjectsV2"
        client.meta.events.register(listing, lambda params, **_: params | {"MaxKeys": 2})
        for number in range(7):
            objects.put(f"a/{number}", b"")
        assert list(objects.keys("a/")) == [f"a/{number}" for number in range(7)]


class TestFolder(ObjectsContract, ConcurrentObjectsContract):
    @pytest.fixture
    def url(self, tmp_path):
        return f"file://{tmp_path}/objects"

    @pytest.fixture
    def objects(self, url):
        return open_objects(url)


class TestMemory(ObjectsContract):
    @pytest.fixture
    def objects(self):
        return MemoryObjects()


@pytest.mark.parametrize(
    "url", ["", "s3://", "s3://bucket/prefix", "file://", "file:///", "file://host/a", "a/b", "ftp://a"]
)
def test_a_url_of_no_known_form_is_refused(url):
    with pytest.raises(SettingsIncomplete, match="use s3://bucket or file:///folder"):
        open_objects(url)


def test_a_folder_with_spaces_is_named_by_its_escaped_url(tmp_path):
    open_objects(f"file://{tmp_path}/two%20words%23").put("a", b"one")
    assert (tmp_path / "two words#" / "a").read_bytes() == b"one"


class TestRefusedByS3:
    @pytest.fixture
    def s3(self, monkeypatch):
        client = boto3.client("s3", region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b")
        with Stubber(client) as stub:
            yield S3Objects("bucket", client), stub

    def test_a_contended_create_is_tried_again(self, s3):
        objects, stub = s3
        stub.add_client_error("put_object", "ConditionalRequestConflict", http_status_code=409)
        stub.add_response("put_object", {"ETag": '"tag"'})
        assert objects.create("a", b"one") == '"tag"'

    def test_a_create_that_stays_contended_is_no_conflict(self, s3):
        objects, stub = s3  # nobody knows whether there is such an object
        for _ in range(CREATE_TRIES):
            stub.add_client_error("put_object", "ConditionalRequestConflict", http_status_code=409)
        with pytest.raises(StoreUnavailable):
            objects.create("a", b"one")

    def test_a_contended_replace_is_a_conflict(self, s3):
        objects, stub = s3
        stub.add_client_error("put_object", "ConditionalRequestConflict", http_status_code=409)
        with pytest.raises(Conflict):
            objects.replace("a", b"one", '"tag"')

    @pytest.mark.parametrize(("code", "status"), [("AccessDenied", 403), ("SlowDown", 503), ("NoSuchBucket", 404)])
    def test_any_other_refusal_makes_the_store_unavailable(self, s3, code, status):
        objects, stub = s3
        for name, use in (
            ("get_object", lambda: objects.get("a")),
            ("get_object", lambda: objects.get_if_changed("a", '"tag"')),
            ("put_object", lambda: objects.create("a", b"")),
            ("put_object", lambda: objects.replace("a", b"", '"tag"')),
            ("put_object", lambda: objects.put("a", b"")),
            ("list_objects_v2", lambda: list(objects.keys("a"))),
            ("delete_object", lambda: objects.delete("a")),
        ):
            stub.add_client_error(name, code, http_status_code=status)
            with pytest.raises(StoreUnavailable, match=code):
                use()

    def test_an_endpoint_that_cannot_be_reached_makes_the_store_unavailable(self, s3, monkeypatch):
        def unreachable(**_):
            raise EndpointConnectionError(endpoint_url="https://s3")

        objects, stub = s3
        monkeypatch.setattr(stub.client, "get_object", unreachable)
        with pytest.raises(StoreUnavailable, match="EndpointConnectionError"):
            objects.get("a")


class Dripping(io.BytesIO):
    """A body of which one byte comes at a time, each after a second of the clock."""

    def __init__(self, data, clock):
        super().__init__(data)
        self._clock = clock

    def read1(self, _=-1):
        self._clock.seconds += 1
        return super().read1(1)


@pytest.mark.parametrize("pace", [Pace(1, 1, 1, body_seconds=30), Pace(1, 1, 1, body_seconds=5)], ids=["due", "late"])
def test_a_file_that_drips_in_is_given_up_in_the_end(tmp_path, pace):
    clock = Clock()
    client = boto3.client("s3", region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b")
    with Stubber(client) as stub:
        body = StreamingBody(Dripping(b"twenty bytes, dripped", clock), 21)
        stub.add_response("get_object", {"Body": body, "ETag": '"tag"', "ContentLength": 21})
        objects = S3Objects("bucket", client, pace, clock)
        if pace.body_seconds > 21:
            objects.fetch("a", tmp_path / "fetched")
            assert (tmp_path / "fetched").read_bytes() == b"twenty bytes, dripped"
        else:
            with pytest.raises(StoreUnavailable, match="too slowly"):
                objects.fetch("a", tmp_path / "fetched")
            assert clock() < 10


def test_a_file_that_ends_early_is_no_file(tmp_path):
    client = boto3.client("s3", region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b")
    with Stubber(client) as stub:
        body = StreamingBody(io.BytesIO(b"hal"), 4)
        stub.add_response("get_object", {"Body": body, "ETag": '"tag"', "ContentLength": 4})
        with pytest.raises(StoreUnavailable):
            S3Objects("bucket", client).fetch("a", tmp_path / "fetched")


def test_a_fetch_from_a_folder_costs_no_second_copy(tmp_path):
    objects = FolderObjects(tmp_path / "objects")
    objects.put("a", b"one")
    objects.fetch("a", tmp_path / "fetched")
    assert (tmp_path / "fetched").samefile(tmp_path / "objects" / "a")


def test_a_fetch_onto_another_disk_copies(tmp_path, monkeypatch):
    def another_disk(*_):
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    objects = FolderObjects(tmp_path / "objects")
    objects.put("a", b"one")
    monkeypatch.setattr(os, "link", another_disk)
    objects.fetch("a", tmp_path / "fetched")
    assert (tmp_path / "fetched").read_bytes() == b"one"


def test_a_folder_that_cannot_be_written_makes_the_store_unavailable(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    objects = FolderObjects(tmp_path / "file")
    for write in (lambda: objects.create("a/b", b""), lambda: objects.put("a/b", b"")):
        with pytest.raises((StoreUnavailable, ObjectMissing)):
            write()


def test_what_a_dead_writer_left_behind_is_no_object(tmp_path):
    objects = FolderObjects(tmp_path)
    objects.put("a/b", b"one")
    (tmp_path / "a" / ".unfinished").write_bytes(b"half")
    assert list(objects.keys("")) == ["a/b"]


class Rival(Steps):
    """Somebody else who writes at one step of a write, as nobody who only looks first would notice."""

    def take(self, name, half=None):
        self.taken.append(name)
        if len(self.taken) - 1 == self._stop_at:
            self._die()


def test_of_two_that_create_at_any_step_of_each_other_one_wins(tmp_path):
    steps = Steps()
    with steps.counted():
        FolderObjects(tmp_path / "alone").create("a/b", b"mine")
    for stop_at in range(len(steps.taken)):
        objects, won = FolderObjects(tmp_path / str(stop_at)), []

        def create(data, objects=objects, won=won):
            with contextlib.suppress(Conflict):
                objects.create("a/b", data)
                won.append(data)

        with Rival(stop_at, lambda create=create: create(b"theirs")).counted():
            create(b"mine")
        assert won == [objects.get("a/b").data], steps.taken[stop_at]


def test_a_write_returns_when_file_and_folders_are_on_disk(tmp_path, monkeypatch):
    opened, synced = {}, []
    os_open, fsync = os.open, os.fsync

    def noted_open(path, *args, **named):
        handle = os_open(path, *args, **named)
        opened[handle] = Path(path)
        return handle

    def noted_fsync(handle):
        synced.append(opened[handle])
        fsync(handle)

    monkeypatch.setattr(os, "open", noted_open)
    monkeypatch.setattr(os, "fsync", noted_fsync)
    FolderObjects(tmp_path / "objects").create("a/b/c", b"one")
    folders = [tmp_path, tmp_path / "objects", tmp_path / "objects" / "a", tmp_path / "objects" / "a" / "b"]
    assert [place for place in synced if place in folders] == folders
    assert synced[-2].parent == folders[-1], "the file's bytes come before its name"
