"""Deflate with fixed codes, which packs runs of one byte (RFC 1950, RFC 1951).

The standard library's `compress` gives other bytes with another zlib; a level's picture is the same bytes everywhere.
"""

import functools
import re
import zlib

SHORTEST, LONGEST = 3, 258
"""Bytes that one repetition stands for."""

END = "0000000"
RUN = re.compile(rb"(.)\1*", re.DOTALL)


def deflated(raw: bytes) -> bytes:
    """`raw` as a zlib stream."""
    # one last block with fixed codes: its three bits are 1 1 0
    bits = ["110", *(_run(raw[found.start()], found.end() - found.start()) for found in RUN.finditer(raw)), END]
    stream = "".join(bits)
    # the first bit of the stream is the lowest of its byte
    packed = int(stream[::-1], 2).to_bytes((len(stream) + 7) // 8, "little")
    return b"\x78\x01" + packed + zlib.adler32(raw).to_bytes(4, "big")


@functools.lru_cache(maxsize=4096)
def _run(byte: int, times: int) -> str:
    """The bits for a byte that comes `times` times: once as itself, then by repetitions of what came last."""
    whole, rest = divmod(times - 1, LONGEST)
    tail = _repeated(rest) if rest >= SHORTEST else _literal(byte) * rest
    return _literal(byte) + _repeated(LONGEST) * whole + tail


def _literal(byte: int) -> str:
    return format(0x30 + byte, "08b") if byte < 144 else format(0x190 + byte - 144, "09b")


def _repeated(length: int) -> str:
    """The bits for `length` bytes again, at distance one (code 0, five bits)."""
    code, extra, base = next(row for row in reversed(_lengths()) if length >= row[2])
    told = format(code - 256, "07b") if code < 280 else format(0xC0 + code - 280, "08b")
    return told + (format(length - base, f"0{extra}b")[::-1] if extra else "") + "00000"


@functools.cache
def _lengths() -> tuple[tuple[int, int, int], ...]:
    """Code, extra bits and first length of each row of the table in RFC 1951, 3.2.5."""
    rows = []
    base = SHORTEST
    for code in range(257, 285):
        extra = max((code - 261) // 4, 0)
        rows.append((code, extra, base))
        base += 1 << extra
    return (*rows, (285, 0, LONGEST))
