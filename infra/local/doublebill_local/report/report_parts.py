"""The parts of a report: sections of words, tables, charts and pictures, with no word on how they look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """A mean with its 95 % interval, where it has one."""

    label: str
    mean: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class IntervalChart:
    """Means beside each other, one a line, with their intervals."""

    title: str
    axis: str
    estimates: Sequence[Estimate]
    differences: bool = False
    """Whether they are differences, of which 0 is none; else the first is the one that the report is about."""


@dataclass(frozen=True)
class LineChart:
    """Lines through points, each line with a name."""

    title: str
    across: str
    up: str
    lines: Mapping[str, Sequence[tuple[float, float]]]


@dataclass(frozen=True)
class BarChart:
    """Bars with a label each."""

    title: str
    up: str
    bars: Sequence[tuple[str, float]]


@dataclass(frozen=True)
class HeatChart:
    """Counts of things by two numbers."""

    title: str
    across: str
    up: str
    counts: Sequence[Sequence[int]]
    """[rows, columns], the lowest row first."""
    across_ends: tuple[float, float]
    up_ends: tuple[float, float]


type Chart = IntervalChart | LineChart | BarChart | HeatChart


@dataclass(frozen=True)
class FigureTable:
    """Figures with the command that gives them again."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    command: str


@dataclass(frozen=True)
class Picture:
    """A picture that the product drew, as an SVG document."""

    caption: str
    svg: str
    command: str


@dataclass(frozen=True)
class Section:
    """A part of the report under its own heading."""

    title: str
    words: Sequence[str] = ()
    tables: Sequence[FigureTable] = ()
    charts: Sequence[Chart] = ()
    pictures: Sequence[Picture] = ()


@dataclass(frozen=True)
class ReportParts:
    """A whole report."""

    title: str
    lead: str
    """What it is about, in a line."""
    sections: Sequence[Section]
