"""Users under an earlier key and a newer one are one user, in every reading, before and after they are seen again."""

import pytest

from doublebill.concurrency.clock import SYSTEM
from doublebill.concurrency.deadline import Deadline
from doublebill.errors import StoreUnavailable
from doublebill.events import Event
from doublebill.fit.fit_recommender import fit
from doublebill.imports.files.raw_rows import RawRow
from doublebill.model import artifact
from doublebill.model.config import Config
from doublebill.pseudonyms import Key, Pseudonyms
from doublebill.service.catalog import catalog_record, catalogs, merged_names, user_aliases
from doublebill.service.catalog.erased.tombstones import NO_TOMBSTONES
from doublebill.service.ingesting.earlier_names import AT_ONCE, Names, take_over
from doublebill.service.ingesting.ingest import Intake, ingest
from doublebill.service.ingesting.merging import merge
from doublebill.service.ingesting.rebuilding.past_history import history_as_of
from doublebill.service.people import erase, export
from doublebill.service.people.export import ExportOptions
from doublebill.service.people.stored_rows import stored_rows
from doublebill.service.recommending.history import StoredHistory, UserHistories
from doublebill.service.training.prepare import cleaned_now
from erased_users import stores_of
from fakes import Killed, MemoryHistories, MemoryObjects, StoppingHistories, StoppingObjects
from imported_rows import import_rows
from worlds import FIRST_MS

NOW_MS = FIRST_MS + 10**9
LEGACY = Key(b"a key of an earlier version", by_catalog=False, replaced_ms=1)
SECOND = Key(b"the key after the first one", replaced_ms=2)
EARLIER, LATER = Pseudonyms.under(LEGACY), Pseudonyms.under(b"the newest key of them all", SECOND, LEGACY)


class Service:
    """Stores that are used under one key, then under others before it."""

    def __init__(self, objects=None, histories=None) -> None:
        self.objects, self.histories = objects or MemoryObjects(), histories or MemoryHistories()
        self.pseudonyms, self.now_ms = EARLIER, NOW_MS

    @property
    def intake(self) -> Intake:
        return Intake(self.objects, self.histories, self.pseudonyms, 10**9)

    def rotate(self) -> None:
        """The part of a rotation that touches the data; see `pseudonym_key`."""
        merged_names.note(self.objects, "films")
        self.pseudonyms = LATER

    def post(self, user: str, *items: str) -> None:
        self.now_ms += 1
        raw = [{"user_id": user, "item_id": item, "kind": "play", "timestamp": self.now_ms / 1000} for item in items]
        ingest(self.intake, "films", raw, self.now_ms)

    def items(self, user: str) -> list[str]:
        """The items of the history that a request for the user reads."""
        kinds = catalog_record.read(self.objects, "films").kinds
        histories = UserHistories(self.histories, self.pseudonyms.every)
        history = histories.of("films", user, self.now_ms, Deadline(SYSTEM, SYSTEM() + 60))
        assert history.user == self.pseudonyms.of("films", user)
        return sorted(entry.item_id for entry in history.entries(kinds)[0])

    def users(self) -> dict[str, list[str]]:
        """The items of each user as a training counts them."""
        interactions, items = (
            cleaned_now(self.objects, "films").interactions,
            cleaned_now(self.objects, "films").catalog,
        )
        ids = items.item_ids
        rows = [
            sorted(str(ids[item]) for item in interactions.items[start:end])
            for start, end in zip(interactions.indptr[:-1], interactions.indptr[1:], strict=True)
        ]
        return dict(enumerate(sorted(rows)))

    def version(self) -> str:
        cleaned = cleaned_now(self.objects, "films")
        return artifact.dump(fit(cleaned.catalog, cleaned.interactions, Config())).version


@pytest.fixture
def service() -> Service:
    made = Service()
    catalogs.ensure(made.objects, "films")
    return made


def story(service: Service, rotates: bool) -> None:
    """Three users and two devices that become theirs, before and after a rotation."""
    service.post("ann", "a", "b")
    service.post("bob", "a", "c")
    service.post("device", "d")
    merge(service.intake, "films", "ann", "device", service.now_ms)
    if rotates:
        service.rotate()
    service.post("ann", "e")
    service.post("cy", "a", "e")
    service.post("device", "f")
    service.post("phone", "c")
    merge(service.intake, "films", "bob", "phone", service.now_ms)
    service.post("ann", "c")


def test_a_training_counts_both_names_as_one_user_to_the_byte(service):
    story(service, rotates=True)
    other = Service()
    story(other, rotates=False)
    assert sorted(service.users().values()) == sorted(other.users().values())
    assert service.version() == other.version()


def test_a_history_is_whole_before_its_user_is_seen_again_and_after(service):
    service.post("ann", "a", "b")
    service.rotate()
    assert service.items("ann") == ["a", "b"]
    service.post("ann", "b", "c")
    assert service.items("ann") == ["a", "b", "c"]
    (newest, _, legacy) = LATER.every("films", "ann")
    assert not service.histories.read("films", legacy, 9, 0, consistent=True).tail
    (alias,) = user_aliases.every(service.objects, "films")
    assert (alias.alias, alias.owner, alias.same_user) == (legacy, newest, True)


def test_a_history_of_a_past_time_has_the_rows_of_both_names(service):
    service.post("ann", "a")
    service.rotate()
    service.post("ann", "b")
    for at_ms, expected in ((NOW_MS + 1, ["a"]), (NOW_MS + 2, ["a", "b"])):
        past = history_as_of(service.intake, "films", LATER.every("films", "ann"), at_ms)
        kinds = catalog_record.read(service.objects, "films").kinds
        content = StoredHistory.of(past, at_ms // 1000).content(kinds)
        assert sorted(met.item_id for met in content.items) == expected


def test_somebody_new_gets_no_alias(service):
    service.post("ann", "a")
    service.rotate()
    service.post("new", "b")
    assert not user_aliases.every(service.objects, "films")


def test_an_import_joins_the_users_whom_it_names_again(service):
    service.post("ann", "a")
    service.rotate()
    rows = [
        RawRow(line, {"user_id": user, "item_id": item, "kind": "play"})
        for line, (user, item) in enumerate([("ann", "b"), ("new", "c")])
    ]
    import_rows(service.intake, "films", "a-file", rows, service.now_ms + 1)
    assert sorted(service.users().values()) == [["a", "b"], ["c"]]
    assert service.items("ann") == ["a", "b"]


def test_where_histories_do_not_answer_the_alias_is_stored_all_the_same(service):
    service.post("ann", "a")
    service.rotate()
    service.histories, working = Silent(), service.histories
    service.post("ann", "b")
    service.histories = working
    assert sorted(service.users().values()) == [["a", "b"]]
    service.post("ann", "c")
    assert service.items("ann") == ["a", "c"]


class Silent(MemoryHistories):
    def read(self, *_, **__):
        raise StoreUnavailable("no answer")

    def add(self, *_, **__):
        raise StoreUnavailable("no answer")


def test_a_merged_device_stays_the_users_when_it_is_seen_again(service):
    service.post("ann", "a")
    service.post("device", "b")
    merge(service.intake, "films", "ann", "device", service.now_ms)
    service.rotate()
    service.post("device", "c")
    service.post("device", "d")
    assert sorted(service.users().values()) == [["a", "b", "c", "d"]]
    assert merged_names.waiting(service.objects, "films") == set()
    assert len([one for one in user_aliases.every(service.objects, "films") if one.same_user]) == 1


class TestPeople:
    @pytest.fixture
    def seen(self, service) -> Service:
        story(service, rotates=True)
        return service

    def test_an_export_has_the_rows_of_every_name(self, seen):
        found = export.export(seen.intake, "films", LATER.every("films", "ann"), ExportOptions(), seen.now_ms)
        assert sorted(one["item_id"] for one in found["events"]) == ["a", "b", "c", "d", "e", "f"]
        assert sorted(one["item_id"] for one in found["history"]) == ["a", "b", "c", "d", "e"]
        assert found["support_id"] == LATER.of("films", "ann")
        assert len(found["merges"]) == 1

    @pytest.mark.parametrize("place", [0, 2])
    def test_either_support_id_names_the_whole_user(self, seen, place):
        name = LATER.every("films", "ann")[place]
        found = export.export(seen.intake, "films", [name], ExportOptions(), seen.now_ms)
        assert sorted(one["item_id"] for one in found["events"]) == ["a", "b", "c", "d", "e", "f"]

    @pytest.mark.parametrize("user", ["ann", "bob"])
    @pytest.mark.parametrize("again", [True, False])
    def test_an_erasure_takes_every_name(self, service, user, again):
        if again:
            story(service, rotates=True)
        else:
            service.post("ann", "a", "b")
            service.post("bob", "a")
            service.rotate()
        stores = stores_of(service.objects, service.histories)
        names = LATER.every("films", user)
        record = erase.begin(stores, "films", names, service.now_ms + 1, "x")
        erase.proceed(stores, "films", record["erasure_id"], service.now_ms + 1)
        assert set(names) <= set(record["pseudonyms"])
        assert not len(stored_rows(service.objects, "films", names, NO_TOMBSTONES))
        assert service.items(user) == []
        merges = {name for one in user_aliases.every(service.objects, "films") for name in (one.alias, one.owner)}
        assert not merges & set(names)

    def test_an_erasure_takes_the_names_that_a_rotation_wrote_down(self, service):
        for owner, device in (("ann", "tablet"), ("bob", "phone")):
            service.post(device, "b")
            merge(service.intake, "films", owner, device, service.now_ms)
        service.rotate()
        stores = stores_of(service.objects, service.histories)
        record = erase.begin(stores, "films", LATER.every("films", "ann"), service.now_ms + 1, "x")
        erase.proceed(stores, "films", record["erasure_id"], service.now_ms + 1)
        assert merged_names.waiting(service.objects, "films") == {EARLIER.of("films", "phone")}


def test_a_death_at_any_call_is_made_good_by_the_next_request(service):
    service.post("ann", "a", "b")
    service.rotate()
    number = 0
    while True:
        objects, histories = service.objects.copy(), service.histories.copy()
        stopping = StoppingObjects(objects, number)
        dying = Service(stopping, StoppingHistories(histories, stopping))
        dying.pseudonyms, dying.now_ms = LATER, service.now_ms
        died = False
        try:
            dying.post("ann", "c")
        except Killed:
            died = True
        after = Service(objects, histories)
        after.pseudonyms, after.now_ms = LATER, dying.now_ms
        assert {"a", "b"} <= set(after.items("ann"))
        after.post("ann", "c")
        assert after.items("ann") == ["a", "b", "c"]
        assert sorted(after.users().values()) == [["a", "b", "c"]]
        if not died:
            break
        number += 1
    assert number > 5


def test_a_history_moves_by_as_many_calls_however_many_times_its_events_expire_at():
    calls = []
    for n_events in (1, 32):
        objects, histories = StoppingObjects(MemoryObjects()), MemoryHistories()
        histories.add_expiring("films", [(Event("ann", "a", "play", timestamp=n), n) for n in range(1, n_events + 1)])
        assert take_over(StoppingHistories(histories, objects), "films", "ann", "bob", 0) == n_events
        calls.append([call for call, _ in objects.calls])
    assert calls[0] == calls[1]


def test_names_under_one_key_are_not_looked_up():
    names = Names(EARLIER, "films")
    assert names.of("ann") == EARLIER.of("films", "ann")
    assert not names.earlier


def test_more_users_than_are_looked_up_at_once_are_joined(service):
    users = [f"user-{number}" for number in range(2 * AT_ONCE)]
    for user in users:
        service.post(user, "a")
    service.rotate()
    ingest(
        service.intake,
        "films",
        [{"user_id": user, "item_id": "b", "kind": "play"} for user in users],
        service.now_ms + 1,
    )
    assert list(service.users().values()) == [["a", "b"]] * len(users)
