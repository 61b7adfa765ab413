"""Sections on data: what was imported, what cleaning made of it, and warnings."""

from collections.abc import Iterator, Mapping

from doublebill_local.display.imports import LEFT_OUT, bin_label, short_number
from doublebill_local.report.figures import Json, figure, flat
from doublebill_local.report.report_parts import BarChart, Chart, FigureTable, Section

SIZES = (
    "rows",
    "events",
    "duplicates",
    "users",
    "items",
    "interactions",
    "ratings",
    "newest",
    "digest",
    "outside_scale",
)

SUSPICIOUS = {"busy": "more than 1,000 events on one day", "one_item": "50 events or more, all with one item"}


def data_sections(record: Json, imports: Json, catalog: str, command: str) -> Iterator[Section]:
    """Yields the sections on the data of a run, which `command` prints; its catalog has these imports."""
    data = record.get("data") or {}
    if not data:
        yield Section("Data", ["The numbers of a version with differential privacy are secret."])
    else:
        yield _size(data, command)
        if report := data.get("report"):
            yield _events(report, command)
    yield _imports(imports, f"doublebill imports {catalog}")
    warnings = [
        *record.get("warnings", []),
        *(f"left out: {one['object']}: {one['problem']}" for one in record.get("skipped", [])),
    ]
    yield Section("Warnings of the training", warnings or ["There are none."])


def _size(data: Json, command: str) -> Section:
    rows = [[name.replace("_", " "), figure(data[name])] for name in SIZES if data.get(name) is not None]
    words = "What was left after cleaning: one row for each event, one interaction for each user and item."
    return Section("Data of the training", [words], [FigureTable("Sizes", ["number", "value"], rows, command)])


def _events(report: Json, command: str) -> Section:
    times = report.get("times", {})
    facts = [
        ["density", f"{report.get('density', 0):.4%}"],
        ["items without metadata", figure(report.get("items_without_metadata"))],
        *([name, value] for name, value in flat(times, "times: ")),
        *(
            [f"suspicious: {words}", _number_of(report["suspicious"][name])]
            for name, words in SUSPICIOUS.items()
            if name in report.get("suspicious", {})
        ),
        *([f"change since the run before: {name}", value] for name, value in flat(report.get("drift") or {})),
    ]
    kinds = [[kind, figure(count)] for kind, count in report.get("kinds", {}).items()]
    tables = [
        FigureTable("Facts", ["fact", "value"], facts, command),
        *([FigureTable("Events by kind", ["kind", "events"], kinds, command)] if kinds else []),
    ]
    words = [] if kinds or "kinds" not in report else [f"Events by kind: {LEFT_OUT}."]
    charts: list[Chart] = []
    histograms = {f"Values of {kind} events": one for kind, one in report.get("values", {}).items()}
    histograms["Weights of pairs of a user and an item"] = report.get("weights", {})
    for title, one in histograms.items():
        if bars := list(_bars(one)):
            charts.append(BarChart(title, "number", bars))
            rows = [[label, f"{count:,.0f}"] for label, count in bars]
            tables.append(FigureTable(title, ["value", "number"], rows, command))
            words.append(_read_bins(title, one))
        elif one:
            words.append(f"{title}: {LEFT_OUT}.")
    return Section("Events", [*filter(None, dict.fromkeys(words))], tables, charts)


def _number_of(found: Json) -> str:
    """Returns how many users are suspicious, and their events."""
    if not found:
        return LEFT_OUT
    if "fewer_than" in found:
        return f"fewer than {found['fewer_than']} users"
    return f"{found['users']:,} users, {found['events']:,} events"


def _bars(histogram: Json) -> Iterator[tuple[str, float]]:
    if "counts" in histogram:
        counts: Mapping[str, int] = histogram["counts"]
        yield from ((value, float(count)) for value, count in counts.items())
    for low, high, count in histogram.get("bins", []):
        yield bin_label(low, high), float(count)


def _read_bins(title: str, histogram: Json) -> str:
    """Returns a sentence on how the bins of a histogram are to be read; empty where it has none."""
    if not histogram.get("bins"):
        return ""
    if "hidden" not in histogram:
        return (
            "These histograms were recorded by earlier code: many values are rounded to two digits, those beyond the "
            "first and the last edge count in the first and the last bin, and bins of too few users are left out."
        )
    whole = "A bin has its lower edge and not its upper one; its number is exact, and no value is left out"
    if histogram["hidden"]:
        few = f"bins of fewer than {histogram['hidden']} users are joined with the next"
        return f"{whole}. For privacy {few}, and the ends are open (minimum users of the settings)."
    return f"{whole}. {title}: {' to '.join(map(short_number, histogram['range']))}."


def _imports(imports: Json, command: str) -> Section:
    rows = [
        [
            str(one["import_id"])[:8],
            str(one.get("file", "")),
            one["kind"],
            figure(one.get("accepted")),
            figure(one.get("quarantined")),
        ]
        for one in imports["imports"]
    ]
    words = (
        "Rows that could not be read are in quarantine, each with its line and the reason (`doublebill imports bad`)."
    )
    if not rows:
        return Section("Imports", ["Nothing was imported from files: all events came by requests."])
    return Section(
        "Imports", [words], [FigureTable("Files", ["import", "file", "kind", "stored", "quarantined"], rows, command)]
    )
