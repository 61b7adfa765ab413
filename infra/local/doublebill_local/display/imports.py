"""Imports as people see them."""

from collections.abc import Iterator

from rich.markup import escape

from doublebill.model.metadata.dates import iso
from doublebill_local.display.console import Answer, numbered, out, table

MOST_COLUMNS = 30
"""Columns of a file that are shown."""

IMPORT_ID_WIDTH = 32

MOST_REASONS = 5
"""Reasons of bad rows that are shown."""

LEFT_OUT = "left out, because too few users have them or the rest of them"
"""The words for numbers that a report leaves out."""


def show_import(answer: Answer) -> None:
    """Prints a line for each imported file: its rows, users, items and bad rows; of events what they are like."""
    files: list[Answer] = answer.get("files") or [answer[name] for name in ("items", "events") if name in answer]
    for file in files:
        if "not_read" in file:
            out.print(f"not read: {file['file']}: {file['not_read']}", markup=False)
            continue
        out.print(f"imported into [bold]{answer['catalog']}[/]: {_rows(file['subject'], file)}")
        if file.get("described_items"):
            out.print(f"  stored what the file says about {numbered(file['described_items'], 'items')}, such as titles")
        for line in (*report_lines(file.get("report", {})), *reading_lines(file.get("reading", {}))):
            out.print(f"  {line}", markup=False)
        if "quarantine" in file:
            out.print(
                f"  the bad rows: {file['quarantine']['command']} (stored as {file['quarantine']['key']})", markup=False
            )
    for import_id in answer.get("replaced", ()):
        out.print(f"replaced import {import_id}, which counts no more")


def show_plan(answer: Answer) -> None:
    """Prints what each column of each file means, how that was found, and two values as read."""
    for file in answer["files"]:
        if "not_read" in file:
            out.print(f"{file['file']}: not read: {file['not_read']}", markup=False)
            continue
        out.print(f"{file['file']}: {file['subject']}, recognised as {file['recognised_as']}", markup=False)
        shown = table("column", "meaning", "how it is known", "as read")
        for one in file["columns"][:MOST_COLUMNS]:
            meaning = "not read" if one["meaning"] == "none" else one["meaning"]
            shown.add_row(*map(escape, (one["column"], meaning, one["how"], ", ".join(one["samples"]))))
        out.print(shown)
        if len(file["columns"]) > MOST_COLUMNS:
            out.print(f"and {len(file['columns']) - MOST_COLUMNS:,} more columns")
        rows = f"rows: {numbered(file['report']['accepted'], file['subject'])} of {file['report']['rows']:,}"
        for line in (*fact_lines(file), rows, *report_lines(file["report"])):
            out.print(f"  {line}", markup=False)
    out.print("nothing was stored (--dry-run)")


def fact_lines(reading: Answer) -> Iterator[str]:
    """Yields the facts of a whole file that no column shows."""
    if "kind" in reading:
        yield f"kind of an event that has neither a kind nor a rating: {reading['kind']}"
    if "unrated" in reading:
        yield f"a rating of {reading['unrated']:g} means 'not rated': the event is a view or play"
    yield from reading.get("notes", ())


def reading_lines(reading: Answer) -> Iterator[str]:
    """Yields the columns of an imported file that were not read, and the facts that no column shows."""
    unread = [one["column"] for one in reading.get("columns", ()) if one["meaning"] == "none"]
    if unread:
        yield f"not read: {', '.join(unread[:MOST_COLUMNS])} (--dry-run shows why)"
    yield from reading.get("notes", ())


def report_lines(report: Answer) -> Iterator[str]:
    """Yields the facts of a data report that people look for first."""
    times = report.get("times", {})
    if report.get("kinds"):
        yield "kinds: " + ", ".join(f"{count:,} {kind}" for kind, count in report["kinds"].items())
    elif "kinds" in report and (times.get("first") or times.get("without")):
        yield f"kinds: {LEFT_OUT}"
    for kind, values in report.get("values", {}).items():
        yield f"values of {kind}: {_histogram(values)}"
    if times:
        yield f"times: {_times(times) if 'first' in times else 'none'}"
        yield from _pauses(times)
    yield from _row_lines(report)


def _row_lines(report: Answer) -> Iterator[str]:
    """Yields the numbers of rows that do not count as their owner may think."""
    for kind, rows in report.get("unvalued", {}).items():
        yield f"no value: {numbered(rows, 'rows')}, each of which counts as one {kind}"
    if report.get("zeros"):
        counts = "counts" if report["zeros"] == 1 else "count"
        yield f"value 0: {numbered(report['zeros'], 'events')}, which {counts} for nothing in a training"
    if report.get("duplicates"):
        yield _duplicates(report)
    if report.get("ignored"):
        yield f"no event: {numbered(report['ignored'], 'rows')}"
    for reason, bad in list(report.get("bad", {}).items())[:MOST_REASONS]:
        fix = f"; {bad['fix']}" if bad.get("fix") else ""
        yield f"bad: {numbered(bad['rows'], 'rows')}, the first in line {bad['first_line']}, {reason}{fix}"
    if report.get("refused"):
        yield f"an import would be refused: {report['refused']}"


def _duplicates(report: Answer) -> str:
    """Returns the number of equal rows, and of a plain log of plays what their owner can do to count each."""
    rows = report["duplicates"]
    equal = "rows are equal to earlier ones and do" if rows > 1 else "row is equal to an earlier one and does"
    said = f"duplicates: {rows:,} {equal} not count"
    times = report.get("times", {})
    if times.get("first") or not times.get("without") or report.get("values"):
        return said
    return f"{said}: give a column of times (--time), or of counts (--weight), to count what happened more than once"


def _histogram(values: Answer) -> str:
    if not values.get("counts") and not values.get("bins"):
        return LEFT_OUT
    if "counts" in values:
        return ", ".join(f"{value} × {count:,}" for value, count in values["counts"].items())
    bins = values["bins"]
    low, high = values.get("range") or (bins[0][0], bins[-1][1])
    most = bin_label(*max(bins, key=lambda one: float(one[2]))[:2])
    if low is None:
        few = f"values of fewer than {values['hidden']} users are joined with others"
        return f"{bin_label(*bins[0][:2])} to {bin_label(*bins[-1][:2])}, most of them {most} ({few})"
    return f"{short_number(low)} to {short_number(high)}, most of them {most}"


def bin_label(low: float | None, high: float | None) -> str:
    """Returns the edges of a bin, which has its lower edge and not its upper one."""
    if low is None:
        return "any" if high is None else f"below {short_number(high)}"
    return f"{short_number(low)} or more" if high is None else f"{short_number(low)} to <{short_number(high)}"


def short_number(value: float) -> str:
    """Returns a value of an event with no more digits than it has, and four at most after a decimal point."""
    return f"{value:,.0f}" if value == round(value) or abs(value) >= 10_000 else f"{value:,.4g}"


def _times(times: Answer) -> str:
    shown = f"{times['first'][:10]} to {times['last'][:10]}, events on {numbered(times['days'], 'days')}"
    gap = times.get("longest_gap")
    if gap:
        shown += f", none on {numbered(gap['days'], 'days')} after {gap['after']}"
    return shown + (f"; {numbered(times['without'], 'events')} without a time" if times["without"] else "")


def _pauses(times: Answer) -> Iterator[str]:
    """Yields the line about the pauses that a training found; none where it found none."""
    if times.get("pauses"):
        number, longest = times["pauses"], times["longest_gap"]
        others = "" if number == 1 else f", and for more than a week {numbered(number - 1, 'times')} more"
        counts = "it counts as one day" if number == 1 else "each of these pauses counts as one day"
        yield f"nothing happened between {longest['after']} and {longest['before']}{others}; {counts}"


def show_imports(answer: Answer) -> None:
    """Prints every import with its file, day and counts."""
    imports = table("import", "file", "day (UTC)", "stored", "bad")
    imports.columns[0].no_wrap, imports.columns[0].min_width = True, IMPORT_ID_WIDTH
    imports.columns[1].overflow = "fold"
    for one in answer["imports"]:
        day = iso(one["imported_ms"])[:10] if "imported_ms" in one else ""
        stored = numbered(one["accepted"], one["kind"]) if "accepted" in one else one["kind"]
        bad = f"{one['quarantined']:,}" if "quarantined" in one else ""
        imports.add_row(one["import_id"], escape(one.get("file", "")), day, stored, bad)
    out.print(imports)
    for one in answer["skipped"]:
        out.print(f"skipped {one['name']}: {one['problem']}")


def show_bad_rows(answer: Answer) -> None:
    """Prints the bad rows of an import: their lines, and what is wrong with each."""
    rows = table("line", "field", "problem", "fix")
    for one in answer["rows"]:
        rows.add_row(str(one["line"]), *map(escape, (one["field"], one["problem"], one["fix"])))
    out.print(rows)
    out.print(f"{numbered(len(answer['rows']), 'rows')} of import {answer['import_id']}, stored as {answer['key']}")


def show_removed_import(answer: Answer) -> None:
    """Prints the import that was removed, and the command that takes it out of the model."""
    out.print(f"removed import {answer['import_id']}: {numbered(answer['removed'], answer['kind'])}")
    out.print("the model forgets them with the next training")


def _rows(name: str, file: Answer) -> str:
    duplicates = file.get("report", {}).get("duplicates", 0)
    counts = numbered(file["accepted"] - duplicates, name)
    if name == "events":
        counts += f" of {numbered(file['users'], 'users')} and {numbered(file['items'], 'items')}"
    again = " (the same file was imported before; nothing changed)" if file["repeated"] else ""
    bad = f"; {numbered(file['quarantined'], 'bad rows')} in quarantine" if file["quarantined"] else ""
    rows = f", from {file['accepted']:,} rows" if duplicates else ""
    return f"{counts}{rows}{bad}{again}"


def show_compaction(answer: Answer) -> None:
    """Prints the number of objects that became rows of blocks, and those that are damaged."""
    metadata = answer["metadata"]
    out.print(
        f"{answer['requests']:,} requests with {answer['rows']:,} events were joined; "
        f"the log of {answer['catalog']} has {answer['blocks']:,} blocks"
    )
    out.print(
        f"{metadata['requests']:,} requests with {metadata['rows']:,} items were joined; "
        f"its metadata have {metadata['blocks']:,} blocks"
    )
    for one in (*answer["damaged"], *metadata["damaged"]):
        out.print(f"[yellow]left as it is[/]: {one}")
