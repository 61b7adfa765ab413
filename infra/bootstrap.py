"""Makes one of the project's environments from its hash-locked requirement file.

    python3 infra/bootstrap.py NAME

NAME is dev, sam, ministack, schemathesis, checkov, audit, peers, mutation, node, browser, mcp, spark or report.

Starts from any Python >= 3.9 and nothing else: it brings uv (from the environment's own package index), and uv
finds, or brings, a Python >= 3.12. Does nothing where the environment already matches its lock.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
PLACES = {
    "dev": ROOT / ".venv",
    **{
        name: TOOLS / name
        for name in (
            "sam",
            "ministack",
            "schemathesis",
            "checkov",
            "audit",
            "peers",
            "mutation",
            "node",
            "browser",
            "mcp",
            "spark",
            "report",
        )
    },
}
BESIDE = {"mutation": ("dev",), "mcp": ("dev",)}
"""Environments that also hold what other lock files name."""
WITH_PROJECT = ("dev", "mcp")
"""Environments into which the project itself is installed."""
WANTED = ("3.13", "3.12", ">=3.12")


def main(name: str) -> None:
    """Creates or refreshes the environment `name`."""
    if sys.version_info < (3, 9):
        sys.exit("doublebill: python3 is %d.%d here; 3.9 or newer is needed to set up" % sys.version_info[:2])
    place = PLACES[name]
    locks = [ROOT / "infra" / "requirements" / (one + ".txt") for one in (*BESIDE.get(name, ()), name)]
    stamp = place / ".lock-digest"
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in [*locks, ROOT / "pyproject.toml"])).hexdigest()
    if stamp.is_file() and stamp.read_text() == digest and python_of(place).exists():
        return
    os.environ.setdefault("UV_SYSTEM_CERTS", "1")  # as pip does: a company's own authority counts too
    uv = find_uv()
    if not python_of(place).exists():
        create(uv, place)
    print("doublebill: installing %s (%s)" % (name, place.relative_to(ROOT)), flush=True)
    run(uv, "pip", "sync", "--quiet", "--require-hashes", "--python", python_of(place), *locks)
    if name in WITH_PROJECT:
        run(
            uv,
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "--python",
            python_of(place),
            "-e",
            ROOT,
        )
    stamp.write_text(digest)


def python_of(place: Path) -> Path:
    """Returns the interpreter of the environment at `place`."""
    return place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def find_uv() -> Path:
    """Returns uv from the PATH, or else installs it beside the project with pip."""
    found = shutil.which("uv")
    if found:
        return Path(found)
    place = TOOLS / "uv"
    uv = python_of(place).parent / ("uv.exe" if os.name == "nt" else "uv")
    if not uv.exists():
        print("doublebill: bringing uv", flush=True)
        try:
            venv.create(place, with_pip=True, clear=True)
        except (subprocess.CalledProcessError, ImportError):
            sys.exit(
                "doublebill: this python3 cannot make environments. Install its venv package "
                "(Debian, Ubuntu: apt install python3-venv), or install uv, then run make again."
            )
        run(python_of(place), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv")
    return uv


def create(uv: Path, place: Path) -> None:
    """Creates an empty environment with the wanted Python, or the nearest that uv can find or bring."""
    for wanted in WANTED:
        made = subprocess.run(
            [str(uv), "venv", "--quiet", "--clear", "--no-project", "--python", wanted, str(place)],
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode == 0:
            return
    sys.exit(
        "doublebill: found no Python >= 3.12 and could not bring one. Install Python 3.12 or 3.13 "
        "(or let uv reach its downloads), then run make again.\n" + made.stderr.strip()
    )


def run(*command: object) -> None:
    """Runs a command and ends this program with its message when it fails."""
    done = subprocess.run([str(part) for part in command], check=False)
    if done.returncode:
        sys.exit("doublebill: failed: " + " ".join(str(part) for part in command))


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in PLACES:
        sys.exit(__doc__)
    main(sys.argv[1])
