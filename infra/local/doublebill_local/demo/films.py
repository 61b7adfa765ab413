"""Real films: MovieLens 100K, as two text files out of a wheel of the package index.

The wheel is downloaded by pip under a hash lock and opened as a zip file; nothing in it is installed or run.
"""

import os
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from doublebill_local.demo.synthetic import Files
from doublebill_local.demo.worlds import Persona
from doublebill_local.locations import ROOT

REQUIREMENTS = ROOT / "infra" / "requirements" / "films.txt"
"""Locks the wheel by version and hash."""

INSIDE = "recbole/dataset_example/ml-100k/"
EVENTS, ITEMS = "ml-100k.inter", "ml-100k.item"

TIMEOUT_SECONDS = 120
PATIENCE = ("--retries", "1", "--timeout", "15")
"""Keeps the wait short on a machine without a network."""

TERMS = """\
MovieLens 100K belongs to GroupLens Research at the University of Minnesota. It may be used for research; it may not \
be redistributed, nor used commercially or for revenue, without GroupLens's permission; nobody may claim or imply \
that the university or GroupLens endorses them; and it comes without any warranty. Work that uses it acknowledges: \
F. Maxwell Harper and Joseph A. Konstan, 2015, "The MovieLens Datasets: History and Context", ACM Transactions on \
Interactive Intelligent Systems 5(4), article 19, https://doi.org/10.1145/2827872."""

ROBIN = Persona(
    name="Robin",
    about="loves space",
    user_id="robin",
    kind="rate",
    # The Empire Strikes Back, Blade Runner, 2001: A Space Odyssey; then Cinderella
    history=(("172", 5), ("89", 5), ("135", 5)),
    later=("418", 5),
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """The fetched films, or the reason why there are none."""

    files: Files | None
    reason: str = ""
    """Empty if there are files."""


class _Unavailable(Exception):
    """Raised when the films cannot be fetched; the message is the reason."""


def fetch_films(folder: Path, requirements: Path = REQUIREMENTS) -> Fetched:
    """Returns MovieLens 100K in `folder`, and downloads it first unless it is there.

    A failure leaves `folder` unchanged.
    """
    files = Files(folder / EVENTS, folder / ITEMS, ROBIN)
    if files.events.exists() and files.items.exists():
        return Fetched(files)
    try:
        with tempfile.TemporaryDirectory(prefix="doublebill-films-") as temporary:
            _unpack(_download(requirements, Path(temporary)), folder)
    except _Unavailable as why:
        return Fetched(None, str(why))
    except OSError as error:
        return Fetched(None, f"a file could not be written: {error}")
    return Fetched(files)


def _download(requirements: Path, folder: Path) -> Path:
    """Downloads the wheel that `requirements` locks into `folder`."""
    if not requirements.exists():
        raise _Unavailable(f"{requirements.name}, the lock that names the wheel, is missing")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check"]
    command += ["--no-deps", "--only-binary", ":all:", "--require-hashes", *PATIENCE]
    command += ["--requirement", str(requirements), "--dest", str(folder)]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise _Unavailable(f"the package index did not answer within {TIMEOUT_SECONDS} seconds") from None
    wheel = next(folder.glob("*.whl"), None)
    if ran.returncode or wheel is None:
        raise _Unavailable(f"pip could not download the wheel: {_last_error(ran.stderr.splitlines())}")
    return wheel


def _last_error(lines: list[str]) -> str:
    errors = [line for line in lines if line.startswith("ERROR:")] or ["no reason given", *filter(str.strip, lines)]
    return errors[-1].removeprefix("ERROR:").strip()


def _unpack(wheel: Path, folder: Path) -> None:
    """Extracts both files of the wheel into `folder`, each whole or not at all."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            contents = {name: archive.read(INSIDE + name) for name in (ITEMS, EVENTS)}
    except (KeyError, zipfile.BadZipFile) as error:
        raise _Unavailable(f"{wheel.name} does not contain the two files: {error}") from None
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        _write_whole(folder / name, content)


def _write_whole(path: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".partial-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except BaseException:  # however it ends, no half file stays
        Path(name).unlink(missing_ok=True)
        raise
