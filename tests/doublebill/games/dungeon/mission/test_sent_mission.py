import pytest

from doublebill.errors import InvalidInput, Unsatisfiable
from doublebill.games.dungeon.mission.sent_mission import read_mission
from doublebill.games.missions.mission import Mission
from doublebill.schema import read
from drawn_missions import LOCKED, mission


def asked(written):
    return read_mission(read(Mission, written))


NAMED = mission(
    "blue key > d 1", "iron lever > d 2", "small key > d 3", "d 2 < d 1", "d 3 < d 2", "exit < d 3",
    blue_key="key", iron_lever="lever", small_key="key", d_1="lock", d_2="lock", d_3="lock", exit="exit",
)  # fmt: skip


def test_names_of_the_legend_choose_what_opens_a_lock():
    found = asked(NAMED)
    assert (found.locks, found.parents, found.exit) == (["b", "q", "k"], [0, 1, 2], 3)


def test_names_of_one_s_own_are_taken_by_the_graph():
    written = mission(
        "bone > crypt", "bone > vault", "coin 1 > toll", "coin 1 > ferry", "coin 2 > toll", "coin 2 > ferry",
        "crank > grate", "crypt < start", "vault < crypt", "toll < start", "ferry < start", "grate < vault",
        "exit < grate", bone="key", coin_1="key", coin_2="key", crank="lever",
        crypt="lock", vault="lock", toll="lock", ferry="lock", grate="lock", exit="exit",
    )  # fmt: skip
    found = asked(written)
    tiles = dict(zip(found.lock_ids, found.locks, strict=True))
    assert tiles == {"crypt": "a", "vault": "a", "toll": "k", "ferry": "k", "grate": "q"}


@pytest.mark.parametrize(
    ("edges", "field"),
    [
        (["door > key"], "spec.mission.edges[5]"),
        (["exit < key"], "spec.mission.edges[5].from"),
        (["exit < start"], "spec.mission.edges[5].to"),
    ],
)
def test_an_edge_that_a_dungeon_cannot_have_is_named(edges, field):
    more = mission(*edges)["edges"]
    with pytest.raises(InvalidInput) as refused:
        asked({**LOCKED, "edges": [*LOCKED["edges"], *more]})
    assert [one.field for one in refused.value.complaints] == [field]


WASTED = mission(
    "k 1 > d 1", "k 1 > d 2", "k 2 > d 1", "k 2 > d 2", "k 1 < start", "k 2 < d 2", "exit < d 1",
    k_1="key", k_2="key", d_1="lock", d_2="lock", exit="exit",
)  # fmt: skip


@pytest.mark.parametrize(
    ("written", "detail"),
    [
        (WASTED, "some order of opening its locks"),
        (mission("exit < door", door="lock", exit="exit"), "nothing opens door"),
        (mission("boss < start", boss="boss", exit="exit"), "a boss of a dungeon bars the exit"),
        (mission(*[f"k{n} > d{n}" for n in range(7)], exit="exit", **{f"k{n}": "key" for n in range(7)},
                 **{f"d{n}": "lock" for n in range(7)}), "keys too many"),
    ],
)  # fmt: skip
def test_a_mission_that_no_dungeon_has_is_refused(written, detail):
    with pytest.raises(Unsatisfiable, match=detail):
        asked(written)
