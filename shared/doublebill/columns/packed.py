"""Packed columns: named arrays of numbers as the bytes of a `.npz` file, small and the same for equal arrays.

The file is a zip archive with one `.npy` member (format 1.0, little-endian, never a pickle) per array, in order of
their names, deflated, with the date 1980-01-01. A column of integers is stored as its smallest value, a step and
unsigned numbers of the narrowest width: `name` [rows] and `name_base` [2] (int64: smallest, step), so that row `r` is
`base + step * name[r]`. A column of float64 is stored in the narrowest of float16, float32 and float64 that keeps every
bit of it. Both readers, this one and `numpy.load`, find a cut or changed member by its CRC-32.
"""

import io
import zipfile
import zlib
from collections.abc import Collection, Mapping

import numpy as np

from doublebill.arrays import Array, Arrays, Floats, Ints
from doublebill.errors import ObjectDamaged

LEVEL = 1
"""Of deflate: higher levels take several times as long for a few per cent."""

STEP = 1000
"""Times in whole seconds are stored as seconds."""


def pack_integers(name: str, column: Ints) -> Arrays:
    """Returns the arrays in which a column of integers is stored."""
    base = column.min() if len(column) else np.int64(0)
    above = (column - base).view(np.uint64)  # wraps around where the span is wider than an int64
    step = np.uint64(STEP if len(above) and above.any() and not (above % np.uint64(STEP)).any() else 1)
    numbers = above // step if step != 1 else above
    narrow = np.min_scalar_type(numbers.max() if len(numbers) else 0)
    return {name: numbers.astype(narrow), f"{name}_base": np.array([base, step], np.int64)}


def unpack_integers(name: str, arrays: Mapping[str, Array]) -> Ints:
    """Returns the column that `pack_integers` stored.

    Raises:
        ValueError: when an array is missing or of another kind.
    """
    numbers, base = _array(arrays, name, "u"), _array(arrays, f"{name}_base", "i")
    if base.shape != (2,):
        raise ValueError(f"{name}_base has the shape {base.shape}, expected (2,)")
    above = numbers.astype(np.uint64) * base[1].astype(np.uint64)
    return np.asarray(above.view(np.int64) + base[0], np.int64)


def pack_floats(name: str, column: Floats) -> Arrays:
    """Returns the array in which a column of float64 is stored."""
    with np.errstate(over="ignore", under="ignore"):
        for width in (np.float16, np.float32):
            narrow = column.astype(width)
            if np.array_equal(narrow.astype(np.float64).view(np.uint64), column.view(np.uint64)):
                return {name: narrow}
    return {name: column}


def unpack_floats(name: str, arrays: Mapping[str, Array]) -> Floats:
    """Returns the column that `pack_floats` stored.

    Raises:
        ValueError: when the array is missing or of another kind.
    """
    return _array(arrays, name, "f").astype(np.float64)


def to_npz(arrays: Arrays) -> bytes:
    """Returns the arrays as the bytes of a file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, array in sorted(arrays.items()):
            member = io.BytesIO()
            little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
            np.lib.format.write_array(member, little, version=(1, 0), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy")
            file.writestr(entry, member.getbuffer(), zipfile.ZIP_DEFLATED, compresslevel=LEVEL)
    return buffer.getvalue()


def from_npz(data: bytes, name: str, only: Collection[str] | None = None) -> Arrays:
    """Returns the arrays in the bytes of a file, or some of them; `name` is that of the object, for the error.

    Raises:
        ObjectDamaged: when the bytes are not those of a whole file.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            names = {entry.removesuffix(".npy"): entry for entry in file.namelist()}
            return {one: _member(file, entry) for one, entry in names.items() if only is None or one in only}
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, OSError, NotImplementedError, RuntimeError) as wrong:
        raise ObjectDamaged(name, f"its {len(data)} bytes are not a whole file of columns: {wrong}") from wrong


def _member(file: zipfile.ZipFile, entry: str) -> Array:
    member = io.BytesIO(file.read(entry))
    array: Array = np.lib.format.read_array(member, allow_pickle=False)
    if member.read(1):
        raise ValueError(f"{entry} has more bytes than its shape says")
    return array


def _array(arrays: Mapping[str, Array], name: str, kind: str) -> Array:
    """Returns a column of the arrays, checked; `kind` is that of its dtype."""
    found = arrays.get(name)
    if found is None:
        raise ValueError(f"there is no column {name}")
    if found.ndim != 1 or found.dtype.kind != kind:
        raise ValueError(f"the column {name} is {found.dtype} {found.shape}")
    return found
