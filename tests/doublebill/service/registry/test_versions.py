from doublebill.service.registry import versions
from fakes import MemoryObjects, StoppingObjects
from small_versions import ARTIFACTS, VERSIONS, check_complete


def test_the_manifest_is_written_last():
    objects = StoppingObjects(MemoryObjects())
    versions.publish(objects, "films", ARTIFACTS["a"])
    folder = f"artifacts/films/{VERSIONS['a']}/"
    assert objects.calls == [("create", folder + "numbers.npy"), ("create", folder + "manifest.json")]


def test_publishing_again_changes_nothing():
    objects = MemoryObjects()
    versions.publish(objects, "films", ARTIFACTS["a"])
    before = dict(objects.held)
    versions.publish(objects, "films", ARTIFACTS["a"])
    assert objects.held == before


def test_publishing_again_mends_what_was_damaged_or_lost():
    objects = MemoryObjects()
    versions.publish(objects, "films", ARTIFACTS["a"])
    numbers, manifest = objects.keys("artifacts/")
    objects.put(manifest, b"damaged")
    objects.delete(numbers)
    versions.publish(objects, "films", ARTIFACTS["a"])
    check_complete(objects, "a")
