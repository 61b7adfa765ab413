"""Privacy cards as people see them."""

from collections.abc import Iterator

from doublebill_local.display.console import Answer, out, table


def show_privacy(answer: Answer) -> None:
    """Prints the privacy card of a version as a page."""
    card = answer["privacy_card"]
    champion = ", the champion" if answer["champion"] else ""
    out.print(f"[bold]{answer['catalog']}[/] version {answer['version']}{champion}", highlight=False)
    shown = table("what", "this version")
    for name, value in facts(card):
        shown.add_row(name, value)
    out.print(shown)
    for title, lines in (("Collected", card["collected"]), ("Not covered", card["not_covered"])):
        out.print(f"[bold]{title}[/]")
        for line in lines:
            out.print(f"- {line}", markup=False, highlight=False)
    out.print(f"Attacks: {card['attacks']}", markup=False, highlight=False)


def facts(card: Answer) -> Iterator[tuple[str, str]]:
    """Yields the facts of a card, each with its value in words."""
    secret = "secret" if card["epsilon"] is not None else "unknown"
    for name in ("users", "events"):
        yield name, secret if card[name] is None else f"{card[name]:,}"
    yield "fingerprint of the pseudonym key", card["key_id"] or "none"
    days = card["retention_days"]
    yield "rows count for", "any time" if days is None else f"{days:g} days"
    k = card["minimum_users"]
    yield "users of a pair of items, at least", "noise instead" if k is None else str(k)
    yield "items of one user, at most", f"{card['most_items']:,}"
    yield "differential privacy", _claim(card)
    for size, share in card["unique"].items():
        text = "too few users to say" if share is None else f"{share:.0%}"
        yield f"users whom {size} of their items single out", text


def _claim(card: Answer) -> str:
    if card["epsilon"] is None:
        return "none"
    spent = card["spent"] or {}
    budget = f"; {spent['epsilon']:.3g} of {spent['of']:g} spent" if spent else ""
    return f"epsilon {card['epsilon']:g}, delta {card['delta']:g}{budget}"
