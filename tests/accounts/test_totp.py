"""Codes by the clock: the vectors of RFC 6238, and what is read of what people type."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.accounts import totp

SEEDS = {
    "sha1": b"12345678901234567890",
    "sha256": b"12345678901234567890123456789012",
    "sha512": b"1234567890123456789012345678901234567890123456789012345678901234",
}
VECTORS = [
    (59, "94287082", "46119246", "90693936"),
    (1111111109, "07081804", "68084774", "25091201"),
    (1111111111, "14050471", "67062674", "99943326"),
    (1234567890, "89005924", "91819424", "93441116"),
    (2000000000, "69279037", "90698825", "38618901"),
    (20000000000, "65353130", "77737706", "47863826"),
]
NOW = datetime(2026, 11, 23, 2, 0, 10, tzinfo=UTC)
SEED = SEEDS["sha1"]
STEP = totp.step_of(NOW)


@pytest.mark.parametrize(("at", "sha1", "sha256", "sha512"), VECTORS)
def test_the_vectors_of_the_standard(at: int, sha1: str, sha256: str, sha512: str) -> None:
    step = at // totp.STEP_SECONDS
    found = [totp.code_at(seed, step, digits=8, digest=name) for name, seed in SEEDS.items()]
    assert found == [sha1, sha256, sha512]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("123456", "123456"),
        ("123 456", "123456"),
        (" 12-34-56 ", "123456"),
        ("１２３４５６", "123456"),
        ("000000", "000000"),
        ("12345", None),
        ("1234567", None),
        ("١٢٣٤٥٦", None),
        ("12345a", None),
        ("", None),
        ("+12345", None),
        ("123456\0", None),
    ],
)
def test_what_is_read_of_a_code(typed: str, read: str | None) -> None:
    assert totp.read_code(typed) == read


def test_this_half_minute_and_the_one_before_are_taken() -> None:
    for back, taken in ((0, True), (1, True), (2, False), (-1, False)):
        code = totp.code_at(SEED, STEP - back)
        found = totp.step_that_fits(SEED, code, now=NOW, after=0)
        assert found == (STEP - back if taken else None)


def test_a_code_is_taken_once_and_none_older_after_it() -> None:
    older, this = totp.code_at(SEED, STEP - 1), totp.code_at(SEED, STEP)
    assert totp.step_that_fits(SEED, this, now=NOW, after=STEP) is None
    assert totp.step_that_fits(SEED, older, now=NOW, after=STEP) is None
    assert totp.step_that_fits(SEED, this, now=NOW, after=STEP - 1) == STEP


@given(st.binary(min_size=20, max_size=20))
def test_a_seed_comes_back_as_it_was_written(seed: bytes) -> None:
    assert totp.read_seed(totp.written(seed)) == seed
    assert totp.written(seed).replace(" ", "") in totp.address(seed, "clerk", "办")
