"""The offline page: the recommending part of the playground on a model that lies in the page."""

import datetime
from pathlib import Path

from doublebill.service.serving.loaded_models import Serving
from doublebill_local.html_page import PLAYGROUND, HtmlPage, escaped
from doublebill_local.offline.inlined_modules import inlined
from doublebill_local.offline.packed_model import packed

OWN = Path(__file__).with_name("pages")
SHARED = ("charts.js", "dom.js", "items.js", "recommend.js", "rules.js")
"""Modules of the playground; its `service.js` is replaced by the model in the page."""


def offline_page(catalog: str, serving: Serving, now_ms: int) -> str:
    """Returns the page of the model that serves a catalog, as HTML."""
    files = [*sorted(OWN.glob("*.js")), *(PLAYGROUND / name for name in SHARED)]
    script = inlined("offline.js", {file.name: file.read_text() for file in files})
    style = (PLAYGROUND / "style.css").read_text()
    model = packed(catalog, serving.at(now_ms))
    return HtmlPage(f"{catalog}, recommended offline", _body(catalog, now_ms), style, script, model).to_html()


def _body(catalog: str, now_ms: int) -> str:
    day = datetime.datetime.fromtimestamp(now_ms / 1000, datetime.UTC).date().isoformat()
    model = "In this file lie the edges, popularity and items of the model, and no history of anybody"
    lead = f"{catalog} as of {day}. {model}; nothing that you do leaves the page."
    return "\n".join(
        (
            '<a class="skip" href="#content">Skip to the content</a>',
            f"<header><h1>doublebill</h1><span>{escaped(lead)}</span></header>",
            '<p id="announcements" class="unseen" role="status" aria-live="polite"></p>',
            '<main id="content" tabindex="-1"><noscript>This page needs JavaScript.</noscript></main>',
        )
    )
