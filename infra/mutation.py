"""Mutation testing: makes small changes to modules, one at a time, and counts those that the tests notice.

    make mutation                                              the modules that this branch changed against main
    make mutation MODULES="shared/doublebill/fit/top_k.py …"   these modules

Each module is tested by the file that mirrors it under `tests`, or by the tests of the nearest folder. It runs in a
copy of the project, with mutmut, which lets each change run in a fork of one process that has everything imported.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {"doublebill": "shared/doublebill", "doublebill_local": "infra/local/doublebill_local"}
"""Package → its folder; mutmut wants both beside each other in `src`."""

RESULT = re.compile(r"\s*(?P<module>[\w.]+)\.x\w*__mutmut_\d+: (?P<outcome>.+)")

SETTINGS = """[mutmut]
source_paths=src
use_git_change_detection=false
only_mutate=
  {modules}
also_copy=
  functions
  infra
  shared
  README.md
  template.yaml
pytest_add_cli_args_test_selection=
  {tests}
"""


def main(modules: list[str]) -> int:
    """Prints the score of each module and the changes that no test noticed; returns 2 where it could not run."""
    modules = modules or changed()
    wrong = [module for module in modules if package_of(module) is None or not (ROOT / module).is_file()]
    if wrong:
        sys.exit(f"{wrong[0]}: not a module of the product; name files below {' or '.join(PACKAGES.values())}")
    if not modules:
        print("no module of the product differs from main")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        copy_project(copy)
        sources = [f"src/{name}/{rest}" for name, rest in map(package_and_path, modules)]
        tests = sorted({str(tests_of(module)) for module in modules})
        settings = SETTINGS.format(modules="\n  ".join(sources), tests="\n  ".join(tests))
        (copy / "setup.cfg").write_text(settings)
        ran = mutmut(copy, "run")
        results = mutmut(copy, "results", "--all", "true").stdout.splitlines()
        if not any(map(RESULT.fullmatch, results)):
            print(ran.stdout[-3000:], ran.stderr[-3000:], sep="\n")
            return 2
        report(copy, results)
    return 0


def changed() -> list[str]:
    """Returns the modules of the product that differ from main, committed or not."""
    base = git("merge-base", "HEAD", "main").strip()
    names = [
        *git("diff", "--name-only", base).splitlines(),
        *git("ls-files", "--others", "--exclude-standard").splitlines(),
    ]
    modules = [name for name in sorted(set(names)) if package_of(name) and name.endswith(".py")]
    return [module for module in modules if not module.endswith("__init__.py") and (ROOT / module).is_file()]


def package_of(module: str) -> str | None:
    """Returns the package that a path is in, None for any other file."""
    return next((name for name, folder in PACKAGES.items() if module.startswith(folder + "/")), None)


def package_and_path(module: str) -> tuple[str, str]:
    """Returns the package of a module and the module's path in it."""
    name = package_of(module)
    assert name is not None  # noqa: S101  # checked in main
    return name, module.removeprefix(PACKAGES[name] + "/")


def tests_of(module: str) -> Path:
    """Returns the test file that mirrors a module, or the nearest folder of tests."""
    name, rest = package_and_path(module)
    mirrored = Path("tests", name, rest)
    file = mirrored.with_name(f"test_{mirrored.name}")
    return file if (ROOT / file).is_file() else next(one for one in mirrored.parents if (ROOT / one).is_dir())


def copy_project(copy: Path) -> None:
    """Copies the files of the working tree, with both packages in `src` and links where they were."""
    for name in git("ls-files", "--cached", "--others", "--exclude-standard").splitlines():
        package = package_of(name)
        place = Path("src", package, package_and_path(name)[1]) if package else Path(name)
        if (ROOT / name).is_file():
            (copy / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / place)
    for package, folder in PACKAGES.items():
        (copy / folder).parent.mkdir(parents=True, exist_ok=True)
        (copy / folder).symlink_to(copy / "src" / package, target_is_directory=True)


def report(copy: Path, results: list[str]) -> None:
    """Prints each change that no test noticed, then a score per module: changes noticed of all."""
    outcomes: dict[str, Counter[str]] = {}
    for line in results:
        if not (found := RESULT.fullmatch(line)):
            continue
        outcomes.setdefault(found["module"], Counter())[found["outcome"]] += 1
        if found["outcome"] in ("survived", "no tests"):
            print(mutmut(copy, "show", line.partition(":")[0].strip()).stdout)
    for module, counts in outcomes.items():
        noticed, total = counts["killed"] + counts["timeout"] + counts["segfault"], counts.total()
        print(f"{module}: {noticed} of {total} changes noticed, {noticed / total:.0%}")


def mutmut(copy: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Runs mutmut in the copy."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    command = [str(Path(sys.executable).with_name("mutmut")), *arguments]
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)


def git(*arguments: str) -> str:
    """Runs git in the project and returns what it prints."""
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
