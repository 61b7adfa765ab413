"""Prints the plain CloudFormation that the SAM transform makes of a template; runs in the environment of sam.

python sam_transformed.py TEMPLATE
"""

import json
import sys
from pathlib import Path

from samcli.lib.translate.sam_template_validator import SamTemplateValidator
from samcli.yamlhelper import yaml_parse

REGION = "eu-central-1"

POLICIES: dict[str, str] = {
    "AWSLambdaBasicExecutionRole": "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}
"""AWS's own policies by their names, which SAM would otherwise ask IAM for; the template names none."""


class Policies:
    """Stands in for the list of AWS's own policies, which would need credentials."""

    def load(self) -> dict[str, str]:
        """Returns the policies by their names."""
        return POLICIES


template = yaml_parse(Path(sys.argv[1]).read_text())
validator = SamTemplateValidator(template, Policies(), profile=None, region=REGION)
print(json.dumps(yaml_parse(validator.get_translated_template_if_valid())))
