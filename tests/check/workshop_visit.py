"""Steps of a visit of the playground that make, change, play and save levels; `playground_visit` prints what they find.

Each takes a visit whose page is a Chromium page of Playwright, and returns what it found.
"""

import zipfile
from pathlib import Path
from typing import Any

KEYS = {
    "platform": {"L": "ArrowLeft", "R": "ArrowRight", "J": "ArrowUp", "W": "ArrowDown"},
    "runner": {
        "l": "ArrowLeft",
        "r": "ArrowRight",
        "n": "ArrowDown",
        "L": "Shift+ArrowLeft",
        "R": "Shift+ArrowRight",
        "N": "ArrowUp",
    },
}
"""Kind with jumps → letter of its moves → the key that makes it."""
LEVEL = "section[aria-label=Level]"


def changed_files(visit: Any) -> dict[str, Any]:
    """Changes a tile by the keyboard, proves the level, and saves it: as a table, in a zip, and one around it."""
    page = visit.page
    visit.open("play/chamber/7")
    page.wait_for_selector(LEVEL)
    page.get_by_role("button", name="Change tiles").click()
    page.get_by_label("Tile").select_option(label="enemy")
    page.locator("canvas").focus()
    for key in ["ArrowDown"] * 3 + ["ArrowRight"] * 8 + ["Enter"]:
        page.keyboard.press(key)
    proofs = [fact(visit, "Proof")]
    page.get_by_role("button", name="Prove again").click()
    page.locator(".note.good").first.wait_for()
    proofs.append(fact(visit, "Proof"))
    page.get_by_text("Files", exact=True).click()
    table, rows = saved(visit, "csv")
    packed, _ = saved(visit, "tmx")
    visit.look("changed files")
    address = page.evaluate("location.hash")
    visit.open(address[1:])
    page.wait_for_selector(LEVEL)
    again = page.locator(f"{LEVEL} pre").last.text_content()
    page.get_by_role("button", name="Change tiles").click()
    page.get_by_role("button", name="Make the rest again").click()
    page.get_by_text("Made around 1 kept cell").wait_for()
    seed, address = page.get_by_label("Seed", exact=True).input_value(), page.evaluate("location.hash")
    page.get_by_text("Files", exact=True).click()
    kept = saved(visit, "csv")[1]
    visit.open(address[1:])
    page.get_by_text("Made around 1 kept cell").wait_for()
    page.get_by_text("Files", exact=True).click()
    return {
        "proofs": proofs,
        "table": table,
        "rows": rows.decode().splitlines(),
        "packed": packed,
        "again": again,
        "seed": seed,
        "kept": kept.decode().splitlines(),
        "same": saved(visit, "csv")[1] == kept,
    }


def saved(visit: Any, form: str) -> tuple[str, bytes]:
    """Saves the level in a format; returns the name of the file, of a zip with those in it, and the content."""
    visit.page.get_by_label("Format").select_option(form)
    with visit.page.expect_download() as download:
        visit.page.get_by_role("button", name="Download").click()
    name, path = download.value.suggested_filename, Path(download.value.path())
    if name.endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            name = " ".join([name, *archive.namelist()])
    return name, path.read_bytes()


def fact(visit: Any, term: str) -> str:
    """Returns a fact of the level on the screen."""
    return visit.page.locator(f"{LEVEL} dt:text-is('{term}') + dd").first.inner_text()


def refused_level(visit: Any) -> dict[str, Any]:
    """Walls a player in, and asks for a file; takes the change back, and all changes."""
    page = visit.page
    visit.open("play/platform/7")
    page.wait_for_selector(LEVEL)
    page.get_by_role("button", name="Change tiles").click()
    page.get_by_label("Tile").select_option(label="exit")
    page.locator("canvas").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Files", exact=True).click()
    page.get_by_role("button", name="Download").click()
    page.get_by_text("so it has no file").wait_for()
    notes, proof = visit.notes(), fact(visit, "Proof")
    page.locator("canvas").focus()
    page.keyboard.press("u")
    page.get_by_role("button", name="Undo all").click()
    editing = page.get_by_role("button", name="Prove again").count()
    return {"notes": notes, "proof": proof, "back": fact(visit, "Proof"), "after": visit.notes(), "editing": editing}


def played_with_keys(visit: Any, kind: str) -> dict[str, Any]:
    """Plays the proof of a level with jumps key by key, with a step back in between."""
    page = visit.page
    with page.expect_response(lambda answer: answer.url.endswith(f"/games/{kind}")) as made:
        visit.open(f"play/{kind}/7")
    moves = made.value.json()["items"][0]["certificate"]["moves"]
    page.get_by_role("button", name="Play", exact=True).click()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Control+z")
    for letter in moves:
        page.keyboard.press(KEYS[kind][letter])
    said = page.locator("main p[role=status]").inner_text()
    visit.until("document.querySelector('.frame').scrollLeft >= 0")
    sizes = page.evaluate("(() => { const one = document.querySelector('.frame'); return "
                          "[one.scrollWidth - one.clientWidth, one.scrollLeft, one.clientHeight]; })()")  # fmt: skip
    return {"kind": kind, "said": said, "moves": len(moves), "sizes": sizes}


def addresses(visit: Any) -> dict[str, Any]:
    """Makes another level, and loads the page again; opens a kind that there is not, and one of a very long seed."""
    page = visit.page
    visit.open("play/maze/7")
    page.wait_for_selector(LEVEL)
    page.get_by_role("button", name="Another one").click()
    visit.until("location.hash !== '#play/maze/7'")
    visit.settle()
    made = [page.locator(f"{LEVEL} h2").inner_text(), fact(visit, "Proof")]
    page.reload()
    page.wait_for_selector(LEVEL)
    again = [page.locator(f"{LEVEL} h2").inner_text(), fact(visit, "Proof")]
    visit.open("play/nokind/7")
    page.wait_for_selector(".note.bad")
    none = visit.notes()
    visit.open("play/maze/" + "x" * 2000)
    page.wait_for_selector(".note.bad")
    visit.look("long seed")
    return {"made": made, "again": again, "none": none, "long": visit.notes()}


def mistakes(visit: Any) -> dict[str, Any]:
    """Types what is no width over a level; returns what is marked, and what is still shown."""
    page = visit.page
    visit.open("play/chamber/7")
    page.wait_for_selector(LEVEL)
    page.get_by_label("Width").fill("0")
    page.get_by_label("Width").press("Enter")
    page.wait_for_selector("[aria-invalid=true]")
    visit.look("mistake")
    marked = page.locator("[aria-invalid=true]").count()
    beside = page.locator("small.wrong").all_inner_texts()
    levels = page.locator(LEVEL).count()
    page.get_by_label("Width").fill("12")
    page.get_by_label("Width").press("Enter")
    visit.until("!document.querySelector('[aria-invalid=true]')")
    return {"marked": marked, "beside": beside, "levels": levels, "notes": visit.notes()}


def offers(visit: Any) -> dict[str, Any]:
    """Looks at what kinds offer: formats, corpora, health, and quests with nothing typed."""
    page = visit.page
    formats = {}
    for kind in ("dungeon", "sokoban"):
        visit.open(f"play/{kind}/7")
        page.wait_for_selector(LEVEL)
        page.get_by_text("Files", exact=True).click()
        formats[kind] = page.get_by_label("Format").locator("option").all_inner_texts()
        if kind == "dungeon":
            names = [saved(visit, form)[0] for form in ("tmx", "csv", "uvtt")]
    visit.open("play/crypt/7")
    page.get_by_text("Health 5 of 5").wait_for()
    visit.open("play/names/7")
    page.wait_for_selector("main pre")
    corpora = page.get_by_label("Corpus").locator("option").all_inner_texts()
    visit.open("play/quests/7")
    page.wait_for_selector("main pre")
    return {"formats": formats, "names": names, "corpora": corpora, "quests": page.locator("main pre").count()}


def narrow_play(visit: Any) -> dict[str, Any]:
    """Plays on a narrow screen with the buttons, and opens the files of a changed level."""
    page = visit.page
    visit.open("play/chamber/7")
    page.wait_for_selector(LEVEL)
    top = page.locator("canvas").bounding_box()["y"]
    page.get_by_role("button", name="Play", exact=True).click()
    page.get_by_role("button", name="right", exact=True).click()
    said = [page.locator("main p[role=status]").inner_text()]
    page.get_by_role("button", name="Step back").click()
    said.append(page.locator("main p[role=status]").inner_text())
    page.get_by_role("button", name="Change tiles").click()
    page.get_by_label("Tile").select_option(label="enemy")
    page.locator("canvas").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Files", exact=True).click()
    visit.look("narrow play")
    return {"top": top, "said": said}
