"""Visits the playground in Chromium as a person would, and prints what it finds as JSON lines.

    .tools/browser/bin/python tests/check/playground_visit.py URL [--pictures FOLDER]

Runs in an environment of its own, which has Playwright; `test_playground.py` and `make screenshots` start it. Every
line has a `step`; what a step found stands beside it. Requests to other hosts, errors of scripts and findings of axe
are gathered over the whole visit.
"""

import argparse
import contextlib
import json
import shutil
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import recommend_visit
import workshop_visit
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

WIDE, NARROW = (1280, 900), (360, 760)
PATIENCE_MILLISECONDS, POLL_MILLISECONDS, TRAINING_MILLISECONDS = 60_000, 50, 480_000
ERASED_MILLISECONDS = 180_000
SETTLING_MILLISECONDS = 500
PICKS = 9
LIMITED = "year"
PLAYED = ("maze", "chamber", "crypt", "sokoban", "dungeon", "platform", "runner")
STAIRS = "play/dungeon/7/" + quote('{"floors": 2}')
SERIOUS = ("serious", "critical")
AXE = {"rules": {"label-content-name-mismatch": {"enabled": True}}}
"""Beside the rules that are on by default: the name of a control has the words that are seen on it (WCAG 2.5.3)."""
THREE_OGRES = """async () => {
  const { Game } = await import("/playground/level.js");
  const legend = { P: "player", O: "ogre", "+": "potion", X: "exit" };
  const walk = (row) => {
    const game = new Game("crypt", { grid: [row], certificate: { from: [0, 0] } }, legend);
    return [...row.slice(1)].map(() => game.step("R")).at(-1);
  };
  return [walk("POOOX"), walk("POO+OX")];
}"""
"""Walks past three ogres, without a potion and with one; a player of a crypt bears two."""
LOOKS = """async () => {
  const { draw, shownCells } = await import("/playground/level.js");
  const canvas = document.createElement("canvas");
  canvas.getContext("2d", { willReadFrequently: true });
  const cell = async (names, x, y) => {
    await draw(canvas, names, "stone");
    return canvas.getContext("2d").getImageData(x * 32, y * 32, 32, 32).data.join();
  };
  const pit = [["air", "air", "air"], ["ground", "air", "ground"]];
  const maze = { grid: ["..#"], certificate: { from: [1, 0], to: [0, 0] } };
  return {
    pit: (await cell(pit, 2, 3)) === (await cell(pit, 2, 2)),
    crate: (await cell([["crate"]], 1, 1)) !== (await cell([["crate on goal"]], 1, 1)),
    maze: shownCells("maze", maze, { ".": "floor", "#": "wall" }),
  };
}"""
"""Draws a pit with the edge below it, crates beside a goal and on one, and finds the ends of a maze."""
HIDDEN_LINES = """[...document.querySelectorAll('svg.graph path')].reduce((hidden, path) => {
  const boxes = [...document.querySelectorAll('svg.graph rect')].map((one) => one.getBBox());
  const within = (one, from, size) => one > from + 2 && one < from + size - 2;
  const inside = ({ x, y }) => boxes.some((box) => within(x, box.x, box.width) && within(y, box.y, box.height));
  const points = Array.from({ length: 200 }, (_, at) => path.getPointAtLength((path.getTotalLength() * at) / 200));
  return hidden + points.filter(inside).length;
}, 0)"""
"""Counts the points of a mission's lines that lie behind a box."""
PROBLEM = "application/problem+json"
WIDEST = """[...document.querySelectorAll('main *')].filter((one) => !one.closest('.scroll'))
  .sort((one, other) => other.getBoundingClientRect().right - one.getBoundingClientRect().right)[0].outerHTML"""


class Visit:
    """One browser window on the page, with all that goes wrong in it."""

    def __init__(self, page: Page, url: str, pictures: Path | None, name: str) -> None:
        self.page, self.url, self.pictures, self.name = page, url, pictures, name
        self.errors: list[str] = []
        self.foreign: list[str] = []
        self.axe: list[str] = []
        self.wide: list[str] = []
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self._console(message.type, message.text))
        page.on("request", lambda request: self._request(request.url))

    def _console(self, kind: str, text: str) -> None:
        if kind == "error" and "Failed to load resource" not in text:  # answers that this visit makes fail
            self.errors.append(text)

    def _request(self, url: str) -> None:
        if not url.startswith((self.url, "data:", "blob:")):
            self.foreign.append(url)

    def open(self, part: str) -> None:
        """Opens a part of the page anew."""
        self.page.goto("about:blank")
        self.page.goto(f"{self.url}/#{part}")

    def look(self, step: str) -> None:
        """Looks at the page as it is: by axe, for what is wider than the window, and takes a picture."""
        found = Axe().run(self.page, options=AXE).response["violations"]
        self.axe += [
            f"{step}: {one['id']}: {one['nodes'][0]['html'][:120]}" for one in found if one["impact"] in SERIOUS
        ]
        wide = "document.documentElement.scrollWidth > innerWidth"
        if self.page.evaluate(wide):
            self.page.wait_for_timeout(SETTLING_MILLISECONDS)  # while a page is laid out, it may be wider
        if self.page.evaluate(wide):
            self.wide.append(f"{step}: {self.page.evaluate(WIDEST)[:200]}")
        if self.pictures:
            self.page.screenshot(path=self.pictures / f"{self.name}-{step.replace(' ', '-')}.png", full_page=True)

    def notes(self) -> list[str]:
        """Returns the texts of all notes."""
        return self.page.locator(".note").all_inner_texts()

    def until(self, expression: str) -> None:
        """Waits until an expression of the page is true; the page's own policy forbids that the page does it."""
        for _ in range(PATIENCE_MILLISECONDS // POLL_MILLISECONDS):
            if self.page.evaluate(expression):
                return
            self.page.wait_for_timeout(POLL_MILLISECONDS)
        raise AssertionError(f"{expression}: never true")

    def settle(self) -> None:
        """Waits until nothing is being loaded."""
        self.until("!document.querySelector('.busy') && !document.body.innerText.includes('Loading …')")


def tell(step: str, **found: Any) -> None:
    """Prints one line."""
    print(json.dumps({"step": step, **found}), flush=True)


def titles(visit: Visit) -> list[str]:
    """Returns the recommended titles."""
    visit.settle()
    return visit.page.locator("section[aria-label=Recommendations] .item b").all_inner_texts()


def recommend(visit: Visit, catalog: str, query: str) -> None:
    """Picks an item found by a mistyped query, with the keyboard only, and changes the rules."""
    page = visit.page
    visit.open(f"recommend/{catalog}")
    page.wait_for_selector("section[aria-label=Recommendations] li")
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime")
    tell("cold", notes=visit.notes(), titles=titles(visit), first_paint_milliseconds=paint)
    visit.look("cold")
    search = page.get_by_label("Search")
    search.focus()
    with page.expect_response(lambda answer: "/search?" in answer.url):
        page.keyboard.type(query)
    page.wait_for_timeout(300)
    visit.settle()
    first = page.locator("ul[aria-label='Found items'] b").first.inner_text()
    page.keyboard.press("Tab")
    with page.expect_response(lambda answer: answer.url.endswith("/recommendations")):
        page.keyboard.press("Enter")
    after = titles(visit)
    bars = page.locator("svg.bars").first.get_attribute("aria-label")
    took = page.evaluate("performance.getEntriesByName('recommendation').map((one) => one.duration)")
    tell("picked", found=first, titles=after, bars=bars, notes=visit.notes(), pick_milliseconds=took[1:])
    visit.look("picked")
    page.get_by_role("button", name="More like").first.click()
    card = page.locator("section[aria-label^='More like']")
    card.locator("svg.bars").first.wait_for()
    visit.settle()
    shown = card.locator("h3").all_inner_texts()
    tell("more like", heading=card.locator("h2").inner_text(), lists=shown, led=card.locator("svg .button").count())
    visit.look("more like")
    card.locator("svg .button").first.focus()
    before = card.locator("h2").inner_text()
    page.keyboard.press("Enter")
    visit.until(f"document.querySelector(\"section[aria-label^='More like'] h2\")?.innerText !== {json.dumps(before)}")
    page.get_by_text("The same as a request").click()
    tell("request", curl=page.locator("pre").first.inner_text())
    recommend_visit.unfold_rules(page)
    page.get_by_label("At most so many items").fill("1")
    with page.expect_response(lambda answer: "max_per" in (answer.request.post_data or "")) as limited:
        page.get_by_label("with the same", exact=True).fill(LIMITED)
    tell("limited", status=limited.value.status, sent=limited.value.request.post_data_json.get("max_per"))
    page.get_by_label("with the same", exact=True).fill("")
    with page.expect_response(lambda answer: '"promote"' in (answer.request.post_data or "")) as promoted:
        page.get_by_label("Promote the tag").fill("Drama")
    tell("promoted", status=promoted.value.status, sent=promoted.value.request.post_data_json.get("promote"))
    page.get_by_label("Promote the tag").fill("")
    page.get_by_label("Only with one of these tags").fill("no such tag at all")
    page.get_by_text("No item is left").first.wait_for()
    tell("nothing left", titles=titles(visit))


def measure(visit: Visit, catalog: str) -> None:
    """Picks what comes first, again and again, and prints how long the first paint and an answer that is drawn take."""
    page = visit.page
    visit.open(f"recommend/{catalog}")
    page.wait_for_selector("section[aria-label=Recommendations] li")
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime")
    for _ in range(PICKS):
        visit.settle()
        page.locator("section[aria-label=Recommendations] button", has_text="Pick").first.click()
    visit.settle()
    took = page.evaluate("performance.getEntriesByName('recommendation').map((one) => one.duration)")
    tell("speed", first_paint_milliseconds=paint, pick_drawn_p50_milliseconds=statistics.median(took[1:]), picks=PICKS)


def look_at_map(visit: Visit, catalog: str) -> None:
    """Opens the map of the items, goes to another one by the arrow keys, and picks it; then one by the mouse."""
    page = visit.page
    visit.open(f"recommend/{catalog}")
    page.wait_for_selector("section[aria-label=Recommendations] li")
    page.get_by_text("Map of the items").click()
    page.wait_for_selector("svg.map circle.dot")
    page.locator("svg.map").focus()
    name = page.locator("svg.map + p[role=status]")
    names = [name.inner_text()]
    for key in ("ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
        names.append(name.inner_text())
    page.keyboard.press("Enter")
    chips = page.locator("ul[aria-label='Picked items'] > li")
    by_key = chips.all_inner_texts()
    page.locator("svg.map circle.dot:not(.picked)").last.click()
    visit.settle()
    tell("map", dots=page.locator("svg.map circle.dot").count(), names=names, by_key=by_key, picks=chips.count())
    visit.look("map")


def send_event(visit: Visit, catalog: str, user: str) -> None:
    """Sends an event of a user, and looks whether the next answer has moved."""
    visit.open(f"recommend/{catalog}")
    page = visit.page
    page.wait_for_selector("section[aria-label=Recommendations] li")
    page.get_by_text("Or a user of the service").click()
    page.get_by_label("User id").fill(user)
    with page.expect_response(lambda answer: answer.url.endswith("/recommendations")):
        page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_selector("button:has-text('Send “')")
    before = titles(visit)
    with page.expect_response(lambda answer: answer.url.endswith("/events")) as sent:
        page.get_by_role("button", name="Send “").first.click()
    visit.until(recommend_visit.first_is_not(before[0].partition(" ")[2]))
    page.get_by_text("Stored: an event").first.wait_for()
    tell("event", status=sent.value.status, before=before, after=titles(visit), notes=visit.notes())
    seen = page.get_by_label("Leave out what is picked already")
    seen.uncheck()
    page.get_by_text("Rows of this user").click()
    page.wait_for_selector("ol[aria-label^='Because of']")
    rows = page.locator("ol[aria-label^='Because of']")
    tell("rows", sources=page.locator("details .thirds h3").all_inner_texts(), items=rows.first.locator("li").count())
    visit.look("event")
    with page.expect_response(lambda answer: '"exclude_seen":true' in (answer.request.post_data or "")):
        seen.check()
    after = titles(visit)
    with page.expect_response(lambda answer: '"history"' in (answer.request.post_data or "")):
        page.get_by_role("button", name="Edit this history").click()
    visit.settle()
    edited = page.locator("ul[aria-label='Picked items'] > li")
    tell(
        "edited history",
        picks=edited.count(),
        before=after,
        after=titles(visit),
        address=page.evaluate("location.hash"),
    )
    visit.look("edited history")
    page.get_by_role("button", name="Start over").click()
    page.get_by_text("Nothing yet: the answer is").wait_for()
    tell("started over", titles=titles(visit))


def states(visit: Visit, catalog: str) -> None:
    """Shows the page answers that fail or are degraded, and none at all."""
    page, pattern = visit.page, "**/v1/catalogs/*/recommendations"
    degraded = {
        "catalog": catalog,
        "model_version": "v",
        "recommendation_id": "r",
        "cold": False,
        "degraded": "the champion cannot be read",
        "unknown_items": ["x"],
        "recommendations": [],
    }
    problem = {
        "type": "urn:doublebill:problem:forbidden",
        "title": "No",
        "status": 403,
        "detail": "caller app may not read it",
    }
    busy = {
        "type": "urn:doublebill:problem:quota-exceeded",
        "title": "No",
        "status": 429,
        "detail": "too many requests",
    }
    answers = {
        "degraded": lambda route: route.fulfill(json=degraded),
        "refused": lambda route: route.fulfill(status=403, content_type=PROBLEM, body=json.dumps(problem)),
        "unknown caller": lambda route: route.fulfill(status=403, json={"message": "Forbidden"}),
        "busy": lambda route: route.fulfill(
            status=429, content_type=PROBLEM, headers={"retry-after": "60"}, body=json.dumps(busy)
        ),
        "away": lambda route: route.abort(),
    }
    for step, answer in answers.items():
        page.route(pattern, answer)
        visit.open(f"recommend/{catalog}")
        page.wait_for_selector("section[aria-label=Recommendations] .note")
        visit.settle()
        tell(step, notes=visit.notes())
        visit.look(step)
        page.unroute(pattern)


def play(visit: Visit) -> None:
    """Watches the proof of each kind, and of one with stairs its picture; then changes and explores one."""
    page = visit.page
    for kind in PLAYED:
        visit.open(f"play/{kind}/7")
        page.get_by_role("button", name="Watch the proof").click()
        page.get_by_text("Done in").wait_for()
        tell("proof", kind=kind, said=page.locator("main p[role=status]").inner_text())
        visit.look(f"play {kind}")
    visit.open(STAIRS)
    page.get_by_role("button", name="Show the way").click()
    page.wait_for_selector("img.level, .note.bad")
    tell("picture", notes=visit.notes())
    visit.look("play stairs")
    tell("ogres", ends=page.evaluate(THREE_OGRES))
    tell("looks", **page.evaluate(LOOKS))
    visit.open("play/names")
    page.wait_for_selector("section[aria-label='What to make'] ~ div pre")
    tell("texts", texts=page.locator("pre").all_inner_texts())
    visit.open("play/chamber/7")
    page.get_by_role("button", name="Change tiles").click()
    page.keyboard.press("ArrowRight")
    page.get_by_label("Tile").select_option(label="wall")
    page.locator("canvas").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Prove again").click()
    page.wait_for_selector(".note")
    tell("no player", notes=visit.notes())
    visit.look("changed")
    page.get_by_role("button", name="Range").click()
    page.wait_for_selector("svg.heat")
    page.locator("svg.heat rect[role=button]").last.focus()
    with page.expect_response(lambda answer: answer.url.endswith("/games/chamber")):
        page.keyboard.press("Enter")
    visit.settle()
    cells = page.locator("svg.heat rect[role=button]")
    counts = page.locator("svg.heat text.count[aria-hidden]").all_text_contents()
    bounds = page.locator("svg.heat text.bound").all_text_contents()
    tell("range", cells=cells.count(), counts=counts, bounds=bounds)
    visit.look("range")


def workshop(visit: Visit) -> None:
    """Changes, plays and saves levels, and makes mistakes."""
    tell("changed files", **workshop_visit.changed_files(visit))
    tell("unfinished", **workshop_visit.refused_level(visit))
    for kind in workshop_visit.KEYS:
        tell("keys", **workshop_visit.played_with_keys(visit, kind))
    tell("addresses", **workshop_visit.addresses(visit))
    tell("mistakes", **workshop_visit.mistakes(visit))
    tell("offers", **workshop_visit.offers(visit))


def keep_cells(visit: Visit) -> None:
    """Makes a level again around a locked cell, then a part of it, with the keyboard."""
    page = visit.page
    visit.open("play/chamber/7")
    page.get_by_role("button", name="Change tiles").click()
    page.get_by_label("Tile").select_option("lock")
    page.locator("canvas").focus()
    page.keyboard.press("Enter")
    page.get_by_text("One cell is locked").wait_for()
    visit.look("locked")
    with page.expect_response(lambda answer: answer.url.endswith("/games/chamber")) as again:
        page.get_by_role("button", name="Make the rest again").click()
    locked = again.value.request.post_data_json["fixed"]
    visit.settle()
    first = again.value.json()["items"][0]["grid"]
    page.get_by_role("button", name="Change tiles").click()
    page.get_by_label("Tile").select_option("part")
    page.locator("canvas").focus()
    for key in ("Enter", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    page.get_by_text("3 by 3 cells").wait_for()
    with page.expect_response(lambda answer: answer.url.endswith("/games/chamber")) as rerolled:
        page.get_by_role("button", name="Make the part again").click()
    visit.settle()
    part = rerolled.value.request.post_data_json["base"]["reroll"]
    tell("kept", locked=locked, grid=first, part=part, status=rerolled.value.status, notes=visit.notes())
    for kind in ("maze", "dungeon"):
        visit.open(f"play/{kind}/7")
        with page.expect_request(lambda request: request.url.endswith("/games/names")) as named:
            page.get_by_text("Name, quest, items and loot").click()
        page.wait_for_selector("details dt:text-is('Place')")
        visit.settle()
        drops = page.locator("table:has-text('what foes drop')").count()
        facts, seed = page.locator("details dl dd").all_inner_texts(), named.value.post_data_json["seed"]
        tell("story", facts=facts, seed=seed, drops=drops, notes=visit.notes())
    tell("mission", picture=page.locator("svg.graph").get_attribute("aria-label"), hidden=page.evaluate(HIDDEN_LINES))
    visit.look("story")


def vaults(visit: Visit) -> None:
    """Makes a dungeon with a shipped vault and a drawn one, opens its link, and takes a part of it as a vault."""
    page = visit.page
    visit.open("play/dungeon/7")
    page.wait_for_selector("section[aria-label=Level]")
    page.get_by_text("Choose them, or draw your own").click()
    page.get_by_label("chapel").check()
    page.get_by_role("button", name="Draw a vault").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Name of the vault").fill("smithy")
    page.get_by_label("Rows", exact=True).fill("#######\n#.....#\n#......\n#.....#\n###.###")
    page.get_by_label("Tile that a click").select_option(label="treasure")
    page.locator("section[aria-label='Own vault'] canvas").click()
    drawn = page.get_by_label("Rows", exact=True).input_value()
    with page.expect_response(lambda answer: answer.url.endswith("/games/dungeon")) as made:
        page.get_by_role("button", name="Make", exact=True).click()
    visit.settle()
    visit.look("vault")
    level = made.value.json()["items"][0]
    page.get_by_text("Files", exact=True).click()
    link = page.get_by_text("#play/dungeon/7/").inner_text()
    with page.expect_response(lambda answer: answer.url.endswith("/games/dungeon")) as linked:
        visit.open(link.partition("#")[2])
    visit.settle()
    same = linked.value.json()["items"][0]["grid"] == level["grid"]
    page.get_by_role("button", name="Change tiles").click()
    page.get_by_role("button", name="Take the part").click()
    unmarked = visit.notes()
    page.get_by_label("Tile", exact=True).select_option("part")
    page.locator("section[aria-label=Level] canvas").focus()
    for key in ("Enter", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    page.get_by_role("button", name="Take the part").click()
    taken = page.get_by_label("Rows", exact=True).last.input_value().split("\n")
    corner = [row[:4] for row in level["grid"][:3]]
    tell(
        "vaults",
        sent=made.value.request.post_data_json["spec"],
        drawn=drawn.split("\n"),
        there=[one["name"] for one in level["vaults"]],
        same=same,
        unmarked=unmarked,
        taken=taken,
        corner=corner,
    )
    visit.open("play/dungeon/7/{")
    page.wait_for_selector(".note.bad")
    tell("broken link", notes=visit.notes())


def turns(visit: Visit) -> None:
    """Leaves a part that loads slowly for another one, and opens a part that there is not."""
    page, held = visit.page, []
    page.route("**/v1/catalogs*", lambda route: held.append(route))  # noqa: PLW0108  # Playwright marks what it is given
    visit.open("operate")
    page.wait_for_selector("#content:has-text('Loading')")
    page.evaluate("location.hash = '#play/maze/7'")
    page.wait_for_selector("canvas")
    for route in held:
        route.continue_()
    page.wait_for_timeout(500)
    tell("turns", held=len(held), levels=page.locator("canvas").count())
    page.unroute("**/v1/catalogs*")
    visit.open("toString")
    page.wait_for_selector("section[aria-label=Recommendations]")
    tell("no part", current=page.locator("#tabs a[aria-current]").inner_text())


def choose(visit: Visit, catalog: str) -> None:
    """Picks, restricts, explains and looks closer, and makes mistakes."""
    tell("pressed twice", **recommend_visit.picked_and_taken_out(visit, catalog))
    tell("refused rules", **recommend_visit.refused_rules(visit, catalog))
    tell("against", **recommend_visit.signed_contributions(visit, catalog))
    tell("closed panel", **recommend_visit.closed_panel(visit, catalog))
    tell("unknown user", **recommend_visit.unknown_user(visit, catalog))
    tell("no catalog", **recommend_visit.addresses(visit))
    tell("zoomed", **recommend_visit.zoomed_map(visit, catalog))


def operate(visit: Visit, catalog: str) -> None:
    """Looks at the tables of a catalog, and trains it."""
    page = visit.page
    visit.open(f"operate/{catalog}")
    page.wait_for_selector("section[aria-label=Versions] td")
    visit.settle()
    tell(
        "operate",
        versions=page.locator("section[aria-label=Versions] tbody tr").count(),
        imports=page.locator("section[aria-label=Imports] tbody tr").count(),
    )
    visit.look("operate")
    page.get_by_role("button", name="Train now").click()
    page.wait_for_selector("progress")
    visit.look("training")
    page.wait_for_selector("button:has-text('Train now')", timeout=TRAINING_MILLISECONDS)
    tell("trained", states=page.locator("section[aria-label=Trainings] tbody tr td:nth-child(2)").all_inner_texts())
    visit.settle()
    page.get_by_role("button", name="About version").first.click()
    page.get_by_role("heading", name="Privacy card").wait_for()
    tell("card", text=page.locator("section[aria-label^='Version ']").inner_text())
    visit.look("card")


def promote(visit: Visit, history: str) -> None:
    """Rolls back to the earlier of two versions, after a look at what that changes."""
    page = visit.page
    page.get_by_role("button", name="Roll back version").first.click()
    page.get_by_role("button", name="Roll back to it").wait_for()
    changes = page.locator("section[aria-label='Roll back'] table").all_inner_texts()
    verdict = page.locator("section[aria-label='Roll back'] p").filter(has_text="erdict: ").all_inner_texts()
    page.get_by_label("Item ids, with commas").fill(history)
    with page.expect_response(lambda answer: history.split(",", maxsplit=1)[0] in (answer.request.post_data or "")):
        page.get_by_label("Item ids, with commas").press("Enter")
    visit.settle()
    both = [page.locator(f"ol[aria-label='{name}'] li").count() for name in ("the champion now", "this version")]
    tell("beside", lists=both, notes=visit.notes())
    visit.look("roll back")
    with page.expect_response(lambda answer: answer.url.endswith("/champion")) as moved:
        page.get_by_role("button", name="Roll back to it").click()
    page.get_by_role("button", name="Promote version").first.wait_for()
    tell("confirmed", **recommend_visit.confirmed(visit))
    tell("rolled back", status=moved.value.status, changes=changes, verdict=verdict)


def erase(visit: Visit, user: str) -> None:
    """Erases a user, and waits for the receipt."""
    page = visit.page
    page.get_by_label("User id").fill(user)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Erase the user").click()
    page.wait_for_selector("section[aria-label=Receipt] dl")
    visit.look("erasing")
    page.get_by_text("The sealed receipt").wait_for(timeout=ERASED_MILLISECONDS)
    page.get_by_text("The sealed receipt").click()
    tell("erased", receipt=json.loads(page.locator("section[aria-label=Receipt] pre").inner_text()))
    visit.look("receipt")


@contextlib.contextmanager
def visiting(url: str, pictures: Path | None, name: str, size: tuple[int, int], scheme: str) -> Iterator[Visit]:
    """A window of a size in a colour scheme; what went wrong in it is printed when it closes."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, reduced_motion="reduce"
        )
        visit = Visit(context.new_page(), url, pictures, name)
        yield visit
        tell("end", window=name, errors=visit.errors, foreign=visit.foreign, axe=visit.axe, wide=visit.wide)
        browser.close()


def main() -> None:
    """Visits all parts, in a wide light window and a narrow dark one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--catalog", default="movies")
    parser.add_argument("--query", default="star warz")
    parser.add_argument("--user", default="robin")
    parser.add_argument("--erase", help="a user who is erased; nobody without it")
    parser.add_argument("--versions", help="items, for two versions to answer; then it rolls back to the earlier one")
    given = parser.parse_args()
    if given.pictures:
        given.pictures.mkdir(parents=True, exist_ok=True)
    url = given.url.rstrip("/")
    with visiting(url, given.pictures, "light", WIDE, "light") as visit:
        recommend(visit, given.catalog, given.query)
        measure(visit, given.catalog)
        look_at_map(visit, given.catalog)
        send_event(visit, given.catalog, given.user)
        states(visit, given.catalog)
        choose(visit, given.catalog)
        play(visit)
        workshop(visit)
        keep_cells(visit)
        vaults(visit)
        turns(visit)
        operate(visit, given.catalog)
        if given.versions:
            tell("compared", **recommend_visit.compared(visit, given.versions))
            promote(visit, given.versions)
        if given.erase:
            erase(visit, given.erase)
    with visiting(url, given.pictures, "dark", NARROW, "dark") as visit:
        recommend(visit, given.catalog, given.query)
        look_at_map(visit, given.catalog)
        choose(visit, given.catalog)
        visit.open("play/dungeon/7")
        visit.page.wait_for_selector("canvas")
        visit.look("play dungeon")
        visit.page.get_by_text("Seed and controls").click()
        visit.page.get_by_text("Choose them, or draw your own").click()
        visit.page.get_by_role("button", name="Draw a vault").click()
        visit.look("vault")
        tell("narrow", **workshop_visit.narrow_play(visit))
        visit.open(f"operate/{given.catalog}")
        visit.page.wait_for_selector("section[aria-label=Versions] td")
        visit.settle()
        visit.look("operate")


if __name__ == "__main__":
    main()
