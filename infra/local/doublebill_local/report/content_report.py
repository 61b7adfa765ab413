"""The report on a kind of game content: what a batch of it measures, how it varies, and a gallery.

Everything in it follows from the kind, the spec, the first seed and the count.
"""

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from doublebill_local.report.figures import Json, brief, figure
from doublebill_local.report.report_parts import BarChart, Chart, FigureTable, HeatChart, Picture, ReportParts, Section

RANGE_WORDS = (
    "Where the levels of the batch lie in the measures that differ most among them (Smith and Whitehead 2010, "
    "doi:10.1145/1814256.1814260)."
)

BUCKETS = 8
"""Of each axis of the expressive range."""

LENGTH = "length of the proof"


@dataclass(frozen=True)
class MadeContent:
    """A batch of content as the service answers it."""

    kind: str
    answer: Json
    seed: int | str
    count: int
    spec: Sequence[str]
    """The controls as the command line takes them."""
    pictures: Sequence[str]
    """Of the first levels, as SVG; none of texts."""

    @property
    def command(self) -> str:
        """Returns the command that makes the batch again."""
        return self.command_of(self.seed, self.count)

    def command_of(self, seed: int | str, count: int = 1) -> str:
        """Returns the command that makes items from a seed."""
        words = ["doublebill", "generate", self.kind, "--seed", str(seed)]
        words += ["--count", str(count)] if count > 1 else []
        words += [word for one in self.spec for word in ("--spec", one)]
        return shlex.join(words)


def content_report(made: MadeContent) -> ReportParts:
    """Returns the parts of the report on a batch."""
    items: Sequence[Mapping[str, Any]] = made.answer["items"]
    levels = bool(items) and "certificate" in items[0]
    sections = [_batch(made, items, levels)]
    if any("controls" in one for one in items):
        sections.append(_controls(items, made.command))
    if levels:
        sections += [_expressive_range(items, made.command), _gallery(made, items)]
    else:
        sections.append(_texts(made, items))
    lead = f"{len(items):,} items from seed {made.seed}, generator version {made.answer['generator_version']}"
    return ReportParts(f"{made.kind}: report", lead, sections)


def _batch(made: MadeContent, items: Sequence[Json], levels: bool) -> Section:
    variety = made.answer.get("variety") or {}
    rows = [
        ["items", figure(len(items))],
        ["not reached within the steps", figure(len(made.answer.get("not_reached", [])))],
    ]
    rows += [[f"variety: {name.replace('_', ' ')}", figure(value)] for name, value in variety.items()]
    if levels:
        rows += [
            ["proofs", f"{len(items):,}: every level has the way by which it is finished"],
            ["different ways", figure(len({str(one["certificate"].get("moves")) for one in items}))],
            ["fallbacks", figure(sum(bool(one.get("fallback")) for one in items))],
            ["attempts a level, on average", brief(fmean(one.get("attempts", 1) for one in items))],
        ]
    elif "repeats" in made.answer:
        rows.append(["repeats", figure(made.answer["repeats"])])
    words = (
        "Alike are items too close to an earlier one of the batch, which the generator could not avoid in its tries."
    )
    return Section(
        "Batch",
        [words, str(made.answer.get("licence", ""))],
        [FigureTable("Facts", ["fact", "value"], rows, made.command)],
    )


def _controls(items: Sequence[Json], command: str) -> Section:
    names = list(dict.fromkeys(name for one in items for name in one.get("controls", {})))
    rows = []
    for name in names:
        found = [one["controls"][name] for one in items if name in one.get("controls", {})]
        wanted = {str(one["asked"]) for one in found}
        met = sum(bool(one["met"]) for one in found)
        rows.append(
            [
                name.replace("_", " "),
                "any" if wanted == {"None"} else ", ".join(sorted(wanted)),
                f"{met} of {len(found)}",
                *_range(found),
            ]
        )
    heads = ["control", "wanted", "met", "lowest", "mean", "highest", "different values"]
    return Section(
        "Controls",
        ["What the spec wants of each item, and what was measured on it."],
        [FigureTable("Controls", heads, rows, command)],
    )


def _range(found: Sequence[Json]) -> list[str]:
    values = [one["measured"] for one in found]
    different = figure(len({str(value) for value in values}))
    if not all(isinstance(value, int | float) for value in values):
        return ["", "", "", different]
    return [brief(min(values)), brief(fmean(values)), brief(max(values)), different]


def _expressive_range(items: Sequence[Json], command: str) -> Section:
    measures = _measures(items)
    names = sorted(measures, key=lambda name: -len(set(measures[name])))[:3]
    charts: list[Chart] = [_heat(names[0], names[place], measures) for place in range(1, len(names))]
    lengths = Counter(len(one["certificate"].get("moves") or "") // 10 * 10 for one in items)
    charts.append(
        BarChart(
            "Lengths of proofs, in moves",
            "levels",
            [(f"{low}–{low + 9}", float(lengths[low])) for low in sorted(lengths)],
        )
    )
    rows = [
        [name, brief(min(values)), brief(max(values)), figure(len(set(values)))] for name, values in measures.items()
    ]
    words = RANGE_WORDS
    heads = ["measure", "lowest", "highest", "different values"]
    return Section("Expressive range", [words], [FigureTable("Measures of levels", heads, rows, command)], charts)


def _measures(items: Sequence[Json]) -> dict[str, list[float]]:
    """Returns each number of the levels, by name, that is not the same for all."""
    measures = {LENGTH: [float(len(one["certificate"].get("moves") or "")) for one in items]}
    for name in items[0].get("controls", {}):
        values = [one["controls"].get(name, {}).get("measured") for one in items]
        if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
            measures[name.replace("_", " ")] = [float(value) for value in values]
    return {name: values for name, values in measures.items() if len(set(values)) > 1} or measures


def _heat(across: str, up: str, measures: Mapping[str, Sequence[float]]) -> HeatChart:
    counts = [[0] * BUCKETS for _ in range(BUCKETS)]
    ends = {name: (min(measures[name]), max(measures[name])) for name in (across, up)}
    for x, y in zip(measures[across], measures[up], strict=True):
        counts[_bucket(y, ends[up])][_bucket(x, ends[across])] += 1
    return HeatChart(f"{up} by {across}", across, up, counts, ends[across], ends[up])


def _bucket(value: float, ends: tuple[float, float]) -> int:
    return min(BUCKETS - 1, int((value - ends[0]) / ((ends[1] - ends[0]) or 1.0) * BUCKETS))


def _gallery(made: MadeContent, items: Sequence[Json]) -> Section:
    pictures = [
        Picture(
            f"Seed {item['seed']}, proof of {len(item['certificate'].get('moves') or '')} moves",
            svg,
            made.command_of(item["seed"]),
        )
        for item, svg in zip(items, made.pictures, strict=False)
    ]
    return Section("Gallery", ["The first levels, each with the way of its proof."], pictures=pictures)


def _texts(made: MadeContent, items: Sequence[Json]) -> Section:
    rows = [[str(one["seed"]), str(one.get("text") or _fields(one)), figure(one.get("novel"))] for one in items]
    return Section("Texts", [], [FigureTable("Texts", ["seed", "text", "novel"], rows, made.command)])


def _fields(item: Json) -> str:
    shown = {name: value for name, value in item.items() if name not in ("seed", "controls", "novel")}
    return "; ".join(f"{name.replace('_', ' ')}: {value}" for name, value in shown.items())
