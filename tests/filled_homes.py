"""State folders with a small trained catalog of films that have titles, for tests that look at pages."""

import subprocess
import sys
from pathlib import Path

from doublebill_local.host.home import Home
from worlds import checkerboard

TITLES = {f"item-{number:02}": f"{'Even' if number % 2 == 0 else 'Odd'} film {number}" for number in range(12)}


def fill(folder: Path, home: Home) -> None:
    """Imports and trains the catalog `films`."""
    events, items = folder / "events.csv", folder / "items.csv"
    rows = [f"{one.user},{one.item_id},{one.timestamp // 1000}" for one in checkerboard()]
    events.write_text("\n".join(["user_id,item_id,timestamp", *rows]) + "\n")
    described = (f"{item_id},{title},{'Drama' if 'Even' in title else 'Comedy'}" for item_id, title in TITLES.items())
    items.write_text("\n".join(["item_id,title,tags", *described]) + "\n")
    more = folder / "more.csv"
    more.write_text("\n".join(["user_id,item_id,timestamp", *(row.replace("user-", "other-") for row in rows)]) + "\n")
    commands = (
        ["import", "films", "--events", str(events), "--items", str(items)],
        ["train", "films"],
        ["import", "films", "--events", str(more)],
        ["train", "films"],
    )
    for command in commands:
        whole = [sys.executable, "-m", "doublebill_local", *command, "--home", str(home.folder)]
        subprocess.run(whole, check=True, capture_output=True)
