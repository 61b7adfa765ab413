"""Imports as people see them."""

from doublebill_local.display.console import Answer, out


def show_import(answer: Answer) -> None:
    """Prints a line for each imported file: its rows, users, items and bad rows."""
    for name in ("items", "events"):
        if name in answer:
            out.print(f"imported into [bold]{answer['catalog']}[/]: {_rows(name, answer[name])}")


def _rows(name: str, file: Answer) -> str:
    counts = f"{file['accepted']:,} {name}"
    if name == "events":
        counts += f" of {file['users']:,} users and {file['items']:,} items"
    again = " (the same file was imported before; nothing changed)" if file["repeated"] else ""
    bad = f"; {file['quarantined']:,} bad rows in quarantine" if file["quarantined"] else ""
    return f"{counts}{bad}{again}"
