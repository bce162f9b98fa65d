"""The limits hold across processes through a real Redis, and go on holding when it dies."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from desk.kernel.errors import TooMany
from desk.kernel.throttle import Limit, Throttle
from tests.ports import free_port

THREE = Limit("three", "3/minute")


@contextmanager
def redis_server(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run a Redis of our own until it is told to end."""
    program = shutil.which("redis-server")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Redis is not installed, and CI may not skip it")
        pytest.skip("no Redis on this machine: apt-get install redis-server")
    process = subprocess.Popen(
        [program, "--port", str(port), "--save", "", "--dir", str(folder), "--bind", "127.0.0.1"],
        stdout=subprocess.DEVNULL,
    )
    try:
        _answering(port)
        yield process
    finally:
        process.kill()
        process.wait()


def _answering(port: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise RuntimeError("Redis does not answer")


def passes(throttle: Throttle, key: str = "somebody") -> bool:
    try:
        throttle.hit(THREE, key, "wait")
    except TooMany:
        return False
    return True


def test_two_processes_share_one_count(tmp_path: Path) -> None:
    port = free_port()
    with redis_server(tmp_path, port):
        here, there = (Throttle(f"redis://127.0.0.1:{port}/0") for _ in range(2))
        assert [passes(one) for one in (here, there, here)] == [True, True, True]
        assert not passes(there)
        assert not there.allows(THREE, "somebody")
        assert there.used(THREE, "somebody") == 3
        assert passes(there, "somebody else")
        here.forget(THREE, "somebody")
        assert passes(there)


def test_a_dead_redis_is_counted_around_and_never_opens_the_door(tmp_path: Path) -> None:
    port = free_port()
    with redis_server(tmp_path, port) as server:
        throttle = Throttle(f"redis://127.0.0.1:{port}/0")
        assert passes(throttle)
        server.kill()
        server.wait()
        started = time.monotonic()
        assert [passes(throttle) for _ in range(4)] == [True, True, True, False]
        assert time.monotonic() - started < 5


def test_a_redis_that_was_never_there_slows_nobody_down() -> None:
    throttle = Throttle(f"redis://127.0.0.1:{free_port()}/0")
    started = time.monotonic()
    assert [passes(throttle) for _ in range(4)] == [True, True, True, False]
    assert not throttle.allows(THREE, "somebody")
    assert time.monotonic() - started < 5


def test_without_redis_each_process_counts_for_itself() -> None:
    throttle = Throttle()
    assert [passes(throttle) for _ in range(4)] == [True, True, True, False]
    with pytest.raises(TooMany) as told:
        throttle.hit(THREE, "somebody", "wait")
    assert 1 <= told.value.retry_after <= 61
