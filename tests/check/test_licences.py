"""The licences of everything that is locked: permissive for what is shipped, and known for what only develops."""

import re
from collections.abc import Mapping
from importlib import metadata

import pytest

from doublebill_local.locations import ROOT

PERMISSIVE = re.compile(
    r"\b(Apache|BSD|0BSD|MIT|MIT-0|PSF-2.0|CNRI-Python|Zlib|CC0-1.0|ISC|Python Software Foundation|No Attribution)\b"
)
WEAK_COPYLEFT = {"certifi", "hypothesis", "pathspec", "pytmx"}
"""Mozilla's and the lesser GNU licence: used as they are, by tools and tests; certifi is data."""


def licence(package: metadata.PackageMetadata) -> str:
    """The licence that a package tells, by its expression, its classifiers or its text."""
    told: Mapping[str, str] = package.json
    classified = [one.rpartition("::")[2].strip() for one in package.get_all("Classifier") or [] if "License ::" in one]
    return str(told.get("license_expression") or "; ".join(classified) or told.get("license") or "")[:200]


def canonical(name: str) -> str:
    """The name of a package as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def unknown(licences: Mapping[str, str]) -> dict[str, str]:
    """The packages whose licence has a part that is not permissive, or none."""
    parts = {name: re.split(r";| AND ", text) for name, text in licences.items()}
    return {
        name: licences[name]
        for name, found in parts.items()
        if not all(any(PERMISSIVE.search(choice) for choice in part.split(" OR ")) for part in found)
    }


INSTALLED = {canonical(one.metadata["Name"]): licence(one.metadata) for one in metadata.distributions()}


def test_every_installed_package_has_a_licence_that_is_known() -> None:
    assert unknown(INSTALLED).keys() == WEAK_COPYLEFT & INSTALLED.keys()


def test_what_is_shipped_is_permissive() -> None:
    locks = [file.read_text() for file in (ROOT / "functions").glob("*/requirements.txt")]
    shipped = {canonical(name) for text in locks for name in re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==", text, re.M)}
    assert len(shipped) > 10
    assert shipped <= INSTALLED.keys()
    assert unknown({name: INSTALLED[name] for name in shipped}) == {}


@pytest.mark.parametrize("text", ["", "GPL-3.0", "MIT AND GPL-3.0", "Proprietary", "LGPLv3"])
def test_a_licence_that_is_not_permissive_is_seen(text: str) -> None:
    assert unknown({"made-up": text}) == {"made-up": text}


@pytest.mark.parametrize("text", ["MIT", "Apache-2.0 OR BSD-3-Clause", "GPL-3.0 OR MIT", "BSD License; MIT License"])
def test_a_permissive_licence_is_taken(text: str) -> None:
    assert unknown({"made-up": text}) == {}
