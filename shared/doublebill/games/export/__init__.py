"""Exports: a level in the forms that callers ask for.

An answer's item in JSON (`as_json`) or drawn for the terminal (`as_text`), or a file that an engine or a viewer reads
(`as_file`). Every form needs no more of a level than its grid, legend and certificate, so that no kind of level has
code of its own here.
"""

from doublebill.games.export.files import FILES, FileName, as_file
from doublebill.games.export.json_ import as_json
from doublebill.games.export.text import as_text, draw
from doublebill.games.export.told import CellTold, CertificateTold, ControlTold, LevelTold, TilesetTold

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
