"""Steps of a visit of the playground that pick, restrict, explain and compare; `playground_visit` prints the findings.

Each takes a visit whose page is a Chromium page of Playwright, and returns what it found.
"""

import json
from typing import Any

RESULTS = "section[aria-label=Recommendations]"
FOUND = "ul[aria-label='Found items'] button"
CHIPS = "ul[aria-label='Picked items'] > li button"
FOCUSED = "document.activeElement.getAttribute('aria-label') || document.activeElement.innerText"
IN_VIEW = "(one) => { const { top, bottom } = one.getBoundingClientRect(); return top >= 0 && bottom <= innerHeight; }"
OVERLAPS = """[...document.querySelectorAll('svg.map .labels text')].map((one) => one.getBBox())
  .flatMap((one, at, all) => all.slice(at + 1)
    .filter((other) => one.x < other.x + other.width && other.x < one.x + one.width
      && one.y + 4 < other.y + other.height && other.y + 4 < one.y + one.height)).length"""
SIGNED = [
    {"item_id": "a", "title": "Alien", "contribution": 0.098, "share": 0.9922},
    {"item_id": "b", "title": "Brazil", "contribution": -0.00077, "share": 0.0078},
]
"""Contributions, of which one counts against an item and is rounded to one per cent."""


def picked_and_taken_out(visit: Any, catalog: str) -> dict[str, Any]:
    """Picks an item and takes it out with the same button, and goes to the recommendations by the keyboard."""
    page = visit.page
    opened(visit, catalog)
    button, link = page.locator(FOUND).first, page.locator("a.jump")
    texts = []
    for _ in range(2):
        with page.expect_response(lambda answer: answer.url.endswith("/recommendations")):
            button.click()
        visit.settle()
        texts.append([button.inner_text(), button.get_attribute("aria-label"), page.locator(CHIPS).count()])
    first = page.locator(f"{RESULTS} .item b").first.inner_text()
    said = link.inner_text()
    link.focus()
    seen = link.evaluate(IN_VIEW)
    page.keyboard.press("Enter")
    headings = page.locator("main h2").all_inner_texts()
    return {
        "texts": texts,
        "said": said,
        "first": first,
        "seen": seen,
        "at": page.evaluate(FOCUSED),
        "headings": headings,
    }


def refused_rules(visit: Any, catalog: str) -> dict[str, Any]:
    """Gives a tag that no item has and a number that is none, and looks where the page says so."""
    page = visit.page
    opened(visit, catalog)
    unfold_rules(page)
    only = page.get_by_label("Only with one of these tags")
    only.fill("drama")
    note = page.locator("section[aria-label=Rules] .note.bad")
    note.wait_for()
    visit.settle()
    page.wait_for_selector("#tags-of-the-catalog option", state="attached")
    offered = page.locator("#tags-of-the-catalog option").evaluate_all("(all) => all.map((one) => one.value)")
    tag = {"tag": page.locator(".wrong").inner_text(), "left": note.inner_text(), "seen": note.evaluate(IN_VIEW)}
    visit.look("unknown tag")
    only.fill("")
    note.wait_for(state="detached")
    numbers = []
    for typed in ("-5", "1000", "2.5", "3"):
        page.get_by_label("Number of items").fill(typed)
        page.wait_for_timeout(200)
        visit.settle()
        numbers.append([page.locator(".wrong").all_inner_texts(), page.locator(f"{RESULTS} ol.items > li").count()])
    return {**tag, "offered": offered, "numbers": numbers}


def signed_contributions(visit: Any, catalog: str) -> dict[str, Any]:
    """Shows an answer in which something counts against an item."""
    page, pattern = visit.page, "**/v1/catalogs/*/recommendations"
    item = {"item_id": "c", "title": "Clue", "score": 0.1, "contributions": SIGNED}
    answer = {"model_version": "v", "cold": False, "degraded": False, "unknown_items": [], "recommendations": [item]}
    page.route(pattern, lambda route: route.fulfill(json=answer))
    opened(visit, catalog)
    bars = page.locator("svg.bars").first
    found = {"label": bars.get_attribute("aria-label"), "texts": bars.locator("text").all_text_contents()}
    visit.look("against it")
    page.unroute(pattern)
    return found


def closed_panel(visit: Any, catalog: str) -> dict[str, Any]:
    """Opens the page of an item by the keyboard, and leaves it with Escape."""
    page = visit.page
    opened(visit, catalog)
    page.get_by_role("button", name="More like this").nth(1).press("Enter")
    page.locator("section[aria-label^='More like'] h2").wait_for()
    visit.settle()
    opener = page.get_by_role("button", name="More like this").nth(1).get_attribute("aria-label")
    page.keyboard.press("Escape")
    return {
        "left": page.locator("section[aria-label^='More like']").count(),
        "at": page.evaluate(FOCUSED),
        "opener": opener,
    }


def unknown_user(visit: Any, catalog: str) -> dict[str, Any]:
    """Shows a user of whom nothing is stored, with the button."""
    page = visit.page
    opened(visit, catalog)
    page.get_by_text("Or a user of the service").click()
    page.get_by_label("User id").fill("nobody-at-all")
    page.get_by_role("button", name="Show", exact=True).click()
    page.locator(RESULTS).get_by_text("Nothing is stored").wait_for()
    return {"notes": visit.notes()}


def addresses(visit: Any) -> dict[str, Any]:
    """Opens catalogs that there are not, and the page of a service without any."""
    page, notes = visit.page, []
    for part in ("recommend/nope/x", "operate/nope"):
        visit.open(part)
        page.locator("main .note.bad").wait_for()
        notes.append([visit.notes(), page.locator("main li a").all_inner_texts()])
    page.route("**/v1/catalogs*", lambda route: route.fulfill(json={"catalogs": []}))
    visit.open("recommend")
    page.get_by_text("doublebill try").wait_for()
    visit.look("no catalog")
    links = page.locator("main a").evaluate_all("(all) => all.map((one) => one.getAttribute('href'))")
    commands = page.locator("main pre").all_inner_texts()
    page.unroute("**/v1/catalogs*")
    return {"notes": notes, "commands": commands, "links": links}


def zoomed_map(visit: Any, catalog: str) -> dict[str, Any]:
    """Opens the map, and zooms by key, button and wheel."""
    page = visit.page
    opened(visit, catalog)
    page.get_by_text("Map of the items").click()
    page.wait_for_selector("svg.map circle.dot")
    picture = page.locator("svg.map")
    sizes, labels, overlaps = [], [], []

    def note() -> None:
        sizes.append(float(picture.get_attribute("viewBox").split(" ")[2]))
        labels.append(picture.locator(".labels text").count())
        overlaps.append(page.evaluate(OVERLAPS))

    note()
    picture.press("+")
    note()
    page.get_by_role("button", name="Zoom in").click()
    note()
    picture.hover()
    page.mouse.wheel(0, -200)
    visit.until(f"Number(document.querySelector('svg.map').getAttribute('viewBox').split(' ')[2]) < {sizes[-1]}")
    note()
    visit.look("map closer")
    picture.press("0")
    note()
    return {"sizes": sizes, "labels": labels, "overlaps": overlaps}


def compared(visit: Any, history: str) -> dict[str, Any]:
    """Compares two versions without a promotion, from the part Operate that is shown."""
    page = visit.page
    page.get_by_role("button", name="Compare").click()
    place = page.locator("section[aria-label=Comparison]")
    place.locator("h3").first.wait_for()
    page.get_by_label("Item ids, with commas").fill(history)
    with page.expect_response(lambda answer: history.split(",", maxsplit=1)[0] in (answer.request.post_data or "")):
        page.get_by_label("Item ids, with commas").press("Enter")
    visit.settle()
    visit.look("compared")
    found = {
        "heading": place.locator("h3").first.inner_text(),
        "tables": place.locator("table caption").all_inner_texts(),
        "lists": [place.locator("ol").nth(at).locator("li").count() for at in range(2)],
        "promotes": place.get_by_role("button", name="Promote").count(),
    }
    place.get_by_role("button", name="Close").click()
    return found


def confirmed(visit: Any) -> dict[str, Any]:
    """Looks where the confirmation of a promotion stands, and whether it has the focus."""
    note = visit.page.locator("section[aria-label=Versions] .note.good")
    note.wait_for()
    return {
        "note": note.inner_text(),
        "seen": note.evaluate(IN_VIEW),
        "focused": note.evaluate("(one) => one === document.activeElement"),
    }


def unfold_rules(page: Any) -> None:
    """Unfolds the rules, which are folded in narrow windows."""
    if not page.get_by_label("Number of items").is_visible():
        page.locator("section[aria-label=Rules] summary").click()


def opened(visit: Any, catalog: str) -> None:
    """Opens the part Recommend of a catalog, without picks."""
    visit.open(f"recommend/{catalog}")
    visit.page.wait_for_selector(f"{RESULTS} li")
    visit.settle()


def first_is_not(title: str) -> str:
    """Returns an expression that is true when another item than the titled one comes first."""
    return f"!document.querySelector('{RESULTS} .item b')?.innerText.endsWith({json.dumps(title)})"
