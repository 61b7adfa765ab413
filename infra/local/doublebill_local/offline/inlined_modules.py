"""Inlined modules: JavaScript modules as one script, since a page from `file://` may not load any.

Each module becomes a function that is called once. That takes modules which import by name, on one line, from files of
their folders, and export declarations.
"""

import re
from collections.abc import Mapping

IMPORT = re.compile(r'^import \{ ([\w, ]+) \} from "\./([\w.]+)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
LEFT = re.compile(r"^(?:import|export)\b", re.MULTILINE)


def inlined(first: str, sources: Mapping[str, str]) -> str:
    """Returns one script that runs the module `first`; `sources` are the modules by file name.

    Raises:
        ValueError: when a module imports or exports in another form.
    """
    made: dict[str, str] = {}

    def add(name: str) -> None:
        if name in made:
            return
        source = sources[name]
        for _, other in IMPORT.findall(source):
            add(other)
        made[name] = _called(name, source)

    add(first)
    return "\n".join(['"use strict";', "const modules = {};", *made.values()])


def _called(name: str, source: str) -> str:
    exported = EXPORT.findall(source)
    body = EXPORT.sub("", IMPORT.sub(r'const { \1 } = modules["\2"];', source))
    if found := LEFT.search(body):
        raise ValueError(f"{name}: a form of import or export that cannot be inlined: {body[found.start() :][:60]!r}")
    return f'modules["{name}"] = (() => {{\n{body}return {{ {", ".join(exported)} }};\n}})();'
