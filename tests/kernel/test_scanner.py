"""What clamd says is believed only when it is a verdict."""

import io
import socket
from pathlib import Path

import pytest

from desk.kernel import scanner
from desk.kernel.scanner import Clamd, ScannerAway, is_address
from tests.files.clamd import stand_in
from tests.files.corpus import EICAR
from tests.ports import free_port

CHUNK = 64 * 1024


def test_a_sign_is_found_wherever_it_stands() -> None:
    with stand_in() as clamd:
        asked = Clamd(clamd.address)
        assert asked.is_there()
        assert asked.finding(io.BytesIO(b"harmless" * 30_000)) is None
        assert asked.finding(io.BytesIO(b"")) is None
        across = bytes(CHUNK - 10) + EICAR + bytes(10)
        assert asked.finding(io.BytesIO(across)) == "Eicar-Signature"


def test_a_socket_file_does_as_well(tmp_path: Path) -> None:
    with stand_in(tmp_path / "clamd.ctl") as clamd:
        assert Clamd(clamd.address).finding(io.BytesIO(EICAR)) == "Eicar-Signature"


@pytest.mark.parametrize("mood", ["error", "garbage", "silent"])
def test_anything_but_a_verdict_is_none(mood: str) -> None:
    with stand_in() as clamd:
        clamd.mood = mood
        with pytest.raises(ScannerAway):
            Clamd(clamd.address).finding(io.BytesIO(b"harmless"))


def test_nobody_there_is_no_verdict(tmp_path: Path) -> None:
    for address in (f"tcp://127.0.0.1:{free_port()}", f"unix:{tmp_path}/absent"):
        assert not Clamd(address).is_there()
        with pytest.raises(ScannerAway):
            Clamd(address).finding(io.BytesIO(b"x"))


def test_one_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanner, "ANSWER_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        asked = Clamd(f"tcp://127.0.0.1:{deaf.getsockname()[1]}")
        with pytest.raises(ScannerAway):
            asked.finding(io.BytesIO(b"x"))
        assert not asked.is_there()


@pytest.mark.parametrize(
    ("address", "right"),
    [
        ("tcp://127.0.0.1:3310", True), ("tcp://clamd", True), ("unix:/run/clamav/clamd.ctl", True),
        ("tcp://", False), ("tcp://x:99999999", False), ("unix:", False), ("http://x", False),
    ],
)  # fmt: skip
def test_what_names_a_scanner(address: str, right: bool) -> None:
    assert is_address(address) is right
