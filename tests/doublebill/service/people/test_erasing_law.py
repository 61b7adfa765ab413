"""The law of erasing: a model made after an erasure has the bytes of one that was made without the users at all.

Random users, orders, sources, merges, of which some are taken back, and several erased at once; each of both sides has
a pseudonym key of its own.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random

from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from doublebill.events import Event
from doublebill.fit.fit_recommender import fit
from doublebill.model import artifact
from doublebill.model.config import Config
from doublebill.pseudonyms import Pseudonyms
from doublebill.service.catalog import user_aliases
from doublebill.service.catalog.blocks import compaction
from doublebill.service.catalog.blocks.log_blocks import LOG
from doublebill.service.ingesting.ingest import Intake
from doublebill.service.people import erase
from doublebill.service.people.erase import ErasingStores
from doublebill.service.people.receipt import CopiesKept
from doublebill.service.training.prepare import cleaned_now
from erased_users import NOW_MS, QueuedJobs
from fakes import MemoryHistories, MemoryObjects
from trainings import fill, fill_import
from worlds import FIRST_MS

USERS = [f"user-{n}" for n in range(7)]
ITEMS = [f"item-{n}" for n in range(6)]
STAYS = [("user-0", "item-0", 1), ("user-0", "item-1", 2), ("user-1", "item-0", 3), ("user-1", "item-1", 4)]
"""Two users who are never erased, so that there is something to learn from."""

Play = tuple[str, str, int]

PLAYS = st.lists(st.tuples(st.sampled_from(USERS), st.sampled_from(ITEMS), st.integers(0, 50)), min_size=8, max_size=40)


@dataclass(frozen=True)
class World:
    """Stores under one key."""

    stores: ErasingStores
    pseudonyms: Pseudonyms

    @classmethod
    def of(
        cls,
        key: bytes,
        plays: Sequence[Play],
        merges: dict[str, str],
        shares: tuple[int, int],
        undone: Collection[str] = (),
    ) -> "World":
        """Plays in a block, in requests and in an import, as the shares say, with merges, some taken back."""
        pseudonyms, objects = Pseudonyms.under(key), MemoryObjects()
        events = [
            Event(pseudonyms.of("films", user), item, "play", timestamp=FIRST_MS + day) for user, item, day in plays
        ]
        first, second = sorted(share * len(events) // 10 for share in shares)
        fill(
            objects,
            events[:first] or [Event(pseudonyms.of("films", "user-0"), "item-0", "view")],
            now_ms=NOW_MS - 10**6,
        )
        compaction.compact(objects, "films", NOW_MS, LOG)
        fill(
            objects,
            events[first:second] or [Event(pseudonyms.of("films", "user-0"), "item-0", "view")],
            now_ms=NOW_MS - 9,
        )
        if events[second:]:
            fill_import(objects, events[second:])
        for number, (alias, owner) in enumerate(merges.items()):
            user_aliases.append(
                objects, "films", pseudonyms.of("films", alias), pseudonyms.of("films", owner), NOW_MS - 5 + number
            )
        for alias in undone:
            user_aliases.append(objects, "films", *[pseudonyms.of("films", alias)] * 2, NOW_MS - 1)
        intake = Intake(objects, MemoryHistories(), pseudonyms, 10**9)
        return cls(ErasingStores(intake, QueuedJobs(), CopiesKept()), pseudonyms)

    def erase(self, users: Sequence[str]) -> None:
        """Erases users."""
        record = erase.begin(self.stores, "films", list(map(partial(self.pseudonyms.of, "films"), users)), NOW_MS, "x")
        erase.proceed(self.stores, "films", record["erasure_id"], NOW_MS)

    def version(self) -> str:
        """The digest of the bytes of a model of everything that is there."""
        cleaned = cleaned_now(self.stores.objects, "films")
        return artifact.dump(fit(cleaned.catalog, cleaned.interactions, Config(), None)).version


def descendants(users: Sequence[str], merges: dict[str, str]) -> set[str]:
    """The users and all that were merged into them; here each is merged once at most."""
    found = set(users)
    while more := {alias for alias, owner in merges.items() if owner in found} - found:
        found |= more
    return found


@example(
    plays=[(user, item, day) for day, user in enumerate(USERS[2:]) for item in ITEMS[day % 2 :: 2]],
    order=Random(1),
    chains={4: 3, 5: 4},
    chosen={"user-3"},
    shares=(3, 6),
    undone=set(),
)
@example(
    plays=[(user, item, day) for day, user in enumerate(USERS[2:]) for item in ITEMS[day % 2 :: 2]],
    order=Random(1),
    chains={4: 3, 5: 4, 6: 3},
    chosen={"user-3"},
    shares=(3, 6),
    undone={4},
)
@settings(max_examples=12, deadline=None, phases=set(Phase) - {Phase.shrink})  # a failure says enough as it is
@given(
    plays=PLAYS,
    order=st.randoms(use_true_random=False),
    chains=st.dictionaries(st.integers(3, 6), st.integers(0, 5), max_size=4),
    chosen=st.sets(st.sampled_from(USERS[2:]), min_size=1, max_size=3),
    shares=st.tuples(st.integers(0, 10), st.integers(0, 10)),
    undone=st.sets(st.integers(3, 6), max_size=2),
)
def test_erasing_and_training_equals_training_without(plays, order, chains, chosen, shares, undone) -> None:
    stored = {USERS[one]: USERS[min(other, one - 1)] for one, other in chains.items()}
    back = {USERS[one] for one in undone}
    merges = {alias: owner for alias, owner in stored.items() if alias not in back}
    gone = descendants(sorted(chosen), merges)
    every = [*STAYS, *plays]
    order.shuffle(every)
    world = World.of(b"a" * 32, every, stored, shares, back)
    world.erase(sorted(chosen))
    others = [play for play in every if play[0] not in gone]
    order.shuffle(others)
    kept = {alias: owner for alias, owner in merges.items() if not {alias, owner} & gone}
    assert world.version() == World.of(b"b" * 32, others, kept, shares).version()
