"""Files: a level in the formats that callers request.

An item of a JSON answer (`as_json`) or drawn for the terminal (`as_text`), or a file that an engine or a viewer reads
(`as_file`). All are views of one plan of a level (`plans`), written by `writers`, so no kind of level has code of
its own here.
"""

from doublebill.games.files.answer_size import shown_within
from doublebill.games.files.formats import (
    FILES,
    FILES_VERSION,
    as_file,
    check_bytes,
    check_pixels,
    file_name,
    formats_of,
    written,
)
from doublebill.games.files.level_files import ZIP, LevelFile, file_names, files_within, level_files, one_file, zipped
from doublebill.games.files.level_json import (
    CellJson,
    CertificateJson,
    ControlJson,
    LevelJson,
    TilesetJson,
    WrittenFile,
    as_json,
)
from doublebill.games.files.writers.terminal import as_text, draw

__all__ = [
    "FILES",
    "FILES_VERSION",
    "ZIP",
    "CellJson",
    "CertificateJson",
    "ControlJson",
    "LevelFile",
    "LevelJson",
    "TilesetJson",
    "WrittenFile",
    "as_file",
    "as_json",
    "as_text",
    "check_bytes",
    "check_pixels",
    "draw",
    "file_name",
    "file_names",
    "files_within",
    "formats_of",
    "level_files",
    "one_file",
    "shown_within",
    "written",
    "zipped",
]
