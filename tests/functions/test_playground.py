"""The playground function: the files of the page, sent so that a browser loads nothing from anywhere else."""

import base64
import gzip
import json
import re
import struct
from pathlib import Path
from typing import Any

import pytest

from doublebill.edge.web_files import POLICY, SHEET_LINK, policy_for
from doublebill.games.plans.from_rows import plan_from_rows
from doublebill.games.tileset.laying import ground_tiles
from doublebill.games.tileset.themes import THEMES
from doublebill_local.host.home import Home
from doublebill_local.host.template import read_template
from http_events import http_event
from stacks import load_module

FOLDER = read_template().functions["PlaygroundFunction"].folder / "pages"
STYLES = "style-src 'self'"
SHA256_OF_P = "sha256-SNJDlN1Iy2mnt7DOjQIyDb2LQE6O5PQiSZomcdzawQ4="
"""The digest of `p {}` as a policy has it."""
LARGEST_BYTES = 150_000
"""Of the whole page, compressed, beside the tilesets."""


@pytest.fixture(scope="module")
def handler() -> Any:
    """A warm playground function."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in Home(Path("unused")).environment().items():
            patch.setenv(name, value)
        return load_module(read_template().functions["PlaygroundFunction"]).handler


def sent(handler: Any, name: str | None = None, **headers: str) -> dict[str, Any]:
    """The response for a file, or for the page itself."""
    event = http_event("GET /playground/{file}", path={"file": name}) if name else http_event("GET /")
    answer: dict[str, Any] = handler({**event, "headers": headers}, None)
    return answer


def content(answer: dict[str, Any]) -> bytes:
    assert answer["statusCode"] == 200
    return base64.b64decode(answer["body"])


def test_the_page_is_the_file_that_a_person_wrote_with_its_style_sheet_inside(handler: Any) -> None:
    answer = sent(handler)
    page, sheet = ((FOLDER / name).read_text() for name in ("index.html", "style.css"))
    assert content(answer).decode() == page.replace(SHEET_LINK, f"<style>{sheet}</style>")
    assert SHEET_LINK not in content(answer).decode()
    assert answer["headers"]["content-type"] == "text/html; charset=utf-8"


def test_every_file_says_what_a_browser_may_load(handler: Any) -> None:
    for name in handler.names:
        headers = sent(handler, name)["headers"]
        assert headers["content-security-policy"] == policy_for((FOLDER / "style.css").read_bytes())
        assert headers["x-content-type-options"] == "nosniff"
    assert policy_for(b"p {}") == POLICY.replace(STYLES, f"{STYLES} '{SHA256_OF_P}'")
    assert "unsafe" not in POLICY
    assert "*" not in POLICY


@pytest.mark.parametrize("name", ["app.py", "../app.py", "..", "pages", "nothing.js", "index.html\0", "Main.js"])
def test_what_is_no_file_of_the_page_is_not_found(handler: Any, name: str) -> None:
    assert sent(handler, name)["statusCode"] == 404


def test_a_browser_that_has_the_file_is_sent_no_body(handler: Any) -> None:
    tag = sent(handler, "main.js")["headers"]["etag"]
    again = sent(handler, "main.js", **{"if-none-match": tag})
    assert (again["statusCode"], again.get("body")) == (304, None)
    assert sent(handler, "main.js", **{"if-none-match": '"other"'})["statusCode"] == 200


def test_a_compressed_file_is_the_same_file(handler: Any) -> None:
    answer = sent(handler, "main.js", **{"accept-encoding": "gzip, br"})
    assert answer["headers"]["content-encoding"] == "gzip"
    assert gzip.decompress(content(answer)) == (FOLDER / "main.js").read_bytes()


def test_the_page_is_small(handler: Any) -> None:
    bodies = [
        content(sent(handler, name, **{"accept-encoding": "gzip"})) for name in handler.names if "png" not in name
    ]
    assert sum(map(len, bodies)) <= LARGEST_BYTES


def test_the_page_names_no_other_host_and_runs_no_inline_script() -> None:
    for file in FOLDER.iterdir():
        text = file.read_text()
        hosts = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+", text)) - {"http://www.w3.org"}
        assert not hosts, file.name
        assert not re.search(r"\bon\w+=|<script(?![^>]* src=)|<style|javascript:|innerHTML|\beval\b", text), file.name


def test_every_module_that_is_imported_is_a_file_of_the_page(handler: Any) -> None:
    for file in FOLDER.glob("*.js"):
        imported = re.findall(r'(?:from |import\()"\./([\w.]+)"', file.read_text())
        assert set(imported) <= handler.names, file.name


def test_the_modules_of_the_first_part_are_all_loaded_at_once() -> None:
    page = (FOLDER / "index.html").read_text()
    wanted, at_once = ["recommend.js", "main.js"], {"main.js"}
    while wanted:
        source = FOLDER / wanted.pop()
        found = re.findall(r'from "\./([\w.]+)"', source.read_text()) if source.exists() else []
        wanted += [name for name in found if name not in at_once]
        at_once |= {source.name, *found}
    assert set(re.findall(r'modulepreload" href="playground/([\w.]+)"', page)) == at_once - {"main.js"}


def test_the_numbers_of_the_tiles_lay_a_level_as_pictures_have_it(handler: Any) -> None:
    plan = plan_from_rows("maze", 1, ["#####", "#.#.#", "#...#", "#####"], {"#": "wall", ".": "floor"})
    found = json.loads(content(sent(handler, "tileset.json")))

    def wall(x: int, y: int) -> bool:
        return not (0 <= y < 4 and 0 <= x < 5) or plan.ground[y][x] == "#"

    def tile(x: int, y: int) -> int:
        bits = sum(wall(x + across, y + down) << bit for bit, (across, down) in enumerate(found["around"]))
        return int(found["above"] + found["pieces"][bits])

    walls = [(x, y) for y in range(4) for x in range(5) if wall(x, y)]
    assert [tile(x, y) for x, y in walls] == [ground_tiles(plan)[y, x] for x, y in walls]


def test_every_theme_has_its_picture(handler: Any) -> None:
    assert {name for name in handler.names if name.endswith(".png")} == {f"{theme}-32.png" for theme in THEMES}


def test_the_picture_of_the_tiles_has_every_number(handler: Any) -> None:
    found = json.loads(content(sent(handler, "tileset.json")))
    width, height = struct.unpack(">II", content(sent(handler, "stone-32.png"))[16:24])
    assert width == 32 * found["columns"]
    highest = max(*found["sprites"].values(), found["token"] + found["tokens"] - 1)
    assert highest < height // 32 * found["columns"]
