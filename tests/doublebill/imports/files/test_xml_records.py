import io

import pytest

from doublebill.errors import InvalidInput
from doublebill.imports.files.table_source import ReadOptions, TableSource, open_table

LIBRARY = """<?xml version="1.0" encoding="UTF-8" ?>
<mylist>
  <info><name>ann</name></info>
  <show><id>1</id><title><![CDATA[A & B]]></title><genre>x</genre><genre>y</genre><score>9</score></show>
  <show state="new"><id>2</id><title>Amélie</title><part><a>1</a><b/></part></show>
</mylist>
"""


def table(content: str | bytes, **options) -> TableSource:
    raw = content if isinstance(content, bytes) else content.encode()
    return open_table(io.BytesIO(raw), "list.xml", ReadOptions(**options))


def rows(content: str | bytes, **options) -> list[dict[str, object]]:
    return [
        {name: cells[row] for name, cells in block.columns.items() if cells[row] is not None}
        for block in table(content, **options).blocks()
        for row in range(len(block.lines))
    ]


EXPECTED = [
    {"id": "1", "title": "A & B", "genre": ["x", "y"], "score": "9"},
    {"state": "new", "id": "2", "title": "Amélie", "part.a": "1", "part.b": ""},
]


def test_the_elements_that_repeat_are_the_rows():
    assert rows(LIBRARY) == EXPECTED
    (block,) = table(LIBRARY).blocks()
    assert list(block.lines) == [4, 5]


def test_the_rows_may_lie_deeper_and_a_single_one_is_a_row():
    assert rows("<a><b><c n='1'/><c n='2'/></b></a>") == [{"n": "1"}, {"n": "2"}]
    assert rows("<list><info><name>ann</name></info><show><id>1</id></show></list>") == [{"id": "1"}]


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-16"])
def test_the_text_says_its_encoding(encoding):
    content = LIBRARY.replace("UTF-8", encoding).encode(encoding)
    assert rows(content) == EXPECTED
    assert rows(LIBRARY.encode("cp1252"), encoding="cp1252") == EXPECTED


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE a [<!ENTITY x "xxxx"><!ENTITY y "&x;&x;">]>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a SYSTEM "http://example.org/a.dtd">',
    ],
)
def test_a_document_type_is_refused(doctype):
    with pytest.raises(InvalidInput, match=r"list\.xml: a document type is declared, in line 1; remove the <!DOCTYPE"):
        rows(doctype + "<a><b><c>&y;</c></b></a>")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("<a><b><c>1</b></a>", "an XML error in line 1: mismatched tag"),
        ("<a>\n<b><c>1</c></b>", "an XML error in line 2: no element found"),
        ("<a>1</a>", "it is XML without elements that have parts"),
        ("<a>" * 40, "more than 32 elements inside each other, in line 1"),
        ("<html><body></body></html>", "it is a page of HTML"),
    ],
)
def test_xml_that_cannot_be_read_is_refused_with_the_line(content, problem):
    with pytest.raises(InvalidInput) as error:
        rows(content)
    assert str(error.value).startswith(f"list.xml: {problem}; ")


def test_a_row_that_is_too_long_is_refused():
    with pytest.raises(InvalidInput, match="an element of more than 1048576 characters, in line 1; shorten it"):
        rows("<a><b><c>" + "x" * (1 << 21) + "</c></b><b><c>1</c></b></a>")


def test_a_long_text_is_read_to_its_end():
    source = table(
        "<list>" + "".join(f"<show><id>{n}</id><note>{'x' * 60}</note></show>" for n in range(20_000)) + "</list>"
    )
    assert 0 < len(source.sample.lines) < 20_000
    assert sum(len(block.lines) for block in source.blocks()) == 20_000
