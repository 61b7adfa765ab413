"""Plots: the charts of a report, drawn by matplotlib as SVG that takes its colours from the style of the page.

Matplotlib writes colours and widths as style attributes, which the policy of the page forbids. Here each colour is a
stand-in that becomes a class, and everything else an attribute of its own.
"""

import hashlib
import io
import re
from typing import Any

from doublebill_local.html_page import escaped
from doublebill_local.report.chart_words import chart_words
from doublebill_local.report.report_parts import BarChart, Chart, HeatChart, IntervalChart, LineChart

CLASSES = {
    "#010101": "ink",
    "#020202": "axis",
    "#030303": "grid",
    "#040404": "paper",
    "#050505": "first",
    "#060606": "second",
    "#070707": "third",
}
"""Stand-ins for colours, with the classes that the style of the page colours."""

INK, AXIS, GRID, PAPER, *SERIES = CLASSES

WIDTH, ROW, LEAST = 5.4, 0.32, 1.5
"""Inches."""

SETTINGS: dict[str, object] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "doublebill",
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": AXIS,
    "axes.facecolor": PAPER,
    "figure.facecolor": PAPER,
    "xtick.color": AXIS,
    "ytick.color": AXIS,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "grid.color": GRID,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "path.simplify_threshold": 0.5,
}

OUTSIDE = re.compile(r"^.*?(?=<svg)|<metadata>.*?</metadata>|<defs>\s*<style.*?</defs>|<!--.*?-->", re.DOTALL)
STYLE = re.compile(r' style="([^"]*)"')
IDS = re.compile(r'(?<=id=")(?=[^"]+")|(?<=href="#)|(?<=url\(#)')
ROOT_TAG = re.compile(r"<svg [^>]*?viewBox=\"([^\"]*)\"[^>]*>")


def plot(chart: Chart) -> str:
    """Returns a chart as an `svg` element, with its figures in words."""
    import matplotlib as mpl

    with mpl.rc_context(SETTINGS):
        drawn = _drawn(chart)
    prefix = hashlib.sha256(repr(chart).encode()).hexdigest()[:6]
    inside = OUTSIDE.sub("", drawn)
    inside = re.sub(r'<g id="[^"]*">', "<g>", inside).replace("xlink:href", "href")
    inside = IDS.sub(f"p{prefix}-", inside)
    head = f'<svg class="plot" viewBox="\\1" role="img" aria-label="{escaped(chart_words(chart))}">'
    return STYLE.sub(_attributes, re.sub(r"\s*\n\s*", " ", ROOT_TAG.sub(lambda found: found.expand(head), inside)))


def _drawn(chart: Chart) -> str:
    match chart:
        case IntervalChart():
            figure = _intervals(chart)
        case LineChart():
            figure = _lines(chart)
        case BarChart():
            figure = _bars(chart)
        case HeatChart():
            figure = _heat(chart)
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None}, bbox_inches="tight", pad_inches=0.05)
    return file.getvalue()


def _intervals(chart: IntervalChart) -> Any:
    figure, axes = _axes(ROW * len(chart.estimates) + 0.9)
    for place, one in enumerate(chart.estimates):
        colour = SERIES[0] if place == 0 and not chart.differences else SERIES[1]
        if one.low is not None and one.high is not None:
            axes.plot([one.low, one.high], [place, place], color=colour, linewidth=2.5)
        axes.plot([one.mean], [place], color=colour, marker="o", markersize=7)
    if chart.differences:
        axes.axvline(0, color=AXIS, linewidth=1)
    axes.set_yticks(range(len(chart.estimates)), [_plain(one.label) for one in chart.estimates])
    axes.set_ylim(len(chart.estimates) - 0.5, -0.5)
    axes.set_xlabel(chart.axis)
    axes.grid(axis="x")
    return figure


def _lines(chart: LineChart) -> Any:
    figure, axes = _axes(2.8)
    for place, (name, points) in enumerate(chart.lines.items()):
        across, up = zip(*points, strict=True)
        colour = SERIES[place % len(SERIES)]
        axes.plot(across, up, color=colour, marker="o" if len(points) < 30 else None, markersize=5, label=_plain(name))
    axes.set_xlabel(chart.across)
    axes.set_ylabel(chart.up)
    axes.grid()
    if len(chart.lines) > 1:
        axes.legend(frameon=False)
    return figure


def _bars(chart: BarChart) -> Any:
    from matplotlib.ticker import MaxNLocator

    figure, axes = _axes(ROW * len(chart.bars) + 0.9)
    axes.barh(
        [_plain(label) for label, _ in chart.bars], [value for _, value in chart.bars], color=SERIES[0], height=0.6
    )
    axes.set_ylim(len(chart.bars) - 0.5, -0.5)
    if all(float(value).is_integer() for _, value in chart.bars):
        axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.set_xlabel(chart.up)
    axes.grid(axis="x")
    return figure


def _heat(chart: HeatChart) -> Any:
    figure, axes = _axes(3.6)
    most = max(max(row) for row in chart.counts) or 1
    width = (chart.across_ends[1] - chart.across_ends[0]) / len(chart.counts[0])
    height = (chart.up_ends[1] - chart.up_ends[0]) / len(chart.counts)
    for y, row in enumerate(chart.counts):
        for x, count in enumerate(row):
            corner = (chart.across_ends[0] + x * width, chart.up_ends[0] + y * height)
            if count:
                axes.bar(
                    corner[0], height, width, corner[1], align="edge", color=SERIES[0], alpha=0.15 + 0.85 * count / most
                )
    axes.set_xlim(*chart.across_ends)
    axes.set_ylim(*chart.up_ends)
    axes.set_xlabel(chart.across)
    axes.set_ylabel(chart.up)
    return figure


def _axes(height: float) -> tuple[Any, Any]:
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(WIDTH, max(height, LEAST)))
    axes = figure.subplots()
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6))
    return figure, axes


def _plain(label: str) -> str:
    """Returns a label that is not read as mathematics or a comment on it."""
    return label.replace("$", "\\$").removeprefix("_")


def _attributes(style: re.Match[str]) -> str:
    """Returns the declarations of a style attribute as attributes, colours as classes."""
    classes, attributes = [], []
    for declaration in filter(None, map(str.strip, style[1].split(";"))):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if value in CLASSES and name in ("fill", "stroke"):
            classes.append(CLASSES[value] if name == "fill" else f"{CLASSES[value]}-line")
        elif name == "font":
            attributes.append(f'font-size="{value.partition("px")[0].split()[-1]}"')
        elif name != "font-family":
            attributes.append(f'{name}="{escaped(value)}"')
    named = [f'class="{" ".join(dict.fromkeys(classes))}"'] if classes else []
    return " " + " ".join([*named, *attributes]) if named or attributes else ""
