"""Prints what `sam local invoke --env-vars FILE` would hand to each function; runs in the environment of sam.

python sam_environment.py TEMPLATE ENV_FILE
"""

import json
import sys
from pathlib import Path

from samcli.commands.local.lib.local_lambda import LocalLambdaRunner
from samcli.lib.providers.sam_function_provider import SamFunctionProvider
from samcli.lib.providers.sam_stack_provider import SamLocalStackProvider

template, env_file = sys.argv[1:]
root = str(Path(template).parent)
stacks, _ = SamLocalStackProvider.get_stacks(template)
functions = SamFunctionProvider(stacks)
overrides = json.loads(Path(env_file).read_text())
runner = LocalLambdaRunner(None, functions, root, root, aws_profile=None, aws_region=None, env_vars_values=overrides)
print(json.dumps({one.name: runner._make_env_vars(one).resolve() for one in functions.get_all()}))
