"""Figures as a report writes them."""

from collections.abc import Mapping
from typing import Any

from doublebill_local.report.report_parts import Estimate

type Json = Mapping[str, Any]

COUNTED = ("users", "hidden")
"""Names of figures that are counts."""


def figure(value: object) -> str:
    """Returns a number as a table has it: four decimals below 10, none of a whole number; empty for None."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case float():
            return f"{value:.4f}" if abs(value) < 10 else f"{value:,.1f}"
        case _:
            return str(value)


def brief(value: float) -> str:
    """Returns a number with four digits at most, and no zeros after the point."""
    return f"{value:,.4g}"


def interval(ends: Mapping[str, float] | None) -> str:
    """Returns a paired difference with its interval."""
    return f"{ends['difference']:+.4f} ({ends['low']:+.4f} to {ends['high']:+.4f})" if ends else ""


def with_interval(metrics: Mapping[str, float], intervals: Mapping[str, list[float]], name: str) -> str:
    """Returns the mean of a metric with its interval, where it has one."""
    ends = intervals.get(name)
    return f"{metrics[name]:.4f} ({ends[0]:.4f} to {ends[1]:.4f})" if ends else f"{metrics[name]:.4f}"


def estimate(label: str, metrics: Mapping[str, float], name: str, intervals: Json | None = None) -> Estimate:
    """Returns a mean for a chart."""
    low, high = (intervals or {}).get(name) or (None, None)
    return Estimate(label, metrics[name], low, high)


def flat(fields: Json, prefix: str = "") -> list[tuple[str, str]]:
    """Returns nested fields as rows of a name and a value."""
    rows: list[tuple[str, str]] = []
    for name, value in fields.items():
        words = f"{prefix}{name}".replace("_", " ")
        if isinstance(value, Mapping):
            rows += flat(value, f"{words}: ")
        elif isinstance(value, list | tuple):
            rows.append((words, "; ".join(map(str, value)) or "none"))
        else:
            rows.append((words, "none" if value is None else figure(value)))
    return rows
