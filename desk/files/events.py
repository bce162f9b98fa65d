"""News of a file for the rooms above."""

from dataclasses import dataclass
from datetime import datetime

from desk.files.models import StoredFile


@dataclass(frozen=True, slots=True)
class FileChecked:
    """A file was looked into and is clean, infected or failed; told inside the transaction."""

    file: StoredFile
    at: datetime
