"""Charts in words, for those who do not see them."""

from doublebill_local.report.report_parts import BarChart, Chart, Estimate, HeatChart, IntervalChart, LineChart


def chart_words(chart: Chart) -> str:
    """Returns a chart as a sentence or two."""
    match chart:
        case IntervalChart(estimates=estimates):
            figures = "; ".join(map(_estimate, estimates))
        case LineChart(lines=lines):
            figures = "; ".join(f"{name}: {_course(points)}" for name, points in lines.items())
        case BarChart(bars=bars):
            figures = "; ".join(f"{label}: {value:,.4g}" for label, value in bars)
        case HeatChart(across=across, up=up, counts=counts):
            filled = sum(count > 0 for row in counts for count in row)
            cells = sum(map(len, counts))
            figures = f"{across} from left to right, {up} from bottom to top; {filled} of {cells} cells have any"
    return f"{chart.title}. {figures}"


def _estimate(one: Estimate) -> str:
    ends = "" if one.low is None else f" ({one.low:.3f} to {one.high:.3f})"
    return f"{one.label}: {one.mean:.3f}{ends}"


def _course(points: object) -> str:
    listed = [(x, y) for x, y in points] if isinstance(points, list | tuple) else []
    if not listed:
        return "no points"
    best = max(listed, key=lambda point: point[1])
    return f"from {listed[0][1]:.4g} to {listed[-1][1]:.4g}, highest {best[1]:.4g} at {best[0]:g}"
