"""Items as people see them."""

from rich.markup import escape

from doublebill_local.display.console import Answer, out, table


def show_items(answer: Answer) -> None:
    """Prints the metadata of each item, and the ids that no item has."""
    items = table("item", "title", "tags", "year", "attributes", "available", "in champion")
    for item in answer["items"]:
        attributes = ", ".join(f"{name} {value}" for name, value in item.get("attributes", {}).items())
        cells = (item["item_id"], item.get("title", ""), ", ".join(item.get("tags", ())), str(item.get("year", "")))
        flags = ("yes" if item[name] else "no" for name in ("available", "in_champion"))
        items.add_row(*map(escape, (*cells, attributes)), *flags)
    if answer["items"]:
        out.print(items)
    _show_unknown(answer)


def show_removed_items(answer: Answer) -> None:
    """Prints the number of items removed, and the ids that no item has."""
    removed = len(answer["removed"])
    out.print(f"removed {removed} {'item' if removed == 1 else 'items'}; train to take them out of the model")
    _show_unknown(answer)


def _show_unknown(answer: Answer) -> None:
    if answer["unknown_items"]:
        out.print(f"not in {answer['catalog']}: {', '.join(map(escape, answer['unknown_items']))}")
