"""Recommendations and neighbours as people see them."""

from collections.abc import Collection

from doublebill_local.display.console import Answer, out

NAMED = 3
"""Contributions that are named; the rest is summed up as others."""

NAMED_SHARE = 0.05
"""Contributions with a smaller share are summed up as others."""


def show_recommendations(answer: Answer, history: Collection[str] = ()) -> None:
    """Prints a numbered list of recommendations with their reasons; those of the history are marked."""
    if replayed := answer.get("replayed"):
        out.print(f"as of {replayed['at']}, by version {replayed['version']}", markup=False)
        out.print(f"as they are today: {', '.join(replayed['as_today'])}", style="dim")
        out.print(f"as they were trained: {', '.join(replayed['as_trained'])}", style="dim")
        if replayed.get("led_to"):
            out.print(f"led to events with: {', '.join(replayed['led_to'])}", markup=False)
    if answer["degraded"]:
        out.print(f"[yellow]degraded: {answer['degraded']}[/]")
    if answer["unknown_items"]:
        out.print(f"not in the catalog: {', '.join(answer['unknown_items'])}", markup=False)
    if answer["cold"]:
        out.print("nothing is known of this taste yet, so these are the most popular items:")
    for place, item in enumerate(answer["recommendations"], 1):
        mark = "  (in the history)" if item["item_id"] in history else ""
        out.print(f"{place:3}. {title_of(item)}  {item['score']:.4g}{mark}", markup=False)
        if item.get("contributions"):
            out.print(f"     because of {contributors(item)}", markup=False, style="dim")
    if any(item["item_id"] in history for item in answer["recommendations"]):
        out.print("--exclude-seen yes leaves out items of the history", style="dim")
    if not answer["recommendations"]:
        out.print("nothing is left to recommend: every item is in the history, excluded by a filter or not available;")
        out.print("--exclude-seen no shows items of the history as well")


def contributors(item: Answer, named: int = NAMED, also: str = "") -> str:
    """Returns the history items that raise an item's score, each with its share, then the sum of all others.

    Recent popularity, where it is part of the score, stands among them.

    Negative and small contributions count among the others. At most `named` items are named, and the item `also` beside
    them.
    """
    parts = item["contributions"]
    shown = [
        part
        for place, part in enumerate(parts)
        if (place < named or part.get("item_id") == also) and part["share"] >= NAMED_SHARE and part["contribution"] > 0
    ]
    words = [f"{contributor(part)} {part['share']:.0%}" for part in shown]
    others = sum(part["share"] for part in parts) - sum(part["share"] for part in shown)
    if not words or round(100 * others):
        words.append(f"others {others:.0%}" if words else f"{len(parts)} items of the history")
    return ", ".join(words)


def contributor(part: Answer) -> str:
    """Returns the name of what contributes to a score."""
    if part.get("available") is False:
        return "titles that were taken down"
    return "recent popularity" if part.get("prior") else title_of(part)


def show_neighbours(answer: Answer) -> None:
    """Prints a numbered list of similar items."""
    if not answer["neighbours"]:
        out.print("no similar items are known: too few users have it together with other items")
    for place, item in enumerate(answer["neighbours"], 1):
        out.print(f"{place:3}. {title_of(item)}  {item['score']:.4g}", markup=False)


def title_of(item: Answer) -> str:
    """Returns the title of an item, or its id where it has none."""
    return str(item.get("title") or item["item_id"])
