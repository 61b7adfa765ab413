"""Exports: a level in the forms that callers ask for.

An answer's item in JSON (`as_json`) or drawn for the terminal (`as_text`), or a file that an engine or a viewer reads
(`as_file`). Every form needs no more of a level than its grid, legend and certificate, so that no kind of level has
code of its own here.
"""

from doublebill.games.files.formats import FILES, FileName, as_file
from doublebill.games.files.json_ import as_json
from doublebill.games.files.response import CellTold, CertificateTold, ControlTold, LevelTold, TilesetTold
from doublebill.games.files.text import as_text, draw

__all__ = [
    "FILES",
    "CellTold",
    "CertificateTold",
    "ControlTold",
    "FileName",
    "LevelTold",
    "TilesetTold",
    "as_file",
    "as_json",
    "as_text",
    "draw",
]
