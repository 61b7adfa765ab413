"""Provenance: the data, the code and the platform that a version was made of, for the record of its run."""

import hashlib
import os
import platform
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import scipy

import doublebill
from doublebill.arrays import Arrays
from doublebill.fit.clean import Cleaned
from doublebill.fit.threads import available
from doublebill.service.catalog.catalog_record import CatalogRecord
from doublebill.service.registry import runs


def described(cleaned: Cleaned) -> dict[str, object]:
    """Returns the size of the data that a model is fitted on; `digest` is that of all of it.

    `outside_scale` is the number of ratings outside the rating scale, which count for nothing; absent where none is.
    """
    return {
        "events": cleaned.events,
        "duplicates": cleaned.duplicates,
        "users": cleaned.interactions.n_users,
        "items": len(cleaned.catalog),
        "interactions": len(cleaned.interactions.items),
        "ratings": len(cleaned.ratings.items),
        "newest": runs.iso(cleaned.newest) if cleaned.newest else None,
        "digest": _digest(cleaned),
        **({"outside_scale": cleaned.outside} if cleaned.outside else {}),
    }


def _digest(cleaned: Cleaned) -> str:
    digest = hashlib.sha256()
    for name, array in sorted({**cleaned.catalog.to_arrays(), **_arrays(cleaned)}.items()):
        little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
        digest.update(f"{name} {little.dtype.str} {little.shape}\n".encode())
        digest.update(little.tobytes())
    return digest.hexdigest()[:32]


def _arrays(cleaned: Cleaned) -> Arrays:
    """Returns the arrays of both matrices by name."""
    return {
        f"{name} {part}": getattr(matrix, part)
        for name, matrix in (("interactions", cleaned.interactions), ("ratings", cleaned.ratings))
        for part in ("indptr", "items", "weights", "timestamps")
    }


def elsewhere(recorded: Mapping[str, str]) -> list[str]:
    """Returns the differences between this platform and the recorded one."""
    here = this_platform()
    return [
        f"{name}: {recorded.get(name, 'not recorded')} then, {here.get(name, 'not known')} now"
        for name in sorted({*recorded, *here})
        if recorded.get(name) != here.get(name)
    ]


def settings_and_platform(settings: CatalogRecord) -> dict[str, object]:
    """Returns the settings of the catalog and the platform, as the record of a run has them."""
    scale = settings.rating_scale.to_json() if settings.rating_scale else None
    return {"kinds": settings.kinds.changes(), "rating_scale": scale, "platform": this_platform()}


def this_platform() -> dict[str, str]:
    """Returns everything that the bytes of a model may depend on beside data, config and seed."""
    blas = scipy.show_config(mode="dicts")["Build Dependencies"]["blas"]
    simd = np.show_config(mode="dicts")["SIMD Extensions"]
    return {
        "doublebill": doublebill.__version__,
        "code": _code(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "blas": f"{blas['name']} {blas['version']}",
        "machine": platform.machine(),
        "simd": " ".join(simd.get("found") or simd["baseline"]),
        "threads": os.environ.get("OPENBLAS_NUM_THREADS") or str(available()),
    }


@cache
def _code() -> str:
    """Returns a digest of the modules that choose, fit and store models: between two releases they change too."""
    package, digest = Path(doublebill.__file__).parent, hashlib.sha256()
    for module in sorted(one for folder in ("fit", "model") for one in (package / folder).rglob("*.py")):
        digest.update(f"{module.relative_to(package).as_posix()}\n".encode())
        digest.update(module.read_bytes())
    return digest.hexdigest()[:16]
