"""Settings from the environment."""

from typing import Any

import pytest

from doublebill.edge import settings
from doublebill.edge.settings import (
    CONSISTENT,
    ApiSettings,
    BatchesSettings,
    CatalogsSettings,
    EventsSettings,
    GenerateSettings,
    ImportsSettings,
    ItemsSettings,
    ModelsSettings,
    PeopleSettings,
    PlaygroundSettings,
    PruneSettings,
    RecommendSettings,
    ReleaseSettings,
    TrainSettings,
    TrendingSettings,
    WatchSettings,
    read_settings,
    variable,
)
from doublebill.errors import SettingsIncomplete

EVERY = [
    ApiSettings,
    EventsSettings,
    RecommendSettings,
    BatchesSettings,
    PeopleSettings,
    GenerateSettings,
    ModelsSettings,
    CatalogsSettings,
    ItemsSettings,
    ImportsSettings,
    PlaygroundSettings,
    PruneSettings,
    ReleaseSettings,
    TrendingSettings,
    TrainSettings,
    WatchSettings,
]
STORES = {
    "DOUBLEBILL_OBJECTS": "s3://bucket",
    "DOUBLEBILL_HISTORIES": "dynamodb://table",
    "DOUBLEBILL_SECRETS": "secretsmanager://key",
    "DOUBLEBILL_JOBS": "lambda://train",
    "DOUBLEBILL_BATCH_JOBS": "lambda://batches",
    "DOUBLEBILL_CONTENT_JOBS": "lambda://generate",
    "DOUBLEBILL_RECOMMEND_VERSION": "arn:recommend:7",
    "DOUBLEBILL_GENERATE_VERSION": "arn:generate:9",
}


def test_a_field_is_read_from_the_variable_of_its_name() -> None:
    assert variable("refresh_seconds") == "DOUBLEBILL_REFRESH_SECONDS"
    found = read_settings(EventsSettings, {**STORES, "DOUBLEBILL_RETENTION_DAYS": "30"})
    assert found == EventsSettings(
        objects="s3://bucket", histories="dynamodb://table", secrets="secretsmanager://key", retention_days=30.0
    )


def test_missing_settings_have_their_defaults() -> None:
    found = read_settings(RecommendSettings, STORES)
    assert (found.scratch, found.refresh_seconds, found.meter_seconds) == ("/tmp/doublebill", 5.0, 10.0)
    assert found.answer_seconds == 3.0
    assert (found.logged_share, found.history_reads) == (1.0, CONSISTENT)


def test_an_environment_of_others_is_left_alone() -> None:
    told = {**STORES, "HOME": "/", "DOUBLEBILL_UNKNOWN": "x"}
    assert read_settings(GenerateSettings, told) == GenerateSettings(
        objects="s3://bucket", histories="dynamodb://table", content_jobs="lambda://generate"
    )


def test_the_process_environment_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOUBLEBILL_OBJECTS", "file:///there")
    monkeypatch.setenv("DOUBLEBILL_HISTORIES", "sqlite:///here")
    monkeypatch.setenv("DOUBLEBILL_JOBS", "process:///job.py")
    assert read_settings(CatalogsSettings).objects == "file:///there"


@pytest.mark.parametrize("wanted", EVERY)
def test_every_missing_setting_is_refused_by_the_name_of_its_variable(wanted: type[Any]) -> None:
    for field in wanted.__struct_fields__:
        name = variable(field)
        if name in STORES:
            rest = {other: value for other, value in STORES.items() if other != name}
            with pytest.raises(SettingsIncomplete, match=f"^{name}: missing; set it"):
                read_settings(wanted, rest)


@pytest.mark.parametrize("value", ["", "soon", "1,5", "0x10", "5 s"])
def test_what_is_no_number_is_refused_where_one_is_wanted(value: str) -> None:
    with pytest.raises(SettingsIncomplete, match=r"DOUBLEBILL_REFRESH_SECONDS: .* is not valid; use a number from 0"):
        read_settings(RecommendSettings, {**STORES, "DOUBLEBILL_REFRESH_SECONDS": value})


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "-1", "1e999"])
def test_a_number_that_measures_no_time_is_refused(value: str) -> None:
    for name, wanted in (
        ("REFRESH_SECONDS", RecommendSettings),
        ("METER_SECONDS", GenerateSettings),
        ("RETENTION_DAYS", EventsSettings),
    ):
        with pytest.raises(SettingsIncomplete, match=f"DOUBLEBILL_{name}"):
            read_settings(wanted, {**STORES, f"DOUBLEBILL_{name}": value})


def test_settings_cannot_be_changed() -> None:
    found = read_settings(CatalogsSettings, STORES)
    with pytest.raises(AttributeError):
        found.objects = "s3://other"  # type: ignore[misc]  # it is frozen


def test_every_settings_class_is_tested() -> None:
    assert {name for name in vars(settings) if name.endswith("Settings")} == {one.__name__ for one in EVERY}
