"""How much processor time each function needs to be imported, over the floor of every function of this kind.

python tests/bench/cold_import.py [--times 5]      one JSON line per result; `holds` says whether the target is met

The floor imports botocore as it is published and Powertools' logger, and makes the clients of S3 and of DynamoDB, as
every function does. Each import is a process of its own, with its bytecode there, whatever the environment says of
writing it; of several the quickest counts, since other work only adds. `over_numpy` is the ratio over the floor with
NumPy, which every function but the playground loads. Functions that train or import files load libraries of mathematics
and have no target.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from doublebill_local.host.home import Home
from doublebill_local.host.template import Function, read_template
from doublebill_local.locations import ROOT

TARGET = 1.10
FLOOR = """
import boto3
from aws_lambda_powertools import Logger
Logger(service="floor")
for name in ("s3", "dynamodb"):
    boto3.client(name, region_name="eu-west-1")
"""
MEASURE = """
import resource
used = resource.getrusage(resource.RUSAGE_SELF)
print(1000 * (used.ru_utime + used.ru_stime))
"""
WITH_LIBRARIES = ("TrainFunction", "ImportsFunction", "BatchesFunction", "PruneFunction")
ACCESS = {
    "PYTHONDONTWRITEBYTECODE": "",  # empty is unset
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_DEFAULT_REGION": "eu-west-1",
}


def milliseconds(script: str, environment: dict[str, str], times: int) -> float:
    """Returns the processor time of the quickest of several runs of a script."""
    taken = []
    for _ in range(times + 1):  # the first writes bytecode
        command = [sys.executable, "-c", script + MEASURE]
        ran = subprocess.run(
            command, env={**os.environ, **ACCESS, **environment}, capture_output=True, text=True, check=True
        )
        taken.append(float(ran.stdout.splitlines()[-1]))
    return min(taken[1:])


def importing(function: Function) -> str:
    """Returns the script that imports a function."""
    return f"import sys; sys.path.insert(0, {str(function.folder)!r}); import app"


def main() -> None:
    """Measures the floor and every function."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=5)
    times = parser.parse_args().times
    variables = json.loads((ROOT / "infra" / "events" / "env.json").read_text())
    elsewhere = Home(Path("unused")).environment()  # what the file leaves to the template
    floor, with_numpy = milliseconds(FLOOR, {}, times), milliseconds(FLOOR + "import numpy", {}, times)
    load = round(os.getloadavg()[0], 1)
    print(json.dumps({"bench": "cold_import", "name": "floor", "ours": round(floor), "unit": "ms", "load": load}))
    print(json.dumps({"bench": "cold_import", "name": "floor with NumPy", "ours": round(with_numpy), "unit": "ms"}))
    for name, function in read_template().functions.items():
        ours = milliseconds(importing(function), elsewhere | variables.get(name, {}), times)
        judged = {} if name in WITH_LIBRARIES else {"target": TARGET, "holds": ours <= TARGET * floor}
        found = {
            "bench": "cold_import",
            "name": name,
            "ours": round(ours),
            "unit": "ms",
            "ratio": round(ours / floor, 3),
            "over_numpy": round(ours / with_numpy, 3),
        }
        print(json.dumps(found | judged), flush=True)


if __name__ == "__main__":
    main()
