"""The guard of the pseudonym key: it is never replaced in silence, and a wrong one is noticed."""

import json

import pytest

from doublebill.errors import InvalidInput, StoreUnavailable
from doublebill.service.access import pseudonym_key
from doublebill.service.access.pseudonym_key import KEY, backup_of, guarded, key_of, restore, rotate
from doublebill.stores.secrets import KeyFile
from fakes import MemoryObjects


@pytest.fixture
def objects():
    return MemoryObjects()


@pytest.fixture
def file(tmp_path):
    return tmp_path / "pseudonym.key"


@pytest.fixture
def secrets(file):
    return KeyFile(file)


def test_the_first_use_makes_a_key_and_keeps_its_fingerprint_alone(objects, secrets):
    key = key_of(objects, secrets)
    stored = b"".join(one.data for one in objects.held.values())
    assert list(objects.held) == [KEY]
    assert key not in stored
    assert key.hex().encode() not in stored
    assert key_of(objects, secrets) == key


@pytest.mark.parametrize("prefix", ["events/films/x", "blocks/films/x", "imports/films/x/part", "merges/films/x", KEY])
def test_a_missing_key_is_an_error_wherever_pseudonyms_are_stored(objects, secrets, file, prefix):
    objects.put(prefix, json.dumps({"fingerprint": "0" * 32}).encode())
    with pytest.raises(StoreUnavailable, match=r"the pseudonym key is missing.*doublebill key restore FILE"):
        guarded(objects, secrets)
    assert not file.exists()


def test_imported_items_hold_no_pseudonyms_and_need_no_key(objects, secrets, file):
    objects.put("imports/films/x/items.json", b"{}")
    guarded(objects, secrets)
    assert file.exists()


def test_a_wrong_key_is_noticed(objects, secrets, tmp_path):
    guarded(objects, secrets)
    with pytest.raises(StoreUnavailable, match="is not the one under which events are stored"):
        guarded(objects, _used(KeyFile(tmp_path / "another.key")))


def test_a_state_of_an_earlier_version_records_the_fingerprint_of_its_key(objects, secrets):
    secrets.pseudonym_key()
    objects.put("events/films/x", b"")
    assert guarded(objects, secrets, records=False).of("ann") == guarded(objects, secrets).of("ann")
    assert KEY in objects.held


def test_a_key_is_restored_from_its_backup(objects, secrets, file):
    pseudonym = guarded(objects, secrets).of("ann")
    backup = backup_of(objects, secrets)
    assert restore(objects, secrets, backup) is False
    file.unlink()
    objects.put("events/films/x", b"")
    assert restore(objects, secrets, backup) is True
    assert guarded(objects, secrets).of("ann") == pseudonym


def test_a_wrong_key_is_replaced_by_the_restored_one_and_kept_beside_it(objects, secrets, file):
    key = key_of(objects, secrets)
    backup = backup_of(objects, secrets)
    file.write_text("00" * 32)
    assert restore(objects, secrets, backup) is True
    assert key_of(objects, secrets) == key
    assert [one.read_text() for one in file.parent.glob("*.replaced-*")] == ["00" * 32]


def test_the_backup_of_another_key_is_refused(objects, secrets, tmp_path):
    guarded(objects, secrets)
    other = backup_of(MemoryObjects(), _used(KeyFile(tmp_path / "another.key")))
    with pytest.raises(InvalidInput, match="another key than the one under which events are stored"):
        restore(objects, secrets, other)


def test_another_key_does_not_replace_one_in_use_without_a_fingerprint(objects, secrets, tmp_path):
    secrets.pseudonym_key()
    objects.put("events/films/x", b"")
    with pytest.raises(InvalidInput, match="another key than the one in use"):
        restore(objects, secrets, backup_of(MemoryObjects(), _used(KeyFile(tmp_path / "another.key"))))


@pytest.mark.parametrize(
    "change", [lambda b: b[:-9], lambda _: b"", lambda _: b"[]", lambda b: b.replace(b'": 1', b'": 2')]
)
def test_a_file_that_is_no_whole_backup_is_refused(objects, secrets, change):
    guarded(objects, secrets)
    with pytest.raises(InvalidInput, match="no whole backup"):
        restore(objects, secrets, change(backup_of(objects, secrets)))


def test_there_is_nothing_to_back_up_before_the_first_use(objects, secrets, file):
    with pytest.raises(InvalidInput, match="there is none yet"):
        backup_of(objects, secrets)
    assert not file.exists()


def test_a_key_rotates_only_before_the_first_event(objects, secrets):
    before = key_of(objects, secrets)
    rotate(objects, secrets)
    assert key_of(objects, secrets) != before
    objects.put("events/films/x", b"")
    kept = key_of(objects, secrets)
    with pytest.raises(InvalidInput, match="only their user ids could give them other pseudonyms"):
        rotate(objects, secrets)
    assert key_of(objects, secrets) == kept


def test_a_fingerprint_that_cannot_be_read_is_named(objects, secrets):
    objects.put(KEY, b"{}")
    with pytest.raises(StoreUnavailable, match=r"keys/pseudonyms\.json cannot be read"):
        pseudonym_key.recorded_fingerprint(objects)


def _used(secrets):
    secrets.pseudonym_key()
    return secrets
