"""Both stores keep what they are given, under keys nobody can bend."""

import io
import os
import stat
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from desk.kernel.clock import utc_now
from desk.kernel.storage.folder import FolderStore
from desk.kernel.storage.opening import is_address, open_store
from desk.kernel.storage.store import Absent, Store, StoreError, chunks, digest, new_key
from tests.ports import free_port


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """The address of an empty bucket at a stand-in for S3."""
    import boto3
    from moto.server import ThreadedMotoServer

    port = free_port()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    endpoint = f"http://127.0.0.1:{port}"
    boto3.client(
        "s3", endpoint_url=endpoint, region_name="us-east-1",
        aws_access_key_id="key", aws_secret_access_key="sec/ret",
    ).create_bucket(Bucket="desk")  # fmt: skip
    yield f"s3://key:sec%2Fret@desk/some/where?endpoint={endpoint}&region=us-east-1"
    server.stop()


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return open_store(f"file:{tmp_path}/files")
    found = open_store(request.getfixturevalue("bucket"))
    for kept in found.everything():
        found.remove(kept.key)
    return found


def read(store: Store, key: str) -> bytes:
    given = store.open(key)
    try:
        return b"".join(chunks(given))
    finally:
        given.close()


def test_what_is_kept_comes_back(store: Store) -> None:
    content = os.urandom(200_000)
    key = new_key()
    assert store.put(key, io.BytesIO(content)) == digest(io.BytesIO(content))
    assert read(store, key) == content
    found = store.find(key)
    assert found is not None
    assert (found.size, abs(found.since - utc_now()) < timedelta(minutes=1)) == (200_000, True)


def test_the_same_key_is_written_over_as_a_whole(store: Store) -> None:
    key = new_key()
    for content in (b"first" * 1000, b"second"):
        store.put(key, io.BytesIO(content))
    assert read(store, key) == b"second"


def test_everything_is_listed_and_removed_once(store: Store) -> None:
    keys = {new_key() for _ in range(5)}
    for key in keys:
        store.put(key, io.BytesIO(b"x"))
    assert {kept.key for kept in store.everything()} == keys
    for key in keys:
        store.remove(key)
        store.remove(key)
    assert list(store.everything()) == []


def test_what_is_absent_says_so(store: Store) -> None:
    key = new_key()
    assert store.find(key) is None
    with pytest.raises(Absent):
        store.open(key)


@pytest.mark.parametrize(
    "key", ["../x", "/etc/passwd", "ab/../../x", "ab/" + "0" * 29 + "g", "", "AB/" + "0" * 30,
            "ab/" + "0" * 30 + "\n"],
)  # fmt: skip
def test_no_key_leads_elsewhere(store: Store, key: str) -> None:
    for ask in (store.open, store.remove, store.find, lambda k: store.put(k, io.BytesIO(b"x"))):
        with pytest.raises(ValueError, match="not a key"):
            ask(key)


def test_a_store_that_is_away_is_an_error_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("in the way")
    for address in (
        f"file:{tmp_path}/files",
        f"s3://k:s@desk?endpoint=http://127.0.0.1:{free_port()}",
    ):
        away = open_store(address)
        with pytest.raises(StoreError):
            away.put(new_key(), io.BytesIO(b"x"))


def test_a_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "files")
    key = new_key()
    store.put(key, io.BytesIO(b"x"))
    modes = {stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "files").rglob("*") if p.is_dir()}
    assert modes == {0o700}
    assert stat.S_IMODE((tmp_path / "files" / key).stat().st_mode) == 0o600


def test_a_link_in_the_place_is_not_followed(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "files")
    key, secret = new_key(), tmp_path / "secret"
    store.put(key, io.BytesIO(b"x"))
    secret.write_text("secret")
    (tmp_path / "files" / key).unlink()
    (tmp_path / "files" / key).symlink_to(secret)
    with pytest.raises(StoreError):
        store.open(key)


class Breaking(io.BytesIO):
    """A source that ends in the middle of being read."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() > 0:
            raise OSError(28, "No space left on device")
        return super().read(10)


def test_half_a_file_is_no_file(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "files")
    with pytest.raises(StoreError, match="No space"):
        store.put(new_key(), Breaking(bytes(100)))
    assert list(store.everything()) == []
    assert list((tmp_path / "files" / "arriving").iterdir()) == []


def test_what_never_arrived_is_cleared_after_its_time(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "files")
    store.put(new_key(), io.BytesIO(b"x"))
    (tmp_path / "files" / "arriving" / "left").write_bytes(b"half")
    assert store.clear_unfinished(utc_now() - timedelta(days=1)) == 0
    assert store.clear_unfinished(utc_now() + timedelta(days=1)) == 1
    assert len(list(store.everything())) == 1


def test_it_is_on_the_disk_before_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[str] = []
    real_flush, real_replace = os.fsync, Path.replace

    def flush(handle: int) -> None:
        flushed.append(Path(f"/proc/self/fd/{handle}").resolve().parent.name)
        real_flush(handle)

    def replace(self: Path, target: Path) -> Path:
        flushed.append("rename")
        return real_replace(self, target)

    monkeypatch.setattr(os, "fsync", flush)
    monkeypatch.setattr(Path, "replace", replace)
    FolderStore(tmp_path / "files").put(new_key(), io.BytesIO(b"x"))
    at = flushed.index("rename")
    assert flushed[at - 1] == "arriving"
    assert flushed[at + 1 :] == ["files"]


def test_many_at_once_do_not_meet(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "files")
    key = new_key()
    written = [bytes([n]) * 50_000 for n in range(8)]
    threads = [
        threading.Thread(target=lambda c=c: store.put(key, io.BytesIO(c)))  # type: ignore[misc]
        for c in written
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read(store, key) in written


@pytest.mark.parametrize(
    ("address", "right"),
    [
        ("file:instance/files", True), ("file:/var/files", True), ("file:///var/files", True),
        ("s3://desk", True), ("file:", False), ("s3://", False), ("ftp://x", False), ("", False),
        ("file://host/x", False),
    ],
)  # fmt: skip
def test_what_names_a_store(address: str, right: bool) -> None:
    assert is_address(address) is right


def test_nothing_is_made_before_it_is_needed(tmp_path: Path) -> None:
    open_store(f"file:{tmp_path}/files").disk()
    assert list(tmp_path.iterdir()) == []
