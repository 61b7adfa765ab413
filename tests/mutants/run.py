"""Applies every patch of this folder to a copy of the project and expects the test that it names to fail.

    python tests/mutants/run.py [name…]

A patch begins with a line `# pytest: path::test`, for a test at length `# pytest: --at-length path::test`. The test
must pass on the project as it is and fail with the patch.
Whether it passes as it is, is looked at where names are given; who runs all of them has run the tests before.
"""

import os
import queue
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MARK = "# pytest: "
FAILED = 1
"""What pytest exits with when a test failed, and not when it could not run."""


def main(names: list[str]) -> int:
    """Runs the patches of these names, or all; gives how many tests stayed green or could not run."""
    patches = [file for file in sorted(Path(__file__).parent.glob("*.patch")) if not names or file.stem in names]
    with tempfile.TemporaryDirectory() as folder:
        copies = Copies(Path(folder), os.cpu_count() or 1)
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as workers:
            missed = [told for told in workers.map(lambda patch: tried(patch, bool(names), copies), patches) if told]
    killed = len(patches) - len(missed)
    print("\n".join([*missed, f"{killed} of {len(patches)} mutants killed"]))
    return len(missed)


class Copies:
    """Copies of the project, each for one mutant at a time; what was compiled of one serves those after it."""

    def __init__(self, folder: Path, number: int) -> None:
        self._free: queue.SimpleQueue[Path] = queue.SimpleQueue()
        for copy in (folder / str(one) for one in range(number)):
            copied(copy)
            self._free.put(copy)

    @contextmanager
    def one(self) -> Iterator[Path]:
        """Gives a copy to one caller at a time, and restores it afterwards."""
        copy = self._free.get()
        try:
            yield copy
        finally:
            restore(copy)
            self._free.put(copy)


def restore(copy: Path) -> None:
    """Makes the files of a copy what they were, and forgets what was compiled of those that were not."""
    for name in git(copy, "ls-files", "--modified").splitlines():
        # by time and size alone, a file of the same size that changed within the same second counts as compiled
        for compiled in (copy / name).parent.glob(f"__pycache__/{Path(name).stem}.*"):
            compiled.unlink()
    git(copy, "checkout", "--quiet", "--", ".")
    git(copy, "clean", "--quiet", "-d", "--force")
    shutil.rmtree(copy / ".hypothesis", ignore_errors=True)  # examples that made another mutant fail


def tried(patch: Path, doubtful: bool, copies: Copies) -> str:
    """What is wrong with a mutant; empty where its test went red as it must, and where `doubtful` was not before."""
    first, _, _ = patch.read_text().partition("\n")
    if not first.startswith(MARK):
        return f"{patch.name}: its first line does not name a test"
    test = first.removeprefix(MARK).strip()
    with copies.one() as copy:
        before = outcome(copy, test) if doubtful else None
        if before and before.returncode:
            return f"{patch.name}: {test} is red without it\n{before.stdout[-2000:]}"
        applied = subprocess.run(
            ["git", "apply", "-p1", str(patch)], cwd=copy, capture_output=True, text=True, check=False
        )
        if applied.returncode:
            return f"{patch.name}: does not apply: {applied.stderr.strip()}"
        after = outcome(copy, test)
    if after.returncode == FAILED:
        return ""
    return f"{patch.name}: {test} exited with {after.returncode}, expected a failed test\n{after.stdout[-1000:]}"


def copied(place: Path) -> None:
    """The project's files, as they are in the working tree, at `place`, in the index of a repository of its own."""
    for name in git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard").splitlines():
        if (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, place / name)
    git(place, "init", "--quiet")
    git(place, "-c", "core.compression=0", "add", "--all")


def git(folder: Path, *words: str) -> str:
    """What git prints for a command in a folder."""
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True).stdout


def outcome(copy: Path, test: str) -> "subprocess.CompletedProcess[str]":
    """The test, run on the copy's own code."""
    paths = os.pathsep.join(str(copy / folder) for folder in ("shared", "infra/local", "tests"))
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "--hypothesis-profile",
        "unshrunk",
        "-x",
        *test.split(),
    ]
    environment = {**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": ""}
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
