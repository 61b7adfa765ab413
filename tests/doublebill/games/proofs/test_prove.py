"""Verdicts on levels that anybody drew are true: each way is played, and where there is none, everything was tried."""

import random

import pytest

from checkers import foreign
from doublebill.errors import InvalidInput, NotFound, Unsatisfiable
from doublebill.games.proofs.prove import EXAMINERS, examined, examiner_of, under_physics
from hard_levels import EIGHT_CRATES

STEPS = 50_000
PIECES = {
    "maze": ("PX", "#..", 7, 5),
    "chamber": ("PKD", "#..E", 6, 5),
    "crypt": ("PX", "##.OOGO+T", 5, 4),
    "dungeon": ("PXaAkKK", "##.kB", 6, 4),
    "platform": ("SKX", "##....^*", 6, 6),
    "platform without a key": ("SX", "##....^*", 6, 6),
    "sokoban": ("@$$oo", "#....", 6, 5),
    "runner": ("PX", "##......E", 9, 6),
}
"""Kind → the tiles that each level has once, those that fill it, and its size."""


def scattered(kind: str, seed: int) -> tuple[str, ...]:
    """A small level with its tiles anywhere; as many of them can be finished as not, or nearly."""
    once, filling, width, height = PIECES[kind]
    dice = random.Random(f"{kind} {seed}")
    cells = [*once, *(dice.choice(filling) for _ in range(width * height - len(once)))]
    dice.shuffle(cells)
    return tuple("".join(cells[y * width : (y + 1) * width]) for y in range(height))


def fields_of(verdict) -> dict[str, object]:
    one = verdict.certificate
    physics = {} if one.physics is None else {"physics": one.physics.as_json()}
    return {"from": one.start, "to": one.goal, "moves": one.moves, "length": len(one.moves), **physics}


@pytest.mark.parametrize("pieces", PIECES)
def test_a_verdict_agrees_with_trying_everything(pieces: str) -> None:
    kind = pieces.partition(" ")[0]
    examiner = EXAMINERS[kind]
    playable = 0
    for seed in range(60):
        rows = scattered(pieces, seed)
        verdict = examined(examiner, rows, STEPS)
        least = foreign.least(kind, rows, examiner.legend)
        assert verdict.decided
        assert verdict.playable == (least is not None), rows
        assert bool(verdict.reasons) != verdict.playable
        if verdict.playable:
            playable += 1
            assert foreign.finishes(kind, rows, examiner.legend, fields_of(verdict)), rows
            moves = verdict.certificate.moves
            assert verdict.least == {"platform": "jumps", "runner": None, "dungeon": None}.get(kind, "moves")
            assert least == {"platform": moves.count("J"), "runner": 0, "dungeon": 0}.get(kind, len(moves)), rows
    assert 5 < playable < 55


PHYSICS = {
    "platform": [
        {"jump_height": 4, "hang_time": 0, "gap": 2},
        {"hang_control": True, "bump": "hang"},
        {"jump_height": 1, "run_speed": 2, "fall_speed": 3},
    ],
    "runner": [{"jump_height": 2, "hang_time": 2, "gap": 1, "run_speed": 3, "fall_speed": 1}],
}


@pytest.mark.parametrize(("kind", "physics"), [(kind, one) for kind, many in PHYSICS.items() for one in many])
def test_a_verdict_by_other_physics_agrees_with_trying_everything(kind: str, physics) -> None:
    examiner = under_physics(EXAMINERS[kind], kind, physics)
    playable = 0
    for seed in range(40):
        rows = scattered(kind, seed)
        verdict = examined(examiner, rows, STEPS)
        least = foreign.least(kind, rows, examiner.legend, physics)
        assert verdict.playable == (least is not None), rows
        if verdict.playable:
            playable += 1
            way = fields_of(verdict)
            assert way["physics"].items() >= physics.items()
            assert foreign.finishes(kind, rows, examiner.legend, way), rows
            assert kind != "platform" or verdict.certificate.moves.count("J") == least
    assert 3 < playable < 37


def test_every_cell_that_a_player_enters_is_within_reach() -> None:
    # with and without the key, two players meet in the key's cell
    rows = (".S#.#X.", ".K#.##.", "..#.##.", ".#..##.", "#....#.", "...##.#")
    examiner = under_physics(EXAMINERS["platform"], "platform", {"hang_control": True})
    reached = {state[:2] for state in foreign.platform.fewest_jumps(foreign.player(rows, {"hang_control": True}))}
    assert (0, 0) in reached
    air = {(x, y) for y, row in enumerate(rows) for x, tile in enumerate(row) if tile != "#"}
    assert set(examined(examiner, rows, STEPS).unreachable) == air - reached


@pytest.mark.parametrize(
    ("kind", "physics", "field"),
    [
        ("maze", {"jump_height": 3}, "physics"),
        ("platform", {"jump_height": 99}, "physics.jump_height"),
        ("platform", {"gap": 16}, "physics.gap"),
        ("platform", {"weight": 1}, "physics.weight"),
        ("runner", {"gap": 10}, "physics.gap"),
        ("runner", {"bump": "hang"}, "physics.bump"),
    ],
)
def test_physics_that_make_no_sense_are_refused_by_name(kind: str, physics, field: str) -> None:
    with pytest.raises((InvalidInput, Unsatisfiable)) as refused:
        under_physics(EXAMINERS[kind], kind, physics)
    assert [one.field for one in refused.value.complaints] == [field]


@pytest.mark.parametrize("kind", [*EXAMINERS])
def test_a_certificate_that_does_not_finish_the_level_is_never_believed(kind: str, monkeypatch) -> None:
    rows = next(rows for seed in range(60) if examined(EXAMINERS[kind], rows := scattered(kind, seed), STEPS).playable)
    monkeypatch.setattr(type(EXAMINERS[kind]), "finishes", lambda *_: False)
    with pytest.raises(AssertionError, match="do not finish"):
        examined(EXAMINERS[kind], rows, STEPS)


def test_a_sokoban_level_too_hard_for_fewest_moves_gets_a_way_all_the_same() -> None:
    verdict = examined(EXAMINERS["sokoban"], EIGHT_CRATES, 200_000)
    assert (verdict.playable, verdict.least) == (True, None)
    assert foreign.finishes("sokoban", EIGHT_CRATES, EXAMINERS["sokoban"].legend, fields_of(verdict))


@pytest.mark.parametrize("kind", [*EXAMINERS])
@pytest.mark.parametrize("tile", ["", "#"])
def test_an_empty_or_solid_level_is_no_level_and_says_why(kind: str, tile: str) -> None:
    rows = ((tile or ".") * 6,) * 5
    verdict = examined(EXAMINERS[kind], rows, STEPS)
    if (kind, tile) == ("maze", ""):
        assert verdict.playable
    else:
        assert not verdict.playable
        assert verdict.decided
        assert verdict.reasons


@pytest.mark.parametrize(
    ("kind", "rows", "code", "cells"),
    [
        ("maze", ("P.X", "..X"), "many-exit", ((2, 0), (2, 1))),
        ("maze", ("P..", "..."), "no-exit", ()),
        ("maze", ("P#X",), "exit-unreachable", ((2, 0),)),
        ("maze", ("..#.",), "shut-off", ((3, 0),)),
        ("chamber", ("PDK",), "key-unreachable", ((2, 0),)),
        ("chamber", ("PK#D",), "door-unreachable", ((3, 0),)),
        ("chamber", ("PKKD",), "many-key", ((1, 0), (2, 0))),
        ("crypt", ("POOOX",), "deadly", ()),
        ("dungeon", ("P.AaX",), "exit-unreachable", ((4, 0),)),
        ("dungeon", ("P.>.X",), "stairs-apart", ((2, 0),)),
        ("crypt", ("P#X",), "exit-unreachable", ((2, 0),)),
        ("platform", ("S#K", "#X#"), "key-unreachable", ((2, 0),)),
        ("platform", ("SKK", "#X#"), "many-key", ((1, 0), (2, 0))),
        ("platform", ("K#X", "..#", "S##"), "exit-unreachable", ((2, 0),)),
        ("sokoban", ("$.@.o",), "stuck-crate", ((0, 0),)),
        ("sokoban", ("@$.",), "crates-and-goals-differ", ()),
        ("sokoban", ("@..#$o",), "unreachable-crate", ((4, 0), (5, 0))),
        ("sokoban", ("..@...", ".$..$.", "#o..o#", "######"), None, ()),
        ("runner", ("......", "P.....", "#E...X", "######"), None, ()),
        ("runner", ("...#...", "...#...", "P..#..X", "#######"), "exit-unreachable", ((6, 2),)),
    ],
)
def test_a_reason_names_the_problem_and_its_cells(kind, rows, code, cells) -> None:
    verdict = examined(EXAMINERS[kind], rows, STEPS)
    if code is None:
        assert verdict.playable
    else:
        (reason,) = verdict.reasons
        assert (reason.code, reason.cells) == (code, cells)


def test_what_is_out_of_reach_and_where_one_is_lost_is_listed() -> None:
    chamber = examined(EXAMINERS["chamber"], ("PKD#E",), STEPS)
    assert chamber.playable
    assert list(chamber.unreachable) == [(4, 0)]
    platform = examined(EXAMINERS["platform"], ("XSK..", *["###.."] * 4, "#####"), STEPS)
    assert platform.playable
    assert {(3, 4), (4, 4)} <= set(platform.dead_ends)
    runner = examined(EXAMINERS["runner"], ("#......#", "#......#", "#P.X..o#", "####..##", "####..##"), STEPS)
    assert runner.playable
    assert runner.dead_ends == [(4, 4), (5, 3), (5, 4)]  # who jumps over the exit falls into the pit
    sokoban = examined(EXAMINERS["sokoban"], ("......", ".@$.o.", "......"), STEPS)
    assert (0, 0) in sokoban.dead_ends
    assert (2, 1) not in sokoban.dead_ends


def test_doors_that_waste_the_last_small_key_are_listed() -> None:
    verdict = examined(EXAMINERS["dungeon"], ("X.K.Pk.K.",), STEPS)
    assert verdict.playable
    assert verdict.certificate.moves == "RLLLLL"
    assert verdict.dead_ends == [(7, 0)]
    assert [tuple(one) for one in verdict.unreachable] == []


def test_a_dungeon_with_more_doors_than_are_searched_is_not_decided() -> None:
    verdict = examined(EXAMINERS["dungeon"], ("P" + "k" * 64 + "X", "K" * 66), STEPS)
    assert (verdict.playable, verdict.decided) == (False, False)
    assert examined(EXAMINERS["dungeon"], ("P" + "k" * 64 + "X", "K" * 64 + ".."), 5 * STEPS).playable


def test_a_level_without_a_key_needs_none_and_one_already_finished_needs_no_move() -> None:
    assert examined(EXAMINERS["chamber"], ("P.D",), STEPS).certificate.moves == "RR"
    assert examined(EXAMINERS["platform"], ("S.X", "###"), STEPS).certificate.moves == "RR"
    assert examined(EXAMINERS["sokoban"], ("@.*",), STEPS).certificate.moves == ""


def test_a_runner_without_ends_goes_from_its_first_ground_to_its_last() -> None:
    certificate = examined(EXAMINERS["runner"], ("......",) * 3 + (".####.",), STEPS).certificate
    assert (certificate.start, certificate.goal) == ((1, 2), (4, 2))


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        ("crypt", ("PG......", "#OOO####", "..+.+.+X") * 3),
        ("sokoban", ("........", ".$.$.$..", "........", "..o.o.o.", "...@....")),
        ("runner", ("P" + "." * 40 + "X", "." * 42, "." * 42, "#" * 42)),
    ],
)
def test_where_the_steps_are_not_enough_nothing_is_claimed(kind, rows) -> None:
    if kind == "crypt":
        rows = ("POO......", "##G######", "+........", "#########"[:8] + "X")
    verdict = examined(EXAMINERS[kind], rows, 2)
    assert not verdict.playable
    assert not verdict.decided
    assert verdict.steps == 2
    assert [reason.code for reason in verdict.reasons] == ["steps-used-up"]


def test_a_kind_that_is_none_or_has_no_levels_is_refused() -> None:
    with pytest.raises(NotFound):
        examiner_of("castle")
    with pytest.raises(InvalidInput, match="'names' has no proofs"):
        examiner_of("names")
