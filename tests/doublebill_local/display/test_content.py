from doublebill_local.display.content import FEWEST_NAMES, show_content, show_corpus

LEVEL = {"text": "#.#", "seed": 7, "controls": {"path": {"asked": 3, "measured": 2, "met": False}}}


def test_a_level_is_drawn_with_its_measures_and_what_it_misses(capsys):
    show_content({"items": [LEVEL]})
    shown = capsys.readouterr()
    assert shown.out.splitlines() == ["#.#", "seed 7; path 2"]
    assert shown.err == "controls that could not be met: path 2 instead of 3\n"


def test_items_that_were_not_reached_are_counted_on_stderr(capsys):
    unreached = [{"index": index, "seed": f"7#{index}", "limit": 10} for index in (1, 2)]
    show_content({"items": [LEVEL | {"controls": {}}], "not_reached": unreached})
    assert capsys.readouterr().err == "not reached within one request: 2 of the items; the next has the seed 7#1\n"


def test_a_corpus_of_few_names_is_warned_of(capsys):
    names = {"kind": "names", "corpus": "own", "state": "training", "examples": 2}
    show_corpus(names)
    assert "warning: 2 names say little about how names are made" in capsys.readouterr().err
    for enough in ({"examples": FEWEST_NAMES}, {"kind": "maze"}):
        show_corpus({**names, **enough})
        assert "warning" not in capsys.readouterr().err
