"""XML, written one element at a time."""

import html
from collections.abc import Mapping

from doublebill.games.plans.from_rows import printable

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def element(name: str, attributes: Mapping[str, object], *children: str) -> str:
    """Returns an element; attributes are escaped, children are markup or `text`."""
    written = "".join(f' {key}="{text(str(value))}"' for key, value in attributes.items())
    inside = "".join(children)
    return f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>"


def text(words: str) -> str:
    """Returns words as markup, without characters that XML cannot hold."""
    return html.escape(printable(words))
