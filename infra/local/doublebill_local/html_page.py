"""Self-contained HTML pages: everything inside, and a policy that lets a browser load nothing from anywhere.

The policy names the digests of the only style sheet and the only script, so neither an address nor a text of a user
in the page can load or run anything.
"""

import base64
import hashlib
import html
import json
from dataclasses import dataclass

from doublebill_local.locations import ROOT

PLAYGROUND = ROOT / "functions" / "playground" / "pages"
"""The files of the playground, whose style and modules these pages share."""


@dataclass(frozen=True)
class HtmlPage:
    """The parts of a page."""

    title: str
    body: str
    """HTML in which every text is escaped."""
    style: str
    script: str = ""
    data: object = None
    """What the script reads from the element `model`; None for nothing."""

    def to_html(self) -> str:
        """Returns the page."""
        policy = "; ".join(
            (
                "default-src 'none'",
                f"style-src '{_digest(self.style)}'",
                *([f"script-src '{_digest(self.script)}'"] if self.script else []),
                "img-src data:",
                "base-uri 'none'",
                "form-action 'none'",
            )
        )
        return "\n".join(
            (
                '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
                f'<meta http-equiv="content-security-policy" content="{policy}">',
                '<meta name="viewport" content="width=device-width, initial-scale=1">',
                '<meta name="color-scheme" content="light dark">',
                '<meta name="referrer" content="no-referrer">',
                f'<title>{escaped(self.title)}</title>\n<link rel="icon" href="data:,">',
                f"<style>{self.style}</style>\n</head>\n<body>",
                self.body,
                *([_embedded(self.data)] if self.data is not None else []),
                *([f"<script>{self.script}</script>"] if self.script else []),
                "</body>\n</html>\n",
            )
        )


def escaped(text: object) -> str:
    """Returns a text as HTML, for an element or a quoted attribute."""
    return html.escape(str(text))


def _embedded(data: object) -> str:
    """Returns the data as an element that no browser runs; no text in it can end the element."""
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return f'<script type="application/json" id="model">{text}</script>'


def _digest(content: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"
