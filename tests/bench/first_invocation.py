"""What the first invocation of a function takes under AWS's runtime interface emulator, with bytecode and without.

python tests/bench/first_invocation.py [--functions recommend events …] [--times 3]      one JSON line per result

A bundle is made as the build makes it: the locked packages, botocore's data of the services that are used, the layer
and the function, compiled or not, and nothing is compiled while it runs, as the folder is read-only on Lambda. The
packages are those of this machine, where the build takes arm64. Each function answers its sample event of
`infra/events`, on the emulator of S3 and DynamoDB. Counted is the processor time of the runtime from its start to its
first answer, Python and the runtime client with it; of several the least, since other work only adds.
"""

import argparse
import contextlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from doublebill_local.host.template import read_template
from doublebill_local.locations import ROOT
from runtimes import EVENTS, FUNCTION_OF, Runtime, emulated, sam_environments

SAMPLES = ("recommend", "events", "generate", "models", "catalogs", "train-schedule")
"""Files of `infra/events`, one for each function that is measured by default."""


def main() -> None:
    """Measures every function with bytecode and without."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--functions", nargs="+", choices=tuple(FUNCTION_OF), default=SAMPLES)
    parser.add_argument("--times", type=int, default=3)
    wanted = parser.parse_args()
    with emulated() as address:
        environments = sam_environments(address)
        for sample in wanted.functions:
            seconds = {}
            for compiled in (True, False):
                with bundle(sample, compiled) as folder:
                    environment = environments[FUNCTION_OF[sample]]
                    seconds[compiled] = min(invoked(sample, folder, environment) for _ in range(wanted.times))
            ratio = seconds[True] / seconds[False]
            tell(sample, seconds[True], without_bytecode=round(seconds[False], 2), ratio=round(ratio, 2))


def tell(name: str, ours: float, **more: object) -> None:
    """Prints one result."""
    line = {"bench": "first_invocation", "name": name, "ours": round(ours, 2), "unit": "CPU s"}
    print(json.dumps(line | more | {"load": round(os.getloadavg()[0], 1)}), flush=True)


@contextlib.contextmanager
def bundle(sample: str, compiled: bool) -> Iterator[Path]:
    """Makes the bundle of the function that takes a sample event, in a folder of its own."""
    source = read_template().functions[FUNCTION_OF[sample]].folder
    (services,) = re.findall(r"^SERVICES := (.*)$", (ROOT / "infra" / "build.mk").read_text(), re.MULTILINE)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for name in re.findall(r"^([\w.-]+)==", (source / "requirements.txt").read_text(), re.MULTILINE):
            for file in importlib.metadata.distribution(name).files or ():
                if _is_bundled(file.parts, services.split()):
                    place = folder.joinpath(*file.parts)
                    place.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(str(file.locate()), place)
        nothing = shutil.ignore_patterns("__pycache__", "client")
        shutil.copytree(ROOT / "shared" / "doublebill", folder / "doublebill", ignore=nothing)
        shutil.copytree(source, folder, ignore=nothing, dirs_exist_ok=True)
        shutil.copyfile(ROOT / "infra" / "openapi.json", folder / "openapi.json")
        if compiled:
            command = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", made]
            subprocess.run(command, check=True)
        yield folder


def _is_bundled(parts: tuple[str, ...], services: list[str]) -> bool:
    """Checks whether the build keeps a file of a package."""
    if parts[0] == ".." or {"tests", "__pycache__", "bin"} & set(parts):
        return False
    return parts[:2] != ("botocore", "data") or len(parts) == 3 or parts[2] in services


def invoked(sample: str, folder: Path, environment: dict[str, str]) -> float:
    """Returns the processor seconds of a runtime that has answered once."""
    with tempfile.TemporaryDirectory() as scratch:
        own = {**environment, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
        runtime = Runtime(folder, own, Path(scratch))
        try:
            runtime.invoke((EVENTS / f"{sample}.json").read_bytes())
            return runtime.processor_seconds()
        finally:
            runtime.end()


if __name__ == "__main__":
    main()
