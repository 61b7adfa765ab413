"""Histories as people see them."""

from datetime import UTC, datetime

from doublebill_local.display.console import Answer, out


def show_history(answer: Answer) -> None:
    """Prints the items of a history, newest first."""
    if not answer["items"]:
        out.print("no events of this user are stored")
    for item in answer["items"]:
        kinds = ", ".join(f"{count:,} × {kind}" if count > 1 else kind for kind, count in item["kinds"].items())
        stars = f", {item['rating']:g} stars" if "rating" in item else ""
        at = f"  {datetime.fromtimestamp(item['timestamp'], UTC):%Y-%m-%d %H:%M}" if "timestamp" in item else ""
        out.print(f"{item['item_id']}  {kinds}{stars}, weight {item['weight']:g}{at}", markup=False)
    if "next_cursor" in answer:
        out.print(f"more: --cursor {answer['next_cursor']}", markup=False, style="dim")
    if answer["older"]:
        out.print(f"{answer['older']:,} older items only count as seen or disliked", style="dim")


def show_repair(answer: Answer) -> None:
    """Prints the histories that were made again."""
    if answer["set_aside"]:
        out.print(f"the damaged file is kept as {answer['set_aside']}", markup=False)
    for one in answer["catalogs"]:
        out.print(f"[bold]{one['catalog']}[/]: {one['users']:,} histories of {one['events']:,} stored events")
    if not answer["catalogs"]:
        out.print("no catalogs, no histories")
