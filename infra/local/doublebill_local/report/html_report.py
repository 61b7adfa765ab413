"""The report as HTML: every text escaped, a table beside every chart, and no script at all."""

import re
from collections.abc import Callable, Iterator
from importlib import resources

from doublebill_local.html_page import PLAYGROUND, HtmlPage, escaped
from doublebill_local.report.report_parts import Chart, FigureTable, Picture, ReportParts, Section

type Draw = Callable[[Chart], str]
"""Draws a chart as an `svg` element whose parts have classes and no styles."""

MOST_ROWS = 200
"""Of a table; the command gives the others."""

MOST_LETTERS = 400
"""Of a cell."""

OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
"""Of a command."""

NEEDLESS = re.compile(r'^<\?xml[^>]*\?>\s*| xmlns="[^"]*"')
"""Of an SVG document that lies in a page."""


def html_report(parts: ReportParts, draw: Draw | None = None) -> str:
    """Returns the page; without `draw` it has tables only."""
    style = (PLAYGROUND / "style.css").read_text() + resources.files(__package__).joinpath("report.css").read_text()
    numbered = list(enumerate(parts.sections, 1))
    links = "".join(f'<li><a href="#part-{place}">{escaped(one.title)}</a></li>' for place, one in numbered)
    body = "\n".join(
        (
            '<a class="skip" href="#content">Skip to the content</a>',
            "<header><p><b>doublebill</b></p></header>",
            f'<main id="content" tabindex="-1"><h1>{escaped(parts.title)}</h1>',
            f'<p class="soft">{escaped(parts.lead)}</p>',
            f'<nav aria-label="Parts of the report"><ol>{links}</ol></nav>',
            *(_section(place, one, draw) for place, one in numbered),
            "</main>",
        )
    )
    return HtmlPage(parts.title, body, style).to_html()


def _section(place: int, section: Section, draw: Draw | None) -> str:
    charts = (
        [f"<figure>{draw(chart)}<figcaption>{escaped(chart.title)}</figcaption></figure>" for chart in section.charts]
        if draw
        else []
    )
    pictures = [_picture(picture) for picture in section.pictures]
    return "\n".join(
        (
            f'<section class="card" id="part-{place}"><h2>{escaped(section.title)}</h2>',
            *(f"<p>{_unbroken(words)}</p>" for words in section.words),
            *([f'<div class="charts">{"".join(charts)}</div>'] if charts else []),
            *([f'<div class="charts">{"".join(pictures)}</div>'] if pictures else []),
            *(_table(table) for table in section.tables),
            "</section>",
        )
    )


def _picture(picture: Picture) -> str:
    drawn = NEEDLESS.sub("", picture.svg)
    return (
        f"<figure>{drawn}<figcaption>{escaped(picture.caption)}<br>"
        f"<code>{_unbroken(picture.command)}</code></figcaption></figure>"
    )


def _table(table: FigureTable) -> str:
    caption = escaped(table.caption)
    heads = "".join(f'<th scope="col">{escaped(head)}</th>' for head in table.heads)
    return "\n".join(
        (
            f'<div class="scroll" tabindex="0" role="region" aria-label="Table: {caption}"><table>',
            f"<caption><span>{caption}</span></caption><thead><tr>{heads}</tr></thead><tbody>",
            *_rows(table),
            f'</tbody></table></div>\n<p class="soft">Again: <code>{_unbroken(table.command)}</code></p>',
        )
    )


def _unbroken(text: str) -> str:
    """Returns a text as HTML in which no option of a command is broken at its hyphens."""
    return OPTION.sub(r'<span class="option">\g<0></span>', escaped(text))


def _rows(table: FigureTable) -> Iterator[str]:
    for first, *others in table.rows[:MOST_ROWS]:
        cells = "".join(f"<td>{_cell(cell)}</td>" for cell in others)
        yield f'<tr><th scope="row">{_cell(first)}</th>{cells}</tr>'
    if (more := len(table.rows) - MOST_ROWS) > 0:
        yield f'<tr><th scope="row">and {more:,} more</th></tr>'


def _cell(text: str) -> str:
    return escaped(text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]} …")
