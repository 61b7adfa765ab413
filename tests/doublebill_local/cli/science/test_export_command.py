import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp


@pytest.fixture
def version(document) -> str:
    return str(document("models", "tiny")["champion"])


def test_arrays_of_an_export_add_up_to_the_scores_that_are_served(
    run, trained: Path, document, version: str, tmp_path: Path
) -> None:
    folder = tmp_path / "new" / "model"
    answer = document("export", "tiny", version, "--out", folder)
    edges, items = sp.load_npz(folder / "edges.npz"), np.load(folder / "items.npz")
    assert (answer["edges"], answer["items"]) == (edges.nnz, len(items["item_id"]))
    assert json.loads((folder / "export.json").read_text()).items() <= answer.items()
    ids = items["item_id"].tolist()
    history = ["item-0", "item-2"]
    scores = np.isin(ids, history).astype(float) @ edges
    served = document("recommend", "tiny", "--history", ",".join(history), "-n", 3)["recommendations"]
    for one in served:
        assert scores[ids.index(one["item_id"])] == pytest.approx(one["score"], rel=1e-5)
    assert items["popularity"].max() <= 1
    assert items["available"].all()
    assert not items["prior"].any()  # the config has none
    again = run("export", "tiny", version, "--out", folder, home=trained)
    assert (again.code, again.err.split(":")[1]) == (2, " --out")


def test_tables_of_an_export_have_ids(
    run, trained: Path, version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: dict[str, Any] = {}
    parquet = ModuleType("pyarrow.parquet")
    parquet.write_table = lambda table, path: written.update({Path(path).name: table})  # type: ignore[attr-defined]
    arrow = ModuleType("pyarrow")
    arrow.array = lambda values, _=None: list(values)  # type: ignore[attr-defined]
    arrow.string, arrow.table = lambda: None, dict  # type: ignore[attr-defined]
    chosen = SimpleNamespace(from_arrays=lambda numbers, ids: [ids[n] for n in numbers])
    arrow.DictionaryArray = chosen  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pyarrow", arrow)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", parquet)
    ran = run("export", "tiny", version, "--to", "parquet", "--out", tmp_path / "tables", home=trained)
    assert "edges.parquet: source_id, target_id, weight" in ran.out
    edges = written["edges.parquet"]
    even = {id_ for id_ in edges["source_id"] if int(id_.removeprefix("item-")) % 2 == 0}
    strongest = max(zip(edges["weight"], edges["source_id"], edges["target_id"], strict=True))
    assert len({strongest[1] in even, strongest[2] in even}) == 1
    assert written["items.parquet"].keys() == {"item_id", "popularity", "available", "prior"}


def test_without_pyarrow_parquet_is_refused_with_a_way_out(
    run, trained: Path, version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("pyarrow", "pyarrow.parquet"):
        monkeypatch.setitem(sys.modules, module, None)
    ran = run("export", "tiny", version, "--to", "parquet", "--out", tmp_path / "tables", home=trained)
    assert (ran.code, ran.out) == (2, "")
    assert "parquet needs pyarrow, which is not installed; pip install pyarrow, or use npz" in ran.err
    assert not (tmp_path / "tables").exists()


@pytest.mark.parametrize(
    ("words", "code", "field"),
    [
        (["nothing", "0" * 32], 3, "catalog 'nothing'"),
        (["tiny", "0" * 32], 3, "has no version"),
        (["tiny", "../../x"], 2, "version"),
        (["tiny", "0" * 32, "--to", "csv"], 2, "--to"),
    ],
)
def test_what_cannot_be_exported_is_refused(
    run, trained: Path, tmp_path: Path, words: list[str], code: int, field: str
) -> None:
    ran = run("export", *words, "--out", tmp_path / "model", home=trained)
    assert (ran.code, ran.out) == (code, "")
    assert field in ran.err
    assert not (tmp_path / "model").exists()


def test_a_folder_that_has_files_or_is_one_is_refused(run, trained: Path, version: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    for folder in (tmp_path, file, ""):
        ran = run("export", "tiny", version, "--out", folder, home=trained)
        assert (ran.code, ran.err.split(":")[1]) == (2, " --out")
    assert file.read_text() == "mine"


def test_the_champion_is_exported_as_a_page_that_answers_offline(document, version: str, tmp_path: Path) -> None:
    page = tmp_path / "tiny.html"
    for words in ((), (version,)):
        answer = document("export", "tiny", *words, "--to", "html", "--output", page)
        assert answer == {"catalog": "tiny", "version": version, "file": str(page), "size_bytes": page.stat().st_size}
    assert "Title 3" in page.read_text()
    assert "user-1" not in page.read_text()


def test_a_page_of_what_there_is_not_is_refused(run, trained: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    for words, code in ((("nothing",), 3), (("tiny", "0" * 32), 3), (("tiny", "../up"), 2)):
        assert run("export", *words, "--to", "html", "--output", page, home=trained).code == code
    assert not page.exists()
    missing = run("export", "tiny", "--out", tmp_path / "folder", home=trained)
    assert (missing.code, "VERSION: missing" in missing.err) == (2, True)
