"""The second place takes a line whole, under whichever protocol it is spoken to."""

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.kernel.second_place import BucketPlace, PlaceAway, is_place, open_place
from desk.settings import Settings, SettingsError
from tests.files.test_settings import GIVEN
from tests.ports import free_port

LINE = json.dumps({"region": 1, "seal": 7, "hash": "ab" * 32})


class Log(threading.Thread):
    """Another machine's log: takes what one connection, or one packet, brings."""

    def __init__(self, kind: socket.SocketKind) -> None:
        super().__init__(daemon=True)
        self.kind = kind
        self.socket = socket.socket(socket.AF_INET, kind)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.got = b""
        if kind is socket.SOCK_STREAM:
            self.socket.listen()
        self.start()

    def run(self) -> None:
        if self.kind is socket.SOCK_DGRAM:
            self.got = self.socket.recv(65536)
            return
        line, _address = self.socket.accept()
        with line:
            while part := line.recv(4096):
                self.got += part

    def said(self) -> bytes:
        self.join(10)
        self.socket.close()
        return self.got


def test_a_file_only_grows(tmp_path: Path) -> None:
    place = open_place(f"file:{tmp_path}/far%20away.ndjson")
    assert list(place.kept() or ()) == []
    place.keep("1/7", LINE)
    place.keep("1/8", "second")
    assert list(place.kept() or ()) == [f"{LINE}\n", "second\n"]
    assert (tmp_path / "far away.ndjson").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("scheme", "kind"),
    [("syslog", socket.SOCK_STREAM), ("syslog+udp", socket.SOCK_DGRAM)],
)
def test_another_machines_log_gets_one_message(scheme: str, kind: socket.SocketKind) -> None:
    log = Log(kind)
    place = open_place(f"{scheme}://127.0.0.1:{log.port}")
    place.keep("1/000000000007", LINE)
    told = f"<109>1 - - desk - 1-000000000007 - {LINE}".encode()
    counted = str(len(told)).encode() + b" " if kind is socket.SOCK_STREAM else b""
    assert log.said() == counted + told
    assert place.kept() is None


def test_a_place_that_is_away_says_so(tmp_path: Path) -> None:
    for address in (f"syslog://127.0.0.1:{free_port()}", f"file:{tmp_path}/no/such/folder"):
        with pytest.raises(PlaceAway):
            open_place(address).keep("1/7", LINE)


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    import boto3
    from moto.server import ThreadedMotoServer

    port = free_port()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    boto3.client(
        "s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1",
        aws_access_key_id="key", aws_secret_access_key="secret",
    ).create_bucket(Bucket="anchors")  # fmt: skip
    yield f"s3://key:secret@anchors/desk?endpoint=http://127.0.0.1:{port}"
    server.stop()


def test_a_bucket_gets_one_object_a_line(bucket: str) -> None:
    place = open_place(bucket)
    assert isinstance(place, BucketPlace)
    place.keep("1/000000000007", LINE)
    client = place.bucket.client()
    found = client.get_object(Bucket="anchors", Key="desk/1/000000000007.json")["Body"].read()
    assert found == f"{LINE}\n".encode()
    for name in ("../7", "1//7", "A", ""):
        with pytest.raises(ValueError, match="name"):
            place.keep(name, LINE)
    with pytest.raises(PlaceAway):
        open_place(bucket.replace("@anchors", "@nobodys")).keep("1/7", LINE)


@pytest.mark.parametrize(
    "address",
    ["", "anchors", "file:anchors", "file://host/anchors", "syslog:", "syslog://h:x", "ftp://h"],
)
def test_an_address_that_names_no_place_stops_the_start(address: str) -> None:
    assert not is_place(address)
    with pytest.raises(ValueError, match="second place"):
        open_place(address)
    if address:
        with pytest.raises(SettingsError, match="DESK_ANCHOR_URL"):
            Settings.from_env({**GIVEN, "DESK_ANCHOR_URL": address})
