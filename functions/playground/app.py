"""Playground: the web page on which people try what the API can do. Its files say nothing that is not public."""

import typing
from functools import partial
from pathlib import Path

from doublebill.edge.settings import PlaygroundSettings, read_settings
from doublebill.edge.web_files import WebFiles, json_bytes
from doublebill.games.tileset.themes import ThemeName, TileStyle

settings = read_settings(PlaygroundSettings)


def tileset(theme: ThemeName) -> bytes:
    from doublebill.games.files.writers.png import tileset_png  # loads NumPy, which the page itself does not need

    return tileset_png(TileStyle(theme, 32))


def tile_numbers() -> bytes:
    from doublebill.games.tileset.lookup import lookup

    return json_bytes(lookup())


tilesets = {f"{theme}-32.png": partial(tileset, theme) for theme in typing.get_args(ThemeName)}
handler = WebFiles(
    Path(__file__).with_name("pages"),
    Path(settings.client_script),
    made={**tilesets, "tileset.json": tile_numbers},
)
