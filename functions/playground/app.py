"""Playground: the web page on which people try what the API can do. Its files say nothing that is not public."""

import functools
import typing
from pathlib import Path

from doublebill.edge.settings import PlaygroundSettings, read_settings
from doublebill.edge.web_files import WebFiles, json_bytes
from doublebill.games.files.writers.png import tileset_png
from doublebill.games.tileset.lookup import lookup
from doublebill.games.tileset.themes import ThemeName, TileStyle

settings = read_settings(PlaygroundSettings)
tilesets = {
    f"{theme}-32.png": functools.partial(tileset_png, TileStyle(theme, 32)) for theme in typing.get_args(ThemeName)
}
handler = WebFiles(
    Path(__file__).with_name("pages"),
    Path(settings.client_script),
    made={**tilesets, "tileset.json": lambda: json_bytes(lookup())},
)
