"""Applies every patch of this folder to a copy of the project and expects the test that it names to fail.

    python tests/mutants/run.py [name…]

A patch begins with a line `# pytest: path::test`, which must pass on the project as it is and fail with the patch.
Whether it passes as it is, is looked at where names are given; who runs all of them has run the tests before.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MARK = "# pytest: "
FAILED = 1
"""What pytest exits with when a test failed, and not when it could not run."""


def main(names: list[str]) -> int:
    """Runs the patches of these names, or all; gives how many tests stayed green or could not run."""
    patches = [file for file in sorted(Path(__file__).parent.glob("*.patch")) if not names or file.stem in names]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as workers:
        missed = [told for told in workers.map(lambda patch: tried(patch, bool(names)), patches) if told]
    killed = len(patches) - len(missed)
    print("\n".join([*missed, f"{killed} of {len(patches)} mutants killed"]))
    return len(missed)


def tried(patch: Path, doubtful: bool) -> str:
    """What is wrong with a mutant; empty where its test went red as it must, and where `doubtful` was not before."""
    first, _, _ = patch.read_text().partition("\n")
    if not first.startswith(MARK):
        return f"{patch.name}: its first line does not name a test"
    test = first.removeprefix(MARK).strip()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        copied(copy)
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
    """The project's files, as they are in the working tree, at `place`."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    for name in names:
        if (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, place / name)
    subprocess.run(["git", "init", "--quiet"], cwd=place, check=True)


def outcome(copy: Path, test: str) -> "subprocess.CompletedProcess[str]":
    """The test, run on the copy's own code."""
    paths = os.pathsep.join(str(copy / folder) for folder in ("shared", "infra/local", "tests"))
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-x", test]
    environment = {**os.environ, "PYTHONPATH": paths}
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
