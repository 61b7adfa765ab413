"""The command line for scripts in tests: a process that has imported it forks a child for each `doublebill`.

A new interpreter costs each command half a second of imports. `commands_in` puts a `doublebill` into a folder for
`PATH`: it sends its arguments, folder, environment and open files to the process here, and ends with the exit code of
the child, which runs the same `main` as the installed command.
"""

import array
import json
import os
import pkgutil
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

SHIM = """#!{python} -IS
import array, json, os, socket, sys
server = socket.socket(socket.AF_UNIX)
server.connect({address!r})
call = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
files = array.array("i", [0, 1, 2])
server.sendmsg([len(call).to_bytes(4, "big")], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, files)])
server.sendall(call)
sys.exit(server.recv(1)[0])
"""
NAMES = ("doublebill", "doublebill_local")


@contextmanager
def commands_in(folder: Path) -> Iterator[Path]:
    """Yields a folder for `PATH` whose `doublebill` is a fork of one process, which ends with the context."""
    folder.mkdir()
    address = folder / "commands.sock"
    shim = folder / "doublebill"
    shim.write_text(SHIM.format(python=sys.executable, address=str(address)))
    shim.chmod(shim.stat().st_mode | stat.S_IXUSR)
    command = [sys.executable, "-W", "error", str(Path(__file__)), str(address)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            assert server.stdout.readline() == "ready\n"
            yield folder
        finally:
            server.terminate()


def serve(address: str) -> None:
    """Imports all of the product but its entry points, then forks for each call until it is ended."""
    for name in NAMES:
        package = import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not module.name.endswith("__main__"):
                import_module(module.name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        print("ready", flush=True)
        while True:
            caller, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                _answer(caller)
            caller.close()


def _answer(caller: socket.socket) -> None:
    """Runs one command in a fork of its own, tells the caller how it ended, and ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    files = array.array("i")
    size, ancillary, _, _ = caller.recvmsg(4, socket.CMSG_SPACE(3 * files.itemsize))
    files.frombytes(ancillary[0][2])
    arguments, folder, environment = json.loads(_received(caller, int.from_bytes(size, "big")))
    child = os.fork()
    if child == 0:
        caller.close()
        for place, file in enumerate(files):
            os.dup2(file, place)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        sys.argv = ["doublebill", *arguments]
        from doublebill_local.__main__ import main

        sys.exit(main())
    caller.sendall(bytes([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 255]))
    os._exit(0)


def _received(caller: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        data += caller.recv(size - len(data))
    return data


if __name__ == "__main__":
    serve(sys.argv[1])
