import pytest

from doublebill_local.offline.inlined_modules import inlined

SOURCES = {
    "page.js": 'import { twice, Pair } from "./sums.js";\nnew Pair(twice(2));\n',
    "sums.js": (
        'import { one } from "./one.js";\nexport function twice(n) {\n  return n + n * one;\n}\nexport class Pair {}\n'
    ),
    "one.js": "export const one = 1;\nexport async function wait() {}\n",
    "unused.js": "bad",
}


def test_each_module_is_called_once_after_those_that_it_imports() -> None:
    script = inlined("page.js", SOURCES)
    places = [script.index(f'modules["{name}"] =') for name in ("one.js", "sums.js", "page.js")]
    assert places == sorted(places)
    assert 'const { twice, Pair } = modules["sums.js"];' in script
    assert "return { one, wait };" in script
    assert "return { twice, Pair };" in script
    assert "bad" not in script


@pytest.mark.parametrize("line", ['import all from "./one.js";', "export { one };", 'import "./one.js";'])
def test_another_form_of_import_or_export_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"page\.js: a form of import or export"):
        inlined("page.js", SOURCES | {"page.js": f"{line}\n"})
