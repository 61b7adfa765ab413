"""Freed memory is given back where the C library can."""

import ctypes

import pytest

from doublebill.columns.freed_memory import give_back


def test_memory_is_given_back_by_the_function_of_glibc(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = []

    class Glibc:
        malloc_trim = kept.append

    monkeypatch.setattr(ctypes, "CDLL", lambda _: Glibc)
    give_back()
    assert kept == [0]


def test_nothing_happens_where_there_is_no_such_function(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    give_back()


def test_nothing_happens_where_no_library_can_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: object) -> object:
        raise TypeError("there is no name")

    monkeypatch.setattr(ctypes, "CDLL", refused)
    give_back()
