"""Draws the picture of the README: an explained recommendation beside a chamber with its proof.

    python infra/docs/generators/picture.py        writes infra/docs/pictures/doublebill.svg; `make pictures` does

Runs the product: invented music is imported and trained in a temporary folder, the service answers one request of each
feature, and the answers are drawn as they come.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from doublebill.client import Client
from doublebill.client.shapes import ContentRequest
from doublebill_local.demo.synthetic import write_music
from doublebill_local.host.home import Home
from doublebill_local.host.process import running

PICTURE = Path(__file__).parents[1] / "pictures" / "doublebill.svg"
CHAMBER: ContentRequest = {
    "seed": "two features for one ticket",
    "format": "png",
    "theme": "crypt",
    "tile_pixels": 32,
    "solution": True,
    "spec": {"width": 26, "height": 18, "player_key": [18, 40], "key_door": [18, 40], "enemies": [4, 6]},
}
CATALOG = "music"
SHOWN = 4
"""Recommendations that are drawn."""
WIDTH, HEIGHT, CARD = 1200, 560, 580
FONTS = "system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif"
COLOURS = ("#0b7285", "#e8590c", "#5f3dc4")
"""One for each item of the history, in its order."""


def draw(history: list[str], recommendations: list[dict[str, Any]], level: str) -> str:
    """Returns the picture as SVG.

    Args:
        history: titles of the items that the recommendations stand on, oldest first.
        recommendations: as answered with `explain`, contributions with titles under `title`.
        level: a picture of a level, PNG in base64.
    """
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="{FONTS}">',
        "<title>doublebill: an explained recommendation, and a chamber with the path that proves it</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="16" fill="#f8f9fa"/>',
        _text(40, 56, "recommend", 26, "#212529", "700"),
        _text(40, 84, "played: " + ", ".join(history), 15, "#495057"),
    ]
    for place, one in enumerate(recommendations[:SHOWN]):
        parts += _recommendation(place, one, dict(zip(history, COLOURS, strict=True)))
    parts += [
        _text(CARD + 40, 56, "generate", 26, "#212529", "700"),
        _text(CARD + 40, 84, "a chamber, and the path by which a solver finished it", 15, "#495057"),
        _image(level, CARD + 40, 108, WIDTH - CARD - 80, HEIGHT - 148),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _recommendation(place: int, one: dict[str, Any], colours: dict[str, str]) -> list[str]:
    top, width, left = 118 + place * 108, CARD - 80, 40.0
    parts, words = [_text(40, top + 18, f"{place + 1}. {one['title']}", 19, "#212529", "600")], []
    for item in sorted(one["contributions"], key=lambda item: -item["share"]):
        colour, share = colours[item["title"]], item["share"]
        parts.append(f'<rect x="{left:.1f}" y="{top + 30}" width="{share * width:.1f}" height="16" fill="{colour}"/>')
        left += share * width
        words.append(f'<tspan fill="{colour}" font-weight="600">{share:.0%}</tspan> {escape(item["title"])}')
    line = "because you played " + " · ".join(words)
    return [*parts, f'<text x="40" y="{top + 68}" font-size="13" fill="#495057">{line}</text>']


def _text(left: float, top: float, text: str, size: int, colour: str, weight: str = "400") -> str:
    return f'<text x="{left}" y="{top}" font-size="{size}" font-weight="{weight}" fill="{colour}">{escape(text)}</text>'


def _image(picture: str, left: int, top: int, width: int, height: int) -> str:
    """Returns a PNG picture in base64 as a part of an SVG document, scaled to fit."""
    place = f'x="{left}" y="{top}" width="{width}" height="{height}" preserveAspectRatio="xMidYMin meet"'
    return f'<image {place} href="data:image/png;base64,{picture}"/>'


def main() -> None:
    """Asks the product for both answers and writes the picture."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        music = write_music(Path(folder) / "music")
        for words in (
            ["import", CATALOG, "--events", str(music.events), "--items", str(music.items)],
            ["train", CATALOG],
        ):
            subprocess.run([sys.executable, "-m", "doublebill_local", *words, "--home", str(home.folder)], check=True)
        with running(home) as url, Client(url) as client:
            history = [item for item, _ in music.persona.history]
            answer = client.recommend(CATALOG, history=history, n=SHOWN, explain=True)
            level = client.generate("chamber", **CHAMBER)
    recommendations: list[dict[str, Any]] = [dict(item) for item in answer["recommendations"]]
    titles = {
        item["item_id"]: item["title"] for one in recommendations for item in one["contributions"] if "item_id" in item
    }
    PICTURE.write_text(draw([titles[item] for item in history], recommendations, str(dict(level["items"][0])["data"])))


if __name__ == "__main__":
    main()
