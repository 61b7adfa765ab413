import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doublebill.errors import InvalidInput
from doublebill.imports.files.json_text import json_documents
from doublebill.imports.files.table_source import TableSource, open_table


def table(content: str | bytes) -> TableSource:
    return open_table(io.BytesIO(content if isinstance(content, bytes) else content.encode()), "plays.json")


def rows(content: str | bytes) -> list[dict[str, object]]:
    return [
        {name: cells[row] for name, cells in block.columns.items() if cells[row] is not None}
        for block in table(content).blocks()
        for row in range(len(block.lines))
    ]


PLAYS = [{"user": "ann", "track": {"name": "Mö"}}, {"user": "bob", "n": 2}]
FLAT = [{"user": "ann", "track.name": "Mö"}, {"user": "bob", "n": 2}]


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("document", [PLAYS, {"count": 2, "listens": PLAYS, "of": ["x"], "more": {"y": 1}}])
def test_an_array_of_objects_is_a_table_by_itself_or_inside_one_object(document, indent):
    assert rows(json.dumps(document, indent=indent)) == FLAT
    assert rows(json.dumps(document, indent=indent, ensure_ascii=False).encode("utf-8-sig")) == FLAT


def test_objects_one_after_the_other_may_have_several_lines_each():
    assert rows("\n".join(json.dumps(play, indent=2) for play in PLAYS)) == FLAT


def test_one_object_a_line_is_no_document_and_a_broken_line_costs_its_row():
    (block,) = table('{"user": "ann"\n{"user": "bob"}\n').blocks()
    assert [bad.line for bad in block.bad] == [1]


def test_an_element_that_is_no_object_is_a_bad_row_with_its_number():
    (block,) = table('[{"user": "ann"}, 3, {"user": "bob"}]').blocks()
    assert list(block.lines) == [1, 3]
    assert [(bad.line, bad.problem, bad.fix) for bad in block.bad] == [(2, "a number", "use one JSON object")]


def test_several_arrays_of_objects_are_refused_by_name():
    with pytest.raises(InvalidInput, match="it holds several arrays of objects, 'films' and 'shows'; keep one of them"):
        rows('{"films": [{"a": 1}], "shows": [{"a": 1}]}')


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ('[{"a": 1},\n {"a": tru}]', "a JSON error in line 2, position 8"),
        ('[{"a": 1}\n {"a": 2}]', "',' is missing in line 2, position 2"),
        ('[{"a": 1}', "',' is missing in line 1, position 10"),
        ('[{"a": NaN}]', "a number that JSON does not have, or of too many digits in line 1, position 2"),
        ("[" * 100_000, "JSON nested too deeply in line 1, position 2"),
        (b'[{"a": "\xe9"}]', "line 1 or below is not UTF-8: byte 0xe9"),
    ],
)
def test_a_document_that_is_no_json_is_refused_with_the_place(content, problem):
    with pytest.raises(InvalidInput) as error:
        rows(content)
    assert str(error.value).startswith(f"plays.json: {problem}; use ")


def test_an_element_beyond_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(json_documents, "ELEMENT_LIMIT", 1000)
    with pytest.raises(InvalidInput, match="an element of more than 1000 characters"):
        rows('[{"a": "' + "x" * 3_000_000 + '"}]')


@given(
    st.lists(
        st.dictionaries(st.text(min_size=1).filter(lambda key: "." not in key), st.integers() | st.text()), max_size=5
    ),
    st.integers(1, 9),
)
def test_a_document_is_the_same_in_chunks_of_any_size(elements, size):
    content = json.dumps(elements, ensure_ascii=False).encode()
    chunks = [content[at : at + size] for at in range(0, len(content), size)]
    blocks = list(json_documents.JsonDocument().blocks(chunks, "x"))
    found = [
        {name: cells[row] for name, cells in block.columns.items() if cells[row] is not None}
        for block in blocks
        for row in range(len(block.lines))
    ]
    assert found == elements


def test_a_long_document_is_shown_by_its_first_elements_and_read_to_its_end():
    elements = [{"user": f"user-{number}", "note": "x" * 100} for number in range(20_000)]
    source = table(json.dumps(elements))
    assert source.columns == ("user", "note")
    assert 0 < len(source.sample.lines) < 20_000
    assert sum(len(block.lines) for block in source.blocks()) == 20_000
