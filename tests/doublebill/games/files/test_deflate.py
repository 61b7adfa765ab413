import zlib

from hypothesis import given
from hypothesis import strategies as st

from doublebill.games.files.deflate import deflated

RUNS = st.lists(st.tuples(st.integers(0, 255), st.integers(1, 900)), max_size=20)


@given(RUNS)
def test_any_zlib_reads_the_stream(runs):
    raw = b"".join(bytes([byte]) * times for byte, times in runs)
    assert zlib.decompress(deflated(raw)) == raw


def test_a_run_of_every_length_comes_back():
    for times in range(1, 530):
        raw = b"\xc8" * times + b"\x01"
        assert zlib.decompress(deflated(raw)) == raw


def test_long_runs_take_little_room():
    assert len(deflated(bytes(1_000_000))) < 7_000


def test_the_bytes_are_those_that_the_specification_gives():
    assert deflated(b"") == b"\x78\x01\x03\x00\x00\x00\x00\x01"
    assert deflated(b"a").hex() == "78014b040000620062"
