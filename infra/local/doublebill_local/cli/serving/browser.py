"""The browser of the person at this machine."""

import sys
import webbrowser

OPEN_BY_HAND = "doublebill: no browser could be opened; open the address yourself"


def open_browser(address: str) -> None:
    """Opens an address in a new tab of a browser with windows; one in the terminal would take the terminal away."""
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        browser = None
    in_terminal = type(browser) is webbrowser.GenericBrowser
    if browser is None or in_terminal or not browser.open_new_tab(address):
        print(OPEN_BY_HAND, file=sys.stderr, flush=True)
