"""Installs a package of Debian where the command that it brings is missing.

    python3 infra/debian_package.py tiled
    python3 infra/debian_package.py openjdk-17-jre-headless java

Needs root, or sudo that asks nothing; elsewhere it says what to install.
"""

import os
import shutil
import subprocess
import sys


def main(name: str, command: str = "") -> None:
    """Installs the package `name` unless its command is there, which has the same name where none is passed."""
    if shutil.which(command or name):
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
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
