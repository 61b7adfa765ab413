"""Catalogs as people see them."""

from doublebill_local.display.console import Answer, numbered, out, table


def show_catalogs(answer: Answer) -> None:
    """Prints every catalog with its champion and its counts."""
    catalogs = table("catalog", "champion", "users", "items", "events")
    for catalog in answer["catalogs"]:
        counts = catalog.get("counts") or {}
        numbers = (f"{counts[name]:,}" if name in counts else "" for name in ("users", "items", "events"))
        catalogs.add_row(catalog["catalog"], catalog["champion"] or "", *numbers)
    out.print(catalogs)
    for skipped in answer.get("skipped", ()):
        out.print(f"skipped {skipped['name']}: {skipped['problem']}")


def show_removed_catalog(answer: Answer) -> None:
    """Prints the catalog that was removed, with the number of its objects and histories."""
    count = sum(answer["objects"].values())
    out.print(
        f"removed [bold]{answer['catalog']}[/]: {numbered(count, 'objects')}, "
        f"the histories of {numbered(answer['histories'], 'users')}"
    )
