"""Visits the playground of the signing proxy in Chromium, and prints as JSON what it shows.

.tools/browser/bin/python tests/check/proxy_visit.py ADDRESS…      each is opened in the same tab, then loaded again
"""

import json
import shutil
import sys

from playwright.sync_api import Page, sync_playwright

PATIENCE_MILLISECONDS = 60_000


def look(page: Page) -> dict[str, object]:
    """Returns the address and the text of the page once it shows an answer."""
    for _ in range(PATIENCE_MILLISECONDS // 50):
        text = page.inner_text("main")
        if "Loading" not in text and text.strip() and not page.query_selector(".busy"):
            return {"address": page.url, "text": text}
        page.wait_for_timeout(50)
    raise AssertionError("nothing was shown")


if __name__ == "__main__":
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        tab = browser.new_page()
        found = []
        for address in sys.argv[1:]:
            tab.goto(address)
            found.append(look(tab))
            tab.reload()
            found.append(look(tab))
        print(json.dumps(found))
        browser.close()
