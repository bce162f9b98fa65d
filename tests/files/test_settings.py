"""A wrong address of the store or the scanner is named at the start, not found out at night."""

import pytest

from desk.settings import Settings, SettingsError

GIVEN = {
    "DESK_DEMO": "1",
    "DESK_SECRET_KEY": "s" * 40,
    "DESK_DATA_KEYS": "d" * 40,
    "DESK_INDEX_KEY": "i" * 40,
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DESK_STORAGE_URL", "http://somewhere"),
        ("DESK_STORAGE_URL", "s3://"),
        ("DESK_CLAMD_URL", "127.0.0.1:3310"),
        ("DESK_FILES_RESERVE_MB", "much"),
        ("DESK_FILES_RESERVE_MB", "-1"),
    ],
)
def test_what_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_env({**GIVEN, name: value})


def test_what_can_be_used_is_read() -> None:
    found = Settings.from_env(
        {
            **GIVEN,
            "DESK_STORAGE_URL": "s3://desk/files?endpoint=https://store.example",
            "DESK_CLAMD_URL": "unix:/run/clamav/clamd.ctl",
            "DESK_FILES_RESERVE_MB": "2048",
        }
    )
    assert (found.clamd_url, found.files_reserve_mb) == ("unix:/run/clamav/clamd.ctl", 2048)
