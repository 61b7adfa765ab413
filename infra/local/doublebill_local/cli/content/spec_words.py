"""Controls on the command line: JSON, or a word for each.

--spec '{"width": 20, "enemies": [3, 5]}'        --spec width=20 --spec enemies=3..5
"""

import json
import re
from collections.abc import Sequence

from doublebill.errors import InvalidInput, shown
from doublebill_local.cli.options import json_value

OPTION = "--spec"
RANGE = re.compile(r"(-?\d+)\.\.(-?\d+)")


def spec_of(words: Sequence[str]) -> object:
    """Returns the spec that the words of `--spec` give together; the value of a JSON word alone, whatever it is.

    Raises:
        InvalidInput: when a word is neither JSON nor a control with its value, or a control stands in two of them.
    """
    if len(words) == 1 and not _is_control(words[0]):
        return json_value(OPTION, words[0])
    spec: dict[str, object] = {}
    for word in words:
        named = dict([_control(word)]) if _is_control(word) else json_value(OPTION, word)
        if not isinstance(named, dict):
            raise InvalidInput.one(OPTION, f"{shown(word)} is no object", "use a JSON object, or CONTROL=VALUE")
        twice = next((name for name in named if name in spec), None)
        if twice is not None:
            raise InvalidInput.one(OPTION, f"{twice} stands there twice", "remove one")
        spec |= named
    return spec


def _is_control(word: str) -> bool:
    return "=" in word and not word.lstrip().startswith(("{", "[", '"'))


def _control(word: str) -> tuple[str, object]:
    """Returns the name and the value of a control: a range, JSON, or else a text."""
    name, _, text = word.partition("=")
    if found := RANGE.fullmatch(text):
        try:
            return name, [int(found[1]), int(found[2])]
        except ValueError:  # Python reads no number of more than 4,300 digits
            raise InvalidInput.of_value(f"{OPTION} {name}", text, "numbers of fewer digits") from None
    try:
        return name, json.loads(text)
    except (ValueError, RecursionError):
        return name, text
