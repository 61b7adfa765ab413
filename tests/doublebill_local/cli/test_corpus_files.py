"""Files of a person's own become the examples that the API takes, or are refused by name."""

import json

import pytest

from doublebill.errors import InvalidInput
from doublebill_local.cli import corpus_files
from doublebill_local.cli.corpus_files import read_examples, read_legend


@pytest.fixture
def written(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_a_file_of_levels_is_one_example_whose_text_the_kind_reads(written):
    one, two = written("a.txt", "##\n#.\n\n..\n..\n"), written("b.txt", "\ufeff; 0\r\n.#\r\n##\r\n")
    assert read_examples("maze", [one, two]) == ["##\n#.\n\n..\n..\n", "; 0\n.#\n##\n"]


def test_names_are_lines_but_for_comments(written):
    assert read_examples("names", [written("n.txt", "\ufeff# people\nAda \n\n  Bo\r\n#Cy")]) == ["Ada", "Bo"]


def test_items_are_rows_of_a_table_or_json(written):
    table = written("items.csv", "name,rarity,weight,value\nTin Flute,common,4,5\n")
    shown = {"name": "Tin Flute", "rarity": "common", "weight": 4, "value": 5}
    assert read_examples("items", [table]) == [shown]
    assert read_examples("items", [written("items.json", json.dumps([shown]))]) == [shown]


def test_what_the_columns_of_a_table_mean_is_told(written):
    shown = []
    read_examples("loot", [written("a.tsv", "Item\tCost\tNotes\nRing\t3\tx\n")], shown.append)
    assert shown == ["a.tsv: name ← Item, value ← Cost; not read: Notes"]


def test_a_legend_is_one_object_of_strings(written):
    assert read_legend(written("legend.json", '{"X": "wall"}')) == {"X": "wall"}
    for wrong in ("[]", '{"X": 1}', "{"):
        with pytest.raises(InvalidInput):
            read_legend(written("legend.json", wrong))


@pytest.mark.parametrize(
    ("kind", "name", "content", "message"),
    [
        ("maze", "a.txt", b"\xff\xfe", "a.txt: not UTF-8: 'utf-8' codec"),
        ("maze", "a.json", "{", "a.json: not JSON: Expecting"),
        ("maze", "a.json", "{}", "use a JSON list"),
        ("items", "a.csv", "name,value\nRing,much\n", "a.csv, line 2, value: 'much' is not valid; use a number"),
    ],
)
def test_what_cannot_be_read_is_named(written, kind, name, content, message):
    with pytest.raises(InvalidInput, match=message):
        read_examples(kind, [written(name, content)])


def test_a_file_that_is_none_and_files_that_are_too_large_are_refused(written, tmp_path, monkeypatch):
    with pytest.raises(InvalidInput, match="name files of examples"):
        read_examples("maze", [tmp_path / "missing.txt"])
    monkeypatch.setattr(corpus_files, "EXAMPLES_BYTES", 5)
    with pytest.raises(InvalidInput, match="6 bytes are too many; use at most 5 in all"):
        read_examples("maze", [written("a.txt", "..."), written("b.txt", "...")])
