"""The signing proxy in Chromium: the printed address is let in, also when it is loaded again; others are not."""

import json
import os
import subprocess
import sys
from pathlib import Path
from unittest import mock

from doublebill.client import aws_signature
from doublebill_local.host.home import Home
from doublebill_local.host.process import running
from doublebill_local.locations import ROOT
from doublebill_local.remote.proxy import open_proxy
from doublebill_local.remote.stack_api import StackApi
from fronts import serving

TOKEN = "of-this-start"
VISIT_SECONDS = 300


def test_the_printed_address_is_let_in_and_no_other(tmp_path: Path) -> None:
    for environment in (["debian_package.py", "chromium"], ["bootstrap.py", "browser"]):
        subprocess.run([sys.executable, str(ROOT / "infra" / environment[0]), environment[1]], check=True)
    variables = {"AWS_ACCESS_KEY_ID": "tested", "AWS_SECRET_ACCESS_KEY": "tested"}
    with running(Home(tmp_path / "stack")) as url, mock.patch.dict(os.environ, variables):
        os.environ |= Home(tmp_path / "proxy").environment()
        for front in serving(open_proxy(StackApi(url, aws_signature("eu-west-1")), TOKEN, 0)):
            addresses = [f"{front.url}/", f"{front.url}/#token={TOKEN}", f"{front.url}/#token=of-another-start"]
            command = [ROOT / ".tools/browser/bin/python", Path(__file__).with_name("proxy_visit.py"), *addresses]
            done = subprocess.run(command, capture_output=True, text=True, timeout=VISIT_SECONDS, check=False)
            assert done.returncode == 0, done.stderr
            shown = json.loads(done.stdout)
            assert TOKEN not in json.dumps(shown), "the page takes the token out of the address"
    unknown = "The service does not know who is asking"
    assert [unknown in one["text"] for one in shown] == [True, True, False, False, True, True]
    assert not (tmp_path / "proxy").exists(), "nothing is stored on this side"
