"""The guard of the pseudonym keys: none is replaced in silence, and a wrong or missing one is noticed."""

import json

import pytest

from clocks import Clock
from doublebill.errors import InvalidInput, StoreUnavailable
from doublebill.pseudonyms import Key, Pseudonyms
from doublebill.service.access import pseudonym_key
from doublebill.service.access.pseudonym_key import KEY, REFRESH_SECONDS, backup_of, guarded, keys_of, restore, rotate
from doublebill.service.catalog import catalogs, merged_names, user_aliases
from doublebill.service.ingesting.ingest import Intake
from doublebill.service.ingesting.merging import merge
from doublebill.service.ingesting.rebuilding.unmerging import unmerge
from doublebill.service.people import erasures, export
from doublebill.stores.secrets import KeyFile
from fakes import MemoryHistories, MemoryObjects

NOW_MS = 1_700_000_000_000
DIGITS = "ab" * 32
"""A key as an earlier version kept it."""


def exported(intake: Intake, user_id: str) -> list[str]:
    """The names of a user whom an export reads."""
    return export.pseudonyms_of(intake, "films", user_id, None)


def erased(intake: Intake, user_id: str) -> list[str]:
    """The names of a user whom an erasure takes."""
    return erasures.pseudonyms_of(intake, "films", erasures.ErasureRequest(user_ids=(user_id,)))


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
    (key,) = keys_of(objects, secrets)
    stored = b"".join(one.data for one in objects.held.values())
    assert list(objects.held) == [KEY]
    assert key.secret not in stored
    assert key.secret.hex().encode() not in stored
    assert keys_of(objects, secrets) == [key]


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


class TestABareKey:
    """A secret that says nothing but the key, as a stack makes it and an earlier version wrote it."""

    def test_of_an_earlier_version_names_users_as_it_did(self, objects, secrets, file):
        file.write_text(DIGITS)
        objects.put("events/films/x", b"")
        legacy = Pseudonyms.under(Key(bytes.fromhex(DIGITS), by_catalog=False)).of("films", "ann")
        assert guarded(objects, secrets, records=False).of("films", "ann") == legacy
        assert guarded(objects, secrets).of("films", "ann") == legacy
        assert "format" not in json.loads(objects.get(KEY).data)
        assert guarded(objects, secrets).of("films", "ann") == legacy

    def test_whose_fingerprint_an_earlier_version_kept_names_users_as_it_did(self, objects, secrets, file):
        file.write_text(DIGITS)
        key = Key(bytes.fromhex(DIGITS), by_catalog=False)
        objects.put(KEY, json.dumps({"fingerprint": key.fingerprint}).encode())
        assert keys_of(objects, secrets) == [key]

    def test_of_a_new_stack_is_followed_by_one_with_names_of_each_catalog(self, objects, secrets, file):
        file.write_text(DIGITS)
        (bare,) = keys_of(objects, secrets)
        fresh, earlier = rotate(objects, secrets, NOW_MS)
        assert (bare.by_catalog, fresh.by_catalog) == (False, True)
        assert (earlier.secret, earlier.by_catalog) == (bare.secret, False)


class TestRotation:
    def test_puts_a_fresh_key_before_the_one_that_stays_readable(self, objects, secrets):
        (before,) = keys_of(objects, secrets)
        objects.put("events/films/x", b"")
        newest, earlier = rotate(objects, secrets, NOW_MS)
        assert (newest.by_catalog, newest.replaced_ms) == (True, 0)
        assert (earlier.secret, earlier.replaced_ms) == (before.secret, NOW_MS)
        assert guarded(objects, secrets).every("films", "ann") == [
            newest.pseudonym("films", "ann"),
            before.pseudonym("films", "ann"),
        ]
        assert json.loads(objects.get(KEY).data) == {
            "format": 2,
            "fingerprint": newest.fingerprint,
            "earlier": [before.fingerprint],
        }
        _, second, third = rotate(objects, secrets, NOW_MS + 5)
        assert (second.replaced_ms, third.replaced_ms) == (NOW_MS + 5, NOW_MS)

    def test_gives_a_deployment_of_an_earlier_version_names_by_catalog(self, objects, secrets, file):
        file.write_text(DIGITS)
        objects.put("events/films/x", b"")
        (legacy,) = keys_of(objects, secrets)
        newest, earlier = rotate(objects, secrets, NOW_MS)
        assert newest.by_catalog
        assert (earlier.secret, earlier.by_catalog) == (legacy.secret, False)

    def test_before_the_first_event_keeps_the_key_that_a_warm_function_still_uses(self, objects, secrets):
        warm = guarded(objects, secrets)
        rotate(objects, secrets, NOW_MS)
        assert warm.of("films", "ann") in guarded(objects, secrets).every("films", "ann")
        assert len(keys_of(objects, secrets)) == 2

    def test_before_the_first_event_gets_over_a_wrong_key(self, objects, secrets, file):
        keys_of(objects, secrets)
        file.write_text("00" * 32)
        assert len(rotate(objects, secrets, NOW_MS)) == 2

    def test_that_died_before_the_record_is_completed_by_the_next_use(self, objects, secrets):
        keys_of(objects, secrets)
        objects.put("events/films/x", b"")
        before = objects.get(KEY).data
        keys = rotate(objects, secrets, NOW_MS)
        objects.put(KEY, before)
        assert keys_of(objects, secrets) == keys
        assert json.loads(objects.get(KEY).data)["fingerprint"] == keys[0].fingerprint

    def test_needs_every_key_that_was_ever_used(self, objects, secrets, file):
        keys_of(objects, secrets)
        objects.put("events/films/x", b"")
        alone = backup_of(objects, secrets)
        rotate(objects, secrets, NOW_MS)
        both = backup_of(objects, secrets)
        for lost in (json.loads(both)["keys"][:1], json.loads(both)["keys"][1:]):
            file.write_text(json.dumps({"format": 2, "keys": lost}))
            with pytest.raises(StoreUnavailable, match="is not the one under which events are stored"):
                guarded(objects, secrets)
        with pytest.raises(InvalidInput, match="not the newest one"):
            restore(objects, secrets, alone)
        assert restore(objects, secrets, both) is True
        assert len(keys_of(objects, secrets)) == 2

    def test_is_noticed_by_a_warm_function_after_a_while(self, objects, secrets, file):
        clock = Clock()
        warm = guarded(objects, secrets, clock=clock)
        before = warm.of("films", "ann")
        objects.put("events/films/x", b"")
        newest, _ = rotate(objects, secrets, NOW_MS)
        assert warm.of("films", "ann") == before
        clock.seconds += REFRESH_SECONDS
        assert warm.of("films", "ann") == newest.pseudonym("films", "ann")
        file.unlink()
        clock.seconds += REFRESH_SECONDS
        assert warm.of("films", "ann") == newest.pseudonym("films", "ann")

    @pytest.mark.parametrize("of", [exported, erased])
    def test_is_noticed_at_once_by_whoever_exports_or_erases(self, objects, secrets, file, of):
        intake = Intake(objects, MemoryHistories(), guarded(objects, secrets, clock=Clock()), 10**9)
        rotate(objects, secrets, NOW_MS)
        assert of(intake, "ann") == guarded(objects, secrets).every("films", "ann")
        file.unlink()
        with pytest.raises(StoreUnavailable, match="the pseudonym key is missing"):
            of(intake, "ann")
        assert len(intake.pseudonyms.every("films", "ann")) == 2

    def test_is_noticed_at_once_by_whoever_merges_users(self, objects, secrets):
        intake = Intake(objects, MemoryHistories(), guarded(objects, secrets, clock=Clock()), 10**9)
        catalogs.ensure(objects, "films")
        rotate(objects, secrets, NOW_MS)
        merge(intake, "films", "ann", "device", NOW_MS + 1)
        (merged,) = user_aliases.every(objects, "films")
        newest = guarded(objects, secrets)
        assert (merged.alias, merged.owner) == (newest.of("films", "device"), newest.of("films", "ann"))
        assert unmerge(intake, "films", "ann", "device", NOW_MS + 2)["cancelled"]

    def test_writes_down_who_was_merged_into_others(self, objects, secrets):
        keys_of(objects, secrets)
        catalogs.ensure(objects, "films")
        user_aliases.append(objects, "films", "device", "ann", NOW_MS)
        rotate(objects, secrets, NOW_MS)
        assert merged_names.waiting(objects, "films") == {"device"}
        assert merged_names.waiting(objects, "music") == set()


def test_keys_are_restored_from_their_backup(objects, secrets, file):
    keys_of(objects, secrets)
    objects.put("events/films/x", b"")
    rotate(objects, secrets, NOW_MS)
    names, backup = guarded(objects, secrets).every("films", "ann"), backup_of(objects, secrets)
    assert restore(objects, secrets, backup) is False
    file.unlink()
    assert restore(objects, secrets, backup) is True
    assert guarded(objects, secrets).every("films", "ann") == names


def test_a_backup_of_an_earlier_version_is_restored_as_what_it_is(objects, secrets):
    key = Key(bytes.fromhex(DIGITS), by_catalog=False)
    objects.put(KEY, json.dumps({"fingerprint": key.fingerprint}).encode())
    backup = {"format": 1, "fingerprint": key.fingerprint, "key": DIGITS}
    assert restore(objects, secrets, json.dumps(backup).encode()) is True
    assert keys_of(objects, secrets) == [key]


def test_a_wrong_key_is_replaced_by_the_restored_one_and_kept_beside_it(objects, secrets, file):
    keys = keys_of(objects, secrets)
    backup = backup_of(objects, secrets)
    file.write_text("00" * 32)
    assert restore(objects, secrets, backup) is True
    assert keys_of(objects, secrets) == keys
    assert [one.read_text() for one in file.parent.glob("*.replaced-*")] == ["00" * 32]


def test_the_backup_of_another_key_is_refused(objects, secrets, tmp_path):
    guarded(objects, secrets)
    other = backup_of(MemoryObjects(), _used(KeyFile(tmp_path / "another.key")))
    with pytest.raises(InvalidInput, match="another key than the one under which events are stored"):
        restore(objects, secrets, other)


def test_another_key_does_not_replace_one_in_use_without_a_fingerprint(objects, secrets, tmp_path):
    secrets.keys()
    objects.put("events/films/x", b"")
    with pytest.raises(InvalidInput, match="another key than the one in use"):
        restore(objects, secrets, backup_of(MemoryObjects(), _used(KeyFile(tmp_path / "another.key"))))


@pytest.mark.parametrize(
    "change", [lambda b: b[:-9], lambda _: b"", lambda _: b"[]", lambda b: b.replace(b'": 2', b'": 3')]
)
def test_a_file_that_is_no_whole_backup_is_refused(objects, secrets, change):
    guarded(objects, secrets)
    with pytest.raises(InvalidInput, match="no whole backup"):
        restore(objects, secrets, change(backup_of(objects, secrets)))


def test_there_is_nothing_to_back_up_before_the_first_use(objects, secrets, file):
    with pytest.raises(InvalidInput, match="there is none yet"):
        backup_of(objects, secrets)
    assert not file.exists()


def test_a_fingerprint_that_cannot_be_read_is_named(objects, secrets):
    objects.put(KEY, b"{}")
    with pytest.raises(StoreUnavailable, match=r"keys/pseudonyms\.json cannot be read"):
        pseudonym_key.recorded_fingerprint(objects)


def _used(secrets):
    secrets.keys()
    return secrets
