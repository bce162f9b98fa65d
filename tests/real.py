"""Data written by other people: it lies beside the project and is never copied into it."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "real"


def real_file(name: str) -> Path:
    """Find a file of the real sample; the test is skipped where the folder is not there."""
    if not FOLDER.is_dir():
        pytest.skip("the real sample (../shared/data/real) does not lie beside the project")
    return FOLDER / name
