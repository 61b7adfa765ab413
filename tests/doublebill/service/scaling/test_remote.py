"""Tasks on another machine: a URL and a text are enough to do one."""

from pathlib import Path

import numpy as np
import scipy.sparse as sp

from doublebill.fit.linear.sums.band_sums import SumForm
from doublebill.service.scaling.band_task import BandTask, dense_of, shard_bytes
from doublebill.service.scaling.remote import do_task
from doublebill.stores.objects import FolderObjects


def test_a_task_is_done_by_the_url_of_the_objects_and_its_text(tmp_path: Path) -> None:
    objects, terms = FolderObjects(tmp_path), sp.csr_array(np.array([[1, 1], [0, 1]], np.int32))
    objects.put("shard", shard_bytes(terms, np.array([2, 3])))
    task = BandTask("dense", SumForm(1, True), ("shard",), ((0, 2, "band"),))
    done = do_task(f"file://{tmp_path}", task.to_json())
    band = objects.get("band").data
    assert done.written_bytes == len(band)
    assert done.peak_bytes >= 0
    assert dense_of([band]).tolist() == [[2, 2], [2, 5]]
