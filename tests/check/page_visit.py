"""Opens self-contained pages from files in Chromium, and prints what it finds as JSON lines.

    .tools/browser/bin/python tests/check/page_visit.py FILE… [--pictures FOLDER] [--query WORDS]

Runs in an environment of its own, which has Playwright; `test_report.py` and `test_offline_page.py` start it. A page is
opened in a wide light window, a narrow dark one, and as printed; with a query an item is searched, picked and looked at
by the keyboard alone.
"""

import argparse
from pathlib import Path

from playground_visit import NARROW, WIDE, Visit, tell, titles, visiting
from recommend_visit import unfold_rules


def pick(visit: Visit, query: str) -> None:
    """Picks the first item that is found by a query, then looks at what is like it."""
    page = visit.page
    page.wait_for_selector("section[aria-label=Recommendations] li")
    tell("cold", titles=titles(visit), notes=visit.notes())
    visit.look("cold")
    page.get_by_label("Search").focus()
    page.keyboard.type(query)
    page.wait_for_timeout(300)
    found = page.locator("ul[aria-label='Found items'] b").first.inner_text()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("svg.bars")
    took = page.evaluate("performance.getEntriesByName('recommendation').map((one) => one.duration)")
    bars = page.locator("svg.bars").first.get_attribute("aria-label")
    tell("picked", found=found, titles=titles(visit), bars=bars, pick_milliseconds=took[1:])
    visit.look("picked")
    page.get_by_role("button", name="More like").first.press("Enter")
    page.wait_for_selector("section[aria-label^='More like'] h2")
    visit.look("more like")
    page.get_by_role("button", name="Take out").first.press("Enter")
    page.locator(".note").first.wait_for()
    tell("taken out", titles=titles(visit))
    unfold_rules(page)
    for typed in ("1000", "-3", "2.5"):
        page.get_by_label("Number of items").fill(typed)
        tell("limits", said=page.locator(".wrong").inner_text(), titles=titles(visit))


def main() -> None:
    """Visits every page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--query", default="")
    given = parser.parse_args()
    if given.pictures:
        given.pictures.mkdir(parents=True, exist_ok=True)
    for file in given.files:
        url = file.resolve().as_uri()
        for scheme, size in (("light", WIDE), ("dark", NARROW)):
            with visiting(url, given.pictures, f"{file.stem}-{scheme}", size, scheme) as visit:
                visit.page.goto(url)
                visit.page.wait_for_selector("main section")
                visit.look("opened")
                if given.query:
                    pick(visit, given.query)
                tell("page", file=file.name, plots=visit.page.locator("figure svg").count())
                if scheme == "light":
                    visit.page.emulate_media(media="print")
                    visit.look("printed")


if __name__ == "__main__":
    main()
