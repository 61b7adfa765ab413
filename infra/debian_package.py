"""Installs a package of Debian where the command that it brings is missing.

    python3 infra/debian_package.py tiled

Needs root, or sudo that asks nothing; elsewhere it says what to install.
"""

import os
import shutil
import subprocess
import sys


def main(name: str) -> None:
    """Installs the package `name`, whose command has the same name, unless it is there."""
    if shutil.which(name):
        return
    as_root = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    apt = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet=2"]
    print(f"doublebill: installing the Debian package {name}", flush=True)
    try:
        subprocess.run([*apt, "update"], check=True)
        subprocess.run([*apt, "install", "--yes", "--no-install-recommends", name], check=True)
    except (OSError, subprocess.CalledProcessError):
        sys.exit(f"doublebill: could not install {name}. Install it (on Debian: apt install {name}), then run again.")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
