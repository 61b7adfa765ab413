"""Every order in which store calls can fall, with deaths and lost answers at every step; see `model_checker`."""

import pytest

from doublebill.service.registry import champions
from doublebill.service.registry.leases.lease import LEASE_MS, Lease
from doublebill.service.registry.leases.taking import begin
from model_checker import Search
from protocols import NOW_MS, again, check_whole, history, operator, person, reader, training, world


def moved_once(held, state) -> None:
    """Nobody moves the pointer twice."""
    assert max(state.moved) <= 1, state.ended


def show(checked) -> None:
    """Prints the size of a search."""
    print(f"{checked.states:,} states, {checked.orders:,} orders, {len(checked.endings)} endings")


def latest_serves(held, state) -> None:
    """The champion is that of the promoted training with the highest generation, and nobody moved it twice."""
    moved_once(held, state)
    promoted = {int(ended.rpartition(" ")[2]) for ended in state.ended if ended.startswith("gave promoted")}
    champion = champions.Champion.from_bytes(held[champions.champion_key("films")])
    if promoted:  # one that died, or was not answered, may have promoted too
        all_ended = all(ended.startswith("gave") for ended in state.ended)
        assert champion.generation == max(promoted) if all_ended else champion.generation >= max(promoted)


@pytest.mark.parametrize(("faults", "deaths", "others"), [(1, 0, {}), (0, 1, {"reader": reader})])
def test_of_trainings_at_once_one_works_and_readers_see_whole_versions(faults, deaths, others):
    actors = {"a": training("a"), "b": training("b"), **others}
    checked = Search(actors, check_whole, latest_serves, faults, deaths).run(world("m", published="m"))
    show(checked)
    assert {("gave promoted 2", "gave refused"), ("gave refused", "gave promoted 2")} <= {
        ended[:2] for ended in checked.endings
    }
    assert checked.orders > checked.states > 1000


def test_a_training_that_is_overtaken_promotes_before_the_later_one_or_never():
    actors = {"a": training("a"), "b": training("b", NOW_MS + LEASE_MS)}
    checked = Search(actors, check_whole, latest_serves).run(world("m", published="m"))
    show(checked)
    assert ("Conflict", "gave promoted 3") in checked.endings


def test_a_person_is_not_undone_by_a_training_that_had_begun():
    held = world("m", published="ma")
    seen = set()

    def ended_well(world, state) -> None:
        moved_once(world, state)
        seen.add(history(world)[0])

    checked = Search({"person": again(person("a")), "b": training("b")}, check_whole, ended_well, faults=1).run(held)
    show(checked)
    assert seen == {"a", "b"}


def test_a_rollback_that_is_tried_again_goes_back_once_whoever_else_rolls_back():
    def ended_well(held, state) -> None:
        moved_once(held, state)
        assert sum(state.moved) == 1
        assert history(held) == "ba"

    operators = {"first": again(operator("c")), "second": again(operator("c"))}
    checked = Search(operators, check_whole, ended_well, faults=2).run(world("a", "b", "c", published="abc"))
    show(checked)


def test_of_three_that_take_a_lease_one_gets_it():
    def take(name):
        return lambda objects: isinstance(begin(objects, "films", name, NOW_MS, attempt=name), Lease)

    def one_has_it(held, state) -> None:
        assert state.ended.count("gave True") <= 1 + state.faults

    checked = Search({name: take(name) for name in "xyz"}, at_end=one_has_it, deaths=1).run({})
    show(checked)
    assert any(ended.count("gave True") == 1 for ended in checked.endings)
