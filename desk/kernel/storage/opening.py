"""Finding the store that an address names."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from desk.kernel.storage.bucket import BucketStore
from desk.kernel.storage.folder import FolderStore
from desk.kernel.storage.store import Store

FOLDER, BUCKET = "file", "s3"


def is_address(address: str) -> bool:
    """Tell whether an address names a store: `file:FOLDER` or `s3://BUCKET`."""
    parts = urlsplit(address)
    if parts.scheme == FOLDER:
        return bool(parts.path) and not parts.netloc
    return parts.scheme == BUCKET and bool(parts.hostname)


def open_store(address: str) -> Store:
    """Give the store of an address; raises ValueError for one that names none.

    Nothing is made or asked yet: a folder appears, and a bucket is called, with the first object.
    """
    if not is_address(address):
        raise ValueError("a store is file:FOLDER or s3://BUCKET")
    if urlsplit(address).scheme == BUCKET:
        return BucketStore(address)
    return FolderStore(Path(unquote(urlsplit(address).path)).absolute())
