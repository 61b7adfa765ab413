"""Corpus files: reads the examples of a corpus from files.

*.json        a list of examples, as the API takes them
items, loot   a table, an item a row, under a header; see `doublebill.games.text.items.table`
levels        text, a row of tiles a line; blank lines and notes separate levels, see `doublebill.games.grids.notation`
names         text, a name a line; lines that begin with # are comments
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from doublebill.errors import InvalidInput
from doublebill.games.kinds import KINDS
from doublebill.games.text.items.table import read_table
from doublebill.service.content.corpora import EXAMPLES_BYTES
from doublebill_local.display.console import Tell

TABLES = ("items", "loot")


def read_examples(kind: str, files: Sequence[Path], tell: Tell = lambda _: None) -> list[object]:
    """Returns the examples in the files, in their order; `tell` receives what the columns of tables mean.

    Raises:
        InvalidInput: when a file is missing or not text in UTF-8, or all of them together are too large.
    """
    for file in files:
        if not file.is_file() and not file.is_fifo():
            raise InvalidInput.one("FILE", f"there is no file {str(file)!r}", "name files of examples")
    size = sum(file.stat().st_size for file in files)
    if size > EXAMPLES_BYTES:
        raise InvalidInput.one("FILE", f"{size} bytes are too many", f"use at most {EXAMPLES_BYTES} in all")
    return [example for file in files for example in _of_file(kind, file, tell)]


def read_legend(file: Path) -> dict[str, object]:
    """Returns the legend in a JSON file: tile of the examples → the kind's tile, its name, or properties.

    Raises:
        InvalidInput: when the file is missing or holds anything else.
    """
    if not file.is_file():
        raise InvalidInput.one("--legend", f"there is no file {str(file)!r}", "name a JSON file")
    legend = _json(file)
    if not isinstance(legend, dict) or not all(isinstance(name, str | dict) for name in legend.values()):
        fix = "use one JSON object of strings and properties"
        raise InvalidInput.one("--legend", f"{str(file)!r} holds something else", fix)
    return legend


def _of_file(kind: str, file: Path, tell: Tell) -> list[object]:
    if file.suffix == ".json":
        examples = _json(file)
        if not isinstance(examples, list):
            raise InvalidInput.one("FILE", f"{str(file)!r} holds something else", "use a JSON list of examples")
        return examples
    text = text_of(file)
    if kind in TABLES:
        table = read_table(text, file.name)
        tell(f"{file.name}: {table}")
        return list(table.items)
    return [text] if kind in KINDS else list(_names(text.split("\n")))


def _names(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        name = line.strip()
        if name and not name.startswith("#"):
            yield name


def _json(file: Path) -> object:
    try:
        return json.loads(text_of(file))
    except (ValueError, RecursionError) as wrong:
        raise InvalidInput.one(file.name, f"not JSON: {wrong}", "use JSON in UTF-8") from wrong


def text_of(file: Path) -> str:
    """Returns the text of a file.

    Raises:
        InvalidInput: when it is missing, or not text in UTF-8.
    """
    if not file.is_file():
        raise InvalidInput.one("FILE", f"there is no file {str(file)!r}", "name a file that exists")
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise InvalidInput.one(file.name, f"not UTF-8: {wrong}", "use text in UTF-8") from wrong
