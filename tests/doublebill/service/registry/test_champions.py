import json
from dataclasses import replace

import pytest

from doublebill import schema
from doublebill.errors import Conflict, InvalidInput, NotFound, StoreUnavailable, VersionRefused
from doublebill.model.artifact import FORMAT, MANIFEST
from doublebill.service.registry import champions, runs, versions
from doublebill.service.registry.champions import PREVIOUS_LENGTH, ChallengerRequest, Champion
from doublebill.service.registry.leases.lease import Lease, lease_key
from doublebill.stores.compare_and_swap import TRIES
from fakes import AnswerLosingObjects, FailingObjects, Killed, MemoryObjects, StoppingObjects, interleavings
from small_versions import ARTIFACTS, NAME_OF, NAMES, VERSIONS, artifact, check_complete


def run(name: str, started_ms: int):
    """A trainer at the end of its run: publishes its version and would have it champion."""

    def trainer(objects) -> bool:
        versions.publish(objects, "films", ARTIFACTS[name])
        return champions.promote_run(
            objects, "films", VERSIONS[name], f"run-{name}", started_ms, started_ms, now_ms=started_ms + 10
        )

    return trainer


def leased(objects, generation: int) -> None:
    """Lets trainings up to this one have begun."""
    objects.put(lease_key("films"), Lease(generation).to_bytes())


def person(name: str, now_ms: int):
    """Somebody who promotes a version whatever is champion."""
    return lambda objects: champions.promote(objects, "films", VERSIONS[name], now_ms)


def history(objects) -> str:
    """The champion and those before it, by name."""
    champion = champions.read_champion(objects, "films")
    return "".join(NAME_OF[version] for version in (champion.version, *champion.previous))


def test_without_a_pointer_there_is_no_champion():
    assert champions.read_champion(MemoryObjects(), "films") is None


def test_a_promotion_replaces_a_pointer_that_cannot_be_read():
    objects = MemoryObjects()
    run("a", 100)(objects)
    leased(objects, 300)
    objects.put(champions.champion_key("films"), b"{}")
    with pytest.raises(StoreUnavailable, match="cannot be read"):
        champions.end_challenge(objects, "films")
    person("a", 400)(objects)
    champion = champions.read_champion(objects, "films")
    assert (champion.version, champion.generation, champion.previous) == (VERSIONS["a"], 300, ())


def test_a_pointer_that_cannot_be_read_takes_no_refusal_with_it():
    objects = MemoryObjects()
    run("a", 100)(objects)
    run("b", 200)(objects)
    erased(objects, "a", 150)
    objects.put(champions.champion_key("films"), b"{}")
    with pytest.raises(VersionRefused):
        person("a", 400)(objects)
    person("b", 400)(objects)
    assert champions.read_champion(objects, "films").refused == {VERSIONS["a"]: 150}


def erased(objects, name: str, generation: int) -> None:
    """Leaves the record of an erasure with the version, whose users trainings up to a generation may have read."""
    fields = {"versions": [{"version": VERSIONS[name]}], "generation": generation}
    objects.put(f"erasures/films/20260101T000000Z-{generation}.json", json.dumps(fields).encode())


def recorded(objects, name: str, generation: int, state: str) -> None:
    """Leaves the record of a run that made the version."""
    fields = {"state": state, "version": VERSIONS[name], "generation": generation}
    objects.put(runs.record_of(objects, "films", f"run-{generation}").key, json.dumps(fields).encode())


def test_a_version_that_was_made_anew_without_the_user_is_not_refused_by_mending():
    objects = MemoryObjects()
    run("a", 100)(objects)
    recorded(objects, "a", 100, "succeeded")
    erased(objects, "a", 150)
    champions.change(objects, "films", lambda champion: champions.refused_in(champion, {VERSIONS["a"]: 150}))
    run("a", 200)(objects)
    recorded(objects, "a", 200, "succeeded")
    assert not champions.read_champion(objects, "films").refused
    objects.put(champions.champion_key("films"), b"{}")
    person("a", 400)(objects)
    champion = champions.read_champion(objects, "films")
    assert (champion.version, champion.refused) == (VERSIONS["a"], {})


@pytest.mark.parametrize(
    ("made", "erasures"),
    [
        ([(100, "succeeded")], [150]),
        ([(150, "succeeded")], [150]),
        ([(100, "succeeded"), (200, "failed")], [150]),
        ([(100, "succeeded"), (200, "succeeded")], [150, 250]),
    ],
)
def test_mending_refuses_a_version_that_no_later_training_made_anew(made, erasures):
    objects = MemoryObjects()
    run("a", 100)(objects)
    for generation, state in made:
        recorded(objects, "a", generation, state)
    for generation in erasures:
        erased(objects, "a", generation)
    objects.put(champions.champion_key("films"), b"{}")
    with pytest.raises(VersionRefused):
        person("a", 400)(objects)


def test_a_damaged_record_of_an_erasure_keeps_a_pointer_from_being_replaced():
    objects = MemoryObjects()
    run("a", 100)(objects)
    objects.put("erasures/films/20260101T000000Z-e.json", b"[]")
    objects.put(champions.champion_key("films"), b"{}")
    with pytest.raises(StoreUnavailable, match="is damaged"):
        person("a", 400)(objects)


def test_the_first_run_becomes_champion():
    objects = MemoryObjects()
    assert run("a", 100)(objects)
    assert champions.read_champion(objects, "films") == Champion(VERSIONS["a"], "run-a", 100, 110, generation=100)


def test_a_later_run_overtakes_and_remembers_the_former_champion():
    objects = MemoryObjects()
    assert run("a", 100)(objects)
    assert run("b", 200)(objects)
    assert champions.read_champion(objects, "films") == Champion(
        *(VERSIONS["b"], "run-b", 200, 210, (VERSIONS["a"],)), generation=200, past=((110, VERSIONS["a"]),)
    )


def test_a_run_that_began_earlier_is_published_but_not_promoted():
    objects = MemoryObjects()
    run("b", 200)(objects)
    assert not run("a", 100)(objects)
    assert history(objects) == "b"
    check_complete(objects, "ab")


def test_a_run_that_makes_the_champion_again_is_not_its_own_predecessor():
    objects = MemoryObjects()
    for name, started_ms in (("a", 100), ("b", 200), ("b", 300)):
        run(name, started_ms)(objects)
    assert history(objects) == "ba"
    run("a", 400)(objects)
    assert history(objects) == "ab"


def test_only_so_many_former_champions_are_remembered():
    objects = MemoryObjects()
    for started_ms, name in enumerate(NAMES):
        run(name, started_ms)(objects)
    assert history(objects) == NAMES[::-1][: 1 + PREVIOUS_LENGTH]


def test_a_person_promotes_whatever_is_champion():
    objects = MemoryObjects()
    run("a", 100)(objects)
    run("b", 200)(objects)
    assert person("a", 150)(objects).version == VERSIONS["a"]
    assert history(objects) == "ab"


def test_a_training_that_was_running_does_not_undo_what_a_person_promoted():
    objects = MemoryObjects()
    run("a", 100)(objects)
    run("b", 200)(objects)
    leased(objects, 300)
    person("a", 350)(objects)
    assert not run("c", 300)(objects)
    assert run("d", 400)(objects)
    assert history(objects) == "dab"


def test_a_training_that_begins_while_a_person_promotes_does_not_undo_it():
    objects = MemoryObjects()
    for name, generation in (("a", 100), ("b", 200)):
        run(name, generation)(objects)
    leased(objects, 200)

    class BegunMeanwhile(StoppingObjects):
        def replace(self, key, data, etag):
            leased(objects, 300)
            return super().replace(key, data, etag)

    assert person("a", 350)(BegunMeanwhile(objects)).generation == 300
    assert not run("c", 300)(objects)
    assert history(objects) == "ab"


def test_a_clock_that_is_fast_keeps_no_training_from_promoting():
    objects = MemoryObjects()
    run("a", 1)(objects)
    run("b", 2)(objects)
    leased(objects, 2)
    champions.promote(objects, "films", VERSIONS["a"], now_ms=10**15)
    assert champions.promote_run(objects, "films", VERSIONS["c"], "run-c", 3, started_ms=3, now_ms=3)
    assert history(objects) == "cab"


def test_a_training_whose_move_is_repeated_moves_the_pointer_once():
    objects = world("a", "b")
    assert run("c", 300)(objects)
    before = objects.get(champions.champion_key("films"))
    assert run("c", 300)(objects)
    assert objects.get(champions.champion_key("films")) == before


def test_a_version_that_was_never_published_is_not_promoted():
    objects = MemoryObjects()
    run("a", 100)(objects)
    with pytest.raises(NotFound, match=f"no version '{VERSIONS['b']}'"):
        person("b", 200)(objects)
    assert history(objects) == "a"


def test_a_version_without_its_manifest_is_not_promoted():
    objects = MemoryObjects()
    dying = StoppingObjects(objects, stop_at=1)
    with pytest.raises(Killed):
        versions.publish(dying, "films", ARTIFACTS["a"])
    with pytest.raises(NotFound):
        person("a", 100)(objects)


ELSEWHERE = {
    "format": ({"format": 1}, f"found format 1 recommender, expected format {FORMAT} recommender"),
    "model": ({"model": "oracle"}, f"found format {FORMAT} oracle, expected format {FORMAT} recommender"),
    "config": ({"config": {"family": {"name": "tarot"}}}, "its config is not understood"),
}
"""Manifests that this code cannot load, whole as they are, and what is said of each."""


def unloadable(objects, name: str, started_ms: int, what: str = "format") -> str:
    """The version of an intact artifact that only other code can load, made champion by a run of that code."""
    other = artifact(name, **ELSEWHERE[what][0])
    NAME_OF[other.version] = name.upper()
    versions.publish(objects, "films", other)
    champions.promote_run(objects, "films", other.version, "old", started_ms, started_ms, started_ms)
    return other.version


@pytest.mark.parametrize("what", ELSEWHERE)
def test_a_version_that_this_code_cannot_load_is_not_promoted(what):
    objects = MemoryObjects()
    version = unloadable(objects, "a", 100, what)
    run("b", 200)(objects)
    refused = f"version '{version}' of catalog 'films' cannot be served: .*{ELSEWHERE[what][1]}"
    with pytest.raises(NotFound, match=refused):
        champions.promote(objects, "films", version, 300)
    assert history(objects) == "bA"


def test_a_version_whose_manifest_has_changed_is_not_promoted():
    objects = MemoryObjects()
    for started_ms, name in enumerate("ab", 100):
        run(name, started_ms)(objects)
    objects.put(versions.artifact_key("films", VERSIONS["a"], MANIFEST), ARTIFACTS["b"].files[MANIFEST])
    with pytest.raises(NotFound, match=r"cannot be served: .*found the digest"):
        person("a", 200)(objects)
    assert history(objects) == "ba"


def test_rolling_back_passes_over_what_this_code_cannot_load():
    objects = MemoryObjects()
    run("a", 100)(objects)
    unloadable(objects, "m", 200)
    unloadable(objects, "n", 300, "config")
    run("b", 400)(objects)
    run("c", 500)(objects)
    objects.delete(versions.artifact_key("films", VERSIONS["b"], MANIFEST))
    assert history(objects) == "cbNMa"
    assert champions.roll_back(objects, "films", now_ms=600).version == VERSIONS["a"]
    assert history(objects) == "a"


def test_where_no_former_champion_can_be_loaded_there_is_nothing_to_roll_back_to():
    objects = MemoryObjects()
    unloadable(objects, "m", 100)
    run("a", 200)(objects)
    with pytest.raises(NotFound, match="no former champion that can be served"):
        champions.roll_back(objects, "films", now_ms=300)
    assert history(objects) == "aM"


def test_a_store_that_does_not_answer_passes_over_nothing():
    objects = MemoryObjects()
    for started_ms, name in enumerate("abc", 100):
        run(name, started_ms)(objects)
    get = objects.get

    def failing(key):
        if VERSIONS["b"] in key:
            raise StoreUnavailable("S3: SlowDown")
        return get(key)

    objects.get = failing
    with pytest.raises(StoreUnavailable):
        champions.roll_back(objects, "films", now_ms=300)
    assert history(objects) == "cba"


def test_promoting_answers_with_what_was_written():
    objects = MemoryObjects()
    for started_ms, name in enumerate("ab", 100):
        run(name, started_ms)(objects)
    for file, data in ARTIFACTS["a"].files.items():
        objects.put(versions.artifact_key("films", VERSIONS["a"], file), data)
    assert champions.promote(objects, "films", VERSIONS["a"], now_ms=300) == champions.read_champion(objects, "films")
    assert history(objects) == "ab"


def test_rolling_back_goes_further_back_where_it_is_told_what_to_leave():
    objects = world("a", "b", "c")
    assert champions.roll_back(objects, "films", now_ms=300).version == VERSIONS["b"]
    assert history(objects) == "ba"
    champions.roll_back(objects, "films", now_ms=400, leaving=VERSIONS["b"])
    assert history(objects) == "a"


@pytest.mark.parametrize("named", [True, False])
def test_a_rollback_that_is_asked_for_again_goes_back_once(named):
    objects = world("a", "b", "c")
    leaving = VERSIONS["c"] if named else ""
    losing = AnswerLosingObjects(objects, repeated=False, then_silent=True)
    with pytest.raises(StoreUnavailable, match="look at it before"):
        champions.roll_back(losing, "films", now_ms=300, leaving=leaving)
    if named:
        assert champions.roll_back(objects, "films", now_ms=400, leaving=leaving).version == VERSIONS["b"]
    else:
        with pytest.raises(Conflict, match=f"already; to go back further, name the version to leave: {VERSIONS['b']}"):
            champions.roll_back(objects, "films", now_ms=400)
    assert history(objects) == "ba"


def test_a_rollback_from_what_is_not_champion_is_refused():
    objects = world("a", "b", "c")
    with pytest.raises(Conflict, match=f"{VERSIONS['c']} is champion of 'films', not {VERSIONS['b']}"):
        champions.roll_back(objects, "films", now_ms=300, leaving=VERSIONS["b"])
    assert history(objects) == "cba"


def test_after_another_promotion_a_rollback_needs_no_name():
    objects = world("a", "b", "c")
    champions.roll_back(objects, "films", now_ms=300)
    person("d", 400)(objects)
    assert champions.roll_back(objects, "films", now_ms=500).version == VERSIONS["b"]


def test_a_promotion_whose_answer_is_lost_is_not_made_again_over_a_later_one():
    objects = world("a", "b")

    class OvertakenMeanwhile(AnswerLosingObjects):
        def replace(self, key, data, etag):
            try:
                return super().replace(key, data, etag)
            except Conflict:
                person("b", 400)(objects)
                raise

    person("a", 300)(OvertakenMeanwhile(objects))
    assert history(objects) == "ba"


def test_promoting_the_champion_moves_nothing():
    objects = world("a", "b")
    before = champions.read_champion(objects, "films")
    assert person("b", 400)(objects) == before == champions.read_champion(objects, "films")


@pytest.mark.parametrize("repeated", [True, False], ids=["refused when repeated", "never confirmed"])
def test_a_rollback_whose_answer_is_lost_goes_back_once(repeated):
    objects = world("a", "b", "c")
    losing = AnswerLosingObjects(objects, repeated)
    assert champions.roll_back(losing, "films", now_ms=300).version == VERSIONS["b"]
    assert history(objects) == "ba"
    assert losing.lost == 1


def test_a_rollback_that_cannot_be_looked_at_again_says_that_it_may_have_happened():
    losing = AnswerLosingObjects(world("a", "b", "c"), repeated=False, then_silent=True)
    with pytest.raises(StoreUnavailable, match=r"champions/films.json may have been changed: look at it before"):
        champions.roll_back(losing, "films", now_ms=300)


def test_a_rollback_whose_answer_is_lost_while_a_challenge_begins_goes_back_once():
    objects = world("a", "b", "c")

    class ChallengedMeanwhile(AnswerLosingObjects):
        def replace(self, key, data, etag):
            try:
                return super().replace(key, data, etag)
            finally:
                champions.challenge(objects, "films", VERSIONS["d"], 0.5)

    assert champions.roll_back(ChallengedMeanwhile(objects), "films", now_ms=300).challenger == VERSIONS["d"]
    assert history(objects) == "ba"


def test_two_rollbacks_at_once_go_back_once():
    def make():
        return world("a", "b", "c"), [lambda store: champions.roll_back(store, "films", 300).version] * 2

    endings = set()
    for order, objects, results in interleavings(make):
        assert history(objects) == "ba", order
        assert VERSIONS["b"] in results, order
        endings.add(any(isinstance(result, Conflict) for result in results))
    assert endings == {True, False}, "both endings were met"


def test_a_rollback_does_not_undo_a_promotion_that_came_in_between():
    def make():
        return world("a", "b", "c"), [lambda store: champions.roll_back(store, "films", 300), run("d", 400)]

    endings = set()
    for order, objects, (rolled_back, _) in interleavings(make):
        if isinstance(rolled_back, Conflict):
            assert history(objects) == "dcba", order
        endings.add(history(objects))
    assert endings == {"dcba", "dba", "cba"}, "before, after and in between"


def test_a_training_in_place_of_a_former_champion_goes_back_like_a_rollback():
    objects = world("a", "b", "c")
    latest = champions.read_champion(objects, "films")

    def promoted(name, generation, former):
        wanted = Champion(VERSIONS[name], "again", 400, 500, generation=generation)
        return champions.promote_made(objects, "films", wanted, VERSIONS[former])

    assert promoted("d", latest.generation + 1, "b")
    now = champions.read_champion(objects, "films")
    assert (history(objects), now.left) == ("da", VERSIONS["c"])
    assert champions.roll_back(objects, "films", now_ms=600, leaving=VERSIONS["d"]).version == VERSIONS["a"]


def test_the_present_champion_made_again_in_place_of_a_former_one_can_be_left():
    objects = world("a", "b", "c")
    latest = champions.read_champion(objects, "films")
    again = Champion(VERSIONS["c"], "again", 400, 500, generation=latest.generation + 1)
    champions.promote_made(objects, "films", again, VERSIONS["b"])
    assert history(objects) == "ca"
    assert champions.roll_back(objects, "films", now_ms=600, leaving=VERSIONS["c"]).version == VERSIONS["a"]


@pytest.mark.parametrize("trained", ["", "a"])
def test_without_a_former_champion_there_is_nothing_to_roll_back_to(trained):
    objects = MemoryObjects()
    for name in trained:
        run(name, 100)(objects)
    with pytest.raises(NotFound, match="no former champion"):
        champions.roll_back(objects, "films", now_ms=200)


def test_catalogs_have_pointers_of_their_own():
    objects = MemoryObjects()
    run("a", 100)(objects)
    assert champions.read_champion(objects, "music") is None
    with pytest.raises(NotFound):
        champions.promote(objects, "music", VERSIONS["a"], 200)


def test_what_is_no_catalog_name_is_refused():
    with pytest.raises(InvalidInput, match="catalog"):
        champions.read_champion(MemoryObjects(), "../films")


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b'{"version": "x"}', b'{"previous": 1}'])
def test_a_pointer_that_cannot_be_read_says_so(data):
    objects = MemoryObjects()
    objects.put(champions.champion_key("films"), data)
    with pytest.raises(StoreUnavailable, match="pointer"):
        champions.read_champion(objects, "films")


def test_a_pointer_that_never_stands_still_is_a_conflict():
    class Restless(MemoryObjects):
        def replace(self, key, data, etag):
            raise Conflict(key)

    objects = Restless()
    run("a", 100)(objects)
    with pytest.raises(Conflict, match=f"changed by other requests {TRIES} times"):
        run("b", 200)(objects)


def test_a_store_that_fails_moves_nothing():
    objects = MemoryObjects()
    run("a", 100)(objects)
    failing = FailingObjects(objects)
    failing.error = StoreUnavailable("S3: SlowDown")
    with pytest.raises(StoreUnavailable):
        person("a", 200)(failing)
    assert history(objects) == "a"


def test_a_move_whose_answer_was_lost_may_be_made_again():
    objects = MemoryObjects()
    run("a", 100)(objects)
    run("b", 200)(objects)
    run("b", 200)(objects)
    assert history(objects) == "ba"


def world(*names: str):
    """A world in which these became champion one after the other, and everything is published."""
    objects = MemoryObjects()
    for one in ARTIFACTS.values():
        versions.publish(objects, "films", one)
    for started_ms, name in enumerate(names):
        run(name, started_ms)(objects)
    return objects


def test_interleavings_tries_every_order():
    def two_calls(objects):
        objects.get_if_changed("a", "")
        objects.get_if_changed("a", "")

    objects = MemoryObjects()
    objects.put("a", b"")
    orders = [order for order, _, _ in interleavings(lambda: (objects, [two_calls, two_calls]))]
    assert sorted(orders) == ["0011", "0101", "0110", "1001", "1010", "1100"]


@pytest.mark.parametrize("first", ["", "m"])
def test_of_two_trainings_the_later_is_champion_however_their_calls_fall(first):
    def make():
        objects = MemoryObjects()
        for name in first:
            run(name, 1)(objects)
        return objects, [run("a", 100), run("b", 200)]

    seen = set()
    for order, objects, (earlier, later) in interleavings(make):
        assert later is True, order
        assert history(objects) == ("ba" if earlier else "b") + first, order
        check_complete(objects, "ab" + first)
        seen.add(earlier)
    assert seen == {True, False}, "both endings were met"


def test_of_two_trainings_of_the_same_version_one_pointer_stays():
    for order, objects, results in interleavings(lambda: (MemoryObjects(), [run("a", 100), run("a", 200)])):
        assert results[1] is True, order
        assert history(objects) == "a", order
        assert champions.read_champion(objects, "films").started_ms == 200, order
        check_complete(objects, "a")


def test_of_three_pointer_moves_the_latest_run_wins_and_every_champion_is_remembered():
    def move(name, started_ms):
        moment = started_ms, 999
        return lambda objects: champions.promote_run(
            objects, "films", VERSIONS[name], f"run-{name}", started_ms, *moment
        )

    def make():
        return world("m"), [move("a", 100), move("b", 200), move("c", 300)]

    for order, objects, results in interleavings(make):
        assert results[2] is True, order
        winners = {name for name, won in zip("abc", results, strict=True) if won}
        assert history(objects)[0] == "c", order
        assert set(history(objects)) == winners | {"m"}, order
        assert len(history(objects)) == len(winners) + 1, order


def test_a_person_and_a_training_at_once_leave_one_of_both():
    def make():
        objects = world("m")
        leased(objects, 150)
        return objects, [run("a", 100), person("b", 150)]

    endings = set()
    for order, objects, results in interleavings(make):
        assert not [result for result in results if isinstance(result, Exception)], order
        endings.add(history(objects))
    assert endings == {"bam", "bm"}


def test_a_pointer_is_read_as_it_was_written():
    champion = Champion("v" * 32, "run", 1, 2, ("a", "b"))
    assert Champion.from_bytes(champion.to_bytes()) == champion
    assert Champion.from_bytes(replace(champion, previous=()).to_bytes()).previous == ()


class TestAChallenger:
    @pytest.fixture
    def objects(self):
        """The champion is `b`, before it was `a`; `c` is published."""
        made = MemoryObjects()
        run("a", 100)(made)
        run("b", 200)(made)
        versions.publish(made, "films", ARTIFACTS["c"])
        return made

    def challenged(self, objects) -> tuple[str, str, float]:
        """The champion with those before it, the challenger and its share."""
        champion = champions.read_champion(objects, "films")
        return history(objects), NAME_OF.get(champion.challenger, ""), champion.share

    def test_answers_its_share_and_leaves_the_champion_as_it_was(self, objects):
        before = champions.read_champion(objects, "films")
        told = champions.challenge(objects, "films", VERSIONS["c"], 0.25)
        assert (
            told == champions.read_champion(objects, "films") == replace(before, challenger=VERSIONS["c"], share=0.25)
        )

    def test_is_replaced_by_another_and_ends_when_it_is_ended(self, objects):
        champions.challenge(objects, "films", VERSIONS["c"], 0.25)
        champions.challenge(objects, "films", VERSIONS["a"], 0.5)
        assert self.challenged(objects) == ("ba", "a", 0.5)
        assert champions.end_challenge(objects, "films") == champions.read_champion(objects, "films")
        assert self.challenged(objects) == ("ba", "", 0.0)

    def test_a_challenge_that_is_as_it_was_is_not_written(self, objects):
        champions.challenge(objects, "films", VERSIONS["c"], 0.25)
        counting = StoppingObjects(objects)
        champions.challenge(counting, "films", VERSIONS["c"], 0.25)
        assert "replace" not in [name for name, _ in counting.calls]
        champions.end_challenge(objects, "films")
        champions.end_challenge(counting, "films")
        assert "replace" not in [name for name, _ in counting.calls]

    def test_that_is_promoted_is_no_challenger_any_more(self, objects):
        champions.challenge(objects, "films", VERSIONS["c"], 0.25)
        assert person("c", 300)(objects).challenger == ""
        assert self.challenged(objects) == ("cba", "", 0.0)

    def test_that_a_training_makes_champion_is_no_challenger_any_more(self, objects):
        champions.challenge(objects, "films", VERSIONS["c"], 0.25)
        run("c", 300)(objects)
        assert self.challenged(objects) == ("cba", "", 0.0)

    def test_stays_when_others_are_promoted(self, objects):
        champions.challenge(objects, "films", VERSIONS["c"], 0.25)
        run("d", 300)(objects)
        assert self.challenged(objects) == ("dba", "c", 0.25)
        person("a", 400)(objects)
        assert self.challenged(objects) == ("adb", "c", 0.25)

    def test_stays_when_the_champion_is_rolled_back_unless_it_is_rolled_back_to(self, objects):
        champions.challenge(objects, "films", VERSIONS["c"], 0.25)
        run("d", 300)(objects)
        champions.roll_back(objects, "films", 400)
        assert self.challenged(objects) == ("ba", "c", 0.25)
        champions.challenge(objects, "films", VERSIONS["a"], 0.5)
        champions.roll_back(objects, "films", 500, leaving=VERSIONS["b"])
        assert self.challenged(objects) == ("a", "", 0.0)

    def test_that_is_the_champion_is_refused(self, objects):
        with pytest.raises(InvalidInput, match=r"^version: it is the champion; use another version$"):
            champions.challenge(objects, "films", VERSIONS["b"], 0.25)
        assert self.challenged(objects) == ("ba", "", 0.0)

    @pytest.mark.parametrize("damaged", [None, b"{}"])
    def test_that_cannot_be_loaded_is_not_found(self, objects, damaged):
        key = versions.artifact_key("films", VERSIONS["c"], MANIFEST)
        objects.put(key, damaged) if damaged else objects.delete(key)
        with pytest.raises(NotFound, match=VERSIONS["c"]):
            champions.challenge(objects, "films", VERSIONS["c"], 0.25)
        assert self.challenged(objects) == ("ba", "", 0.0)

    def test_without_a_champion_there_is_none(self):
        objects = MemoryObjects()
        versions.publish(objects, "films", ARTIFACTS["c"])
        for ask in (
            lambda: champions.challenge(objects, "films", VERSIONS["c"], 0.25),
            lambda: champions.end_challenge(objects, "films"),
        ):
            with pytest.raises(NotFound, match="no champion"):
                ask()

    def test_is_lost_to_no_promotion_at_the_same_time(self, objects):
        def make():
            return objects.copy(), [
                run("d", 300),
                lambda store: champions.challenge(store, "films", VERSIONS["c"], 0.25),
            ]

        for order, store, _ in interleavings(make):
            assert self.challenged(store) == ("dba", "c", 0.25), order

    def test_that_others_keep_changing_is_given_up(self, objects):
        class Contended(StoppingObjects):
            def replace(self, key, data, etag):
                raise Conflict(key)

        with pytest.raises(Conflict, match=f"changed by other requests {TRIES} times"):
            champions.challenge(Contended(objects), "films", VERSIONS["c"], 0.25)

    def test_a_pointer_without_a_challenger_is_read_and_written_in_its_first_form(self, objects):
        fields = json.loads(objects.get(champions.champion_key("films")).data)
        assert fields.keys() == {"version", "run", "started_ms", "promoted_ms", "previous", "generation", "past"}
        assert champions.read_champion(objects, "films").challenger == ""

    @pytest.mark.parametrize("share", [0, -0.1, 1.1, "0.5", True, 1e-12])
    def test_a_share_is_above_nought_up_to_one(self, share):
        told = {"version": VERSIONS["c"], "share": share}
        with pytest.raises(InvalidInput, match=r"^share: .*; (use|give) a share of the users, above 0 up to 1"):
            schema.read(ChallengerRequest, told)
        for allowed in (2**-32, 0.5, 1):
            assert schema.read(ChallengerRequest, {**told, "share": allowed}).share == allowed
