"""The command `prove`: exit codes for somebody's CI, and a line for each level."""

import json

import pytest


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def written(tmp_path):
    def write(name, text):
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return write


def test_levels_that_can_be_finished_give_exit_code_0_and_their_way(run, home, written):
    file = written("yard.xsb", "#####\n#@$.#\n#####\nTitle: First\n")
    ran = run("prove", file)
    assert ran.code == 0
    assert "(First): playable in 1 move, as few moves as possible\n  R\n" in ran.out.replace(str(file), "")


def test_a_level_that_cannot_be_finished_gives_exit_code_1_and_the_reason(run, home, written):
    ran = run("prove", written("level.txt", "PD.K\n"), "--kind", "chamber")
    assert ran.code == 1
    assert "not playable: no way leads to the key without the door: line 1, column 4" in ran.err.replace("\n", " ")
    assert "out of reach: key: line 1, column 4" in ran.out


def test_a_level_that_was_not_decided_gives_exit_code_4(run, home, written):
    file = written("hard.xsb", "########\n#      #\n#@$ $..#\n#      #\n########\n")
    assert run("prove", file, "--steps", "3").code == 4
    assert run("prove", file).code == 0


def test_a_maze_without_ends_is_called_a_region(run, home, written):
    assert (
        "one region, 2 moves from end to end" in run("prove", written("m.txt", "...\n###\n###"), "--kind", "maze").out
    )


def test_the_verdicts_on_other_files_stand_beside_what_is_wrong_with_one(run, home, written):
    files = [written("good.txt", "P.X\n...\n..."), written("bad.txt", "P!"), written("shut.txt", "P#X\n###\n###")]
    ran = run("prove", *files, "--kind", "maze", "--json")
    good, bad, shut = json.loads(ran.out)["files"]
    assert (ran.code, good["playable"], shut["playable"]) == (2, True, False)
    assert [one["field"] for one in bad["errors"]] == [f"{files[1]}[0][1]"]


def test_one_document_tells_of_all_files(run, home, written):
    legend = written("legend.json", json.dumps({"W": "wall", " ": "floor", "a": "player", "b": "exit"}))
    files = [written("one.txt", "a b\nWWW"), written("two.txt", "aWb\nWWW")]
    ran = run("prove", *files, "--kind", "maze", "--legend", legend, "--json")
    assert ran.code == 1
    proofs = json.loads(ran.out)["files"]
    assert [(one["file"], one["playable"]) for one in proofs] == [(str(files[0]), True), (str(files[1]), False)]


def test_a_map_of_an_editor_says_its_kind_itself(run, home, written):
    """Written without a layer of objects, as old versions of this project wrote maps."""
    tiles = "".join(f'<tile id="{n}" type="{name}"/>' for n, name in enumerate(["wall", "player", "key", "door"]))
    layer = '<layer><data encoding="csv">2,3,4</data></layer>'
    head = '<map width="3" height="1" tilewidth="8" tileheight="8">'
    kind = '<properties><property name="kind" value="chamber"/></properties>'
    ran = run("prove", written("a.tmx", f'{head}{kind}<tileset firstgid="1">{tiles}</tileset>{layer}</map>'))
    assert (ran.code, "playable in 2 moves" in ran.out) == (0, True)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--kind", "maze"], "FILE: missing"),
        (["missing.xsb"], "there is no file 'missing.xsb'"),
        (["level.txt"], "--kind: level.txt does not say it; use one of maze"),
        (["good.txt", "bad.txt", "--kind", "maze"], "bad.txt, line 1, column 2: '!' is not valid"),
        (["good.txt", "empty.txt", "--kind", "maze"], "empty.txt: '' is not valid"),
        (["level.txt", "--kind", "names"], "has no proofs"),
        (["level.txt", "--kind", "maze", "--steps", "0"], "--steps: 0 is not valid"),
    ],
)
def test_wrong_words_give_exit_code_2(run, home, written, tmp_path, monkeypatch, words, message):
    written("level.txt", "..")
    written("bad.txt", "P!")
    written("good.txt", "P.X\n...\n...")
    written("empty.txt", "")
    monkeypatch.chdir(tmp_path)
    ran = run("prove", *words)
    assert ran.code == 2
    assert message in ran.err


def test_help_shows_tiles_letters_and_controls_of_the_kind_and_no_next_command(run, home):
    of_kind = run("generate", "sokoban", "--help")
    assert (of_kind.code, of_kind.err) == (0, "")
    for words in ("$  crate", "is pushed, never pulled", "u walk up", "U push up", "Controls of sokoban", "difficulty"):
        assert words in of_kind.out
    assert "Controls of names" in run("generate", "names", "--help").out
    assert "generate KIND --help shows the tiles" in run("generate", "--help").out
    every = run("prove", "--help").out
    assert "  chamber: # wall, . floor, P player, K key, D door, E enemy\n" in every
    assert "opens the iron gate" in run("prove", "--help", "--kind", "dungeon").out
    assert "Tiles" not in run("train", "--help").out


def test_places_are_lines_and_columns_from_1_and_dead_ends_are_named(run, home, written):
    ran = run("prove", written("yard.xsb", "########\n#@ $  .#\n#  $ . #\n########\n"))
    assert "dead ends: 3 cells: line 2, column 2; line 3, column 2; line 3, column 7\n" in ran.out


def test_things_out_of_reach_are_summed_up(run, home, written):
    file = written("shut.txt", "#########\n#PKD#EEE#\n####EEEE#\n#########\n")
    shown = run("prove", file, "--kind", "chamber").out
    places = "; ".join(f"line 2, column {x}" for x in (6, 7, 8)) + "; line 3, column 5; line 3, column 6"
    assert f"out of reach: enemy × 7: {places}; and 2 more\n" in shown


def test_a_warehouse_that_is_open_at_its_edge_is_playable_and_says_so(run, home, written):
    file = written("leak.xsb", "#######\n#@ $ .#\n#### ##\n")
    ran = run("prove", file)
    assert (ran.code, "playable in 3 moves" in ran.out) == (0, True)
    note = "note: the level is open at its edge; games that do not end there need a wall: line 3, column 5"
    assert note in ran.err.replace("\n", " ")
    (level,) = json.loads(run("prove", file, "--json").out)["files"][0]["levels"]
    assert level["notes"][0]["reason"] == "open-edge"
    assert level["notes"][0]["cells"] == [{"x": 4, "y": 2}]
    assert "note" not in run("prove", written("whole.xsb", "#####\n#@$.#\n#####\n")).err


def test_a_wrong_symbol_is_answered_with_the_usual_ones_first(run, home, written):
    ran = run("prove", written("typo.xsb", "#######\n#@ $&.#\n#######\n"))
    assert "typo.xsb, line 2, column 5: '&' is not valid; use one of # wall, " in ran.err
    for words in ("$ crate", ". goal", "' ' floor", "; or say in a legend which of these it is"):
        assert words in ran.err.replace("\n", " ")
    assert ran.err.index("# wall") < ran.err.index("legend")
