"""The search for canaries: a check that finds nothing where something is would be worse than none."""

import base64
import gzip
import hashlib
import io
import sqlite3
import zlib

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from canaries import Searched, canary, search
from doublebill.columns.packed import to_npz

ID = canary(7)


def in_parquet() -> bytes:
    file = io.BytesIO()
    parquet.write_table(pa.table({"user": [ID]}), file, compression="zstd")
    return file.getvalue()


def in_sqlite() -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE rows (cell BLOB)")
    connection.execute("INSERT INTO rows VALUES (?)", (zlib.compress(ID.encode()),))
    connection.commit()
    data = connection.serialize()
    connection.close()
    return data


def in_zstd() -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(ID.encode())
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize(
    "data",
    [
        ID.encode(),
        ID.upper().encode(),
        ID.encode("utf-16"),
        ID[::-1].encode(),
        ID.encode().hex().encode(),
        base64.b64encode(b"a" + ID.encode()),
        base64.b64encode(b"ab" + ID.encode()),
        hashlib.sha256(ID.encode()).hexdigest()[:24].encode(),
        hashlib.md5(ID.encode()).digest(),
        gzip.compress(gzip.compress(ID.encode())),
        to_npz({"users": np.array([ID, "b"])}),
        to_npz({"users": np.frombuffer(ID.encode(), np.uint8)}),
        in_parquet(),
        in_sqlite(),
        in_zstd(),
    ],
    ids=range(15),
)
def test_a_user_id_is_found_in_every_form_and_package(data):
    assert len(search([("here", b"nothing"), ("there", data)], [ID]).hits) >= 1


def test_it_says_how_much_it_looked_through_and_where_a_user_id_is():
    assert search([("a", b"12"), ("b", gzip.compress(b"345"))]).hits == ()
    assert search([("a", b"12"), ("b", b"345")]) == Searched(5, 2, ())
    assert search([(f"users/{ID}", b""), ("b", ID.encode())]).hits == ("b: utf-8", f"users/{ID}: its name")
