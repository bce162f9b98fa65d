"""Ciphertexts open in their own place, under their own keys, and nowhere else."""

import base64
import secrets

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from desk.kernel.crypto import (
    INDEX_BYTES,
    KeyedHash,
    KeyRing,
    Undecipherable,
    token_hash,
)

OLD, NEW = KeyRing.make_key("2025"), KeyRing.make_key("2026")
RING = KeyRing.parse(f"{NEW},{OLD}")
PLACE = "parties|name_e|1"
ROW = "parties|dek_e|1"
plain = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
places = st.text(st.sampled_from("abc|_12"), max_size=12)


def encoded(length: int) -> str:
    return base64.b64encode(bytes(length)).decode()


@given(plain, places, places)
def test_a_ciphertext_opens_in_its_own_place_only(text: str, here: str, there: str) -> None:
    dek, _ = RING.new_dek(aad=ROW)
    sealed = RING.seal(dek, text, aad=here)
    assert RING.open(dek, sealed, aad=here) == text
    assume(here != there)
    with pytest.raises(Undecipherable):
        RING.open(dek, sealed, aad=there)


@given(plain, st.integers(0), st.integers(1, 255))
def test_a_ciphertext_with_one_byte_changed_does_not_open(
    text: str, place: int, change: int
) -> None:
    dek, wrapped = RING.new_dek(aad=ROW)
    sealed = RING.seal(dek, text, aad=PLACE)
    for whole, opens in (
        (sealed, lambda c: RING.open(dek, c, aad=PLACE)),
        (wrapped, lambda c: RING.unwrap(c, aad=ROW)),
    ):
        at = place % len(whole)
        changed = whole[:at] + bytes([whole[at] ^ change]) + whole[at + 1 :]
        with pytest.raises(Undecipherable):
            opens(changed)


@given(st.binary(max_size=80))
def test_garbage_is_undecipherable_and_nothing_else(garbage: bytes) -> None:
    dek, _ = RING.new_dek(aad=ROW)
    with pytest.raises(Undecipherable):
        RING.open(dek, garbage, aad=PLACE)
    with pytest.raises(Undecipherable):
        RING.unwrap(garbage, aad=ROW)


def test_a_ciphertext_cut_short_anywhere_is_undecipherable() -> None:
    dek, wrapped = RING.new_dek(aad=ROW)
    sealed = RING.seal(dek, "张三", aad=PLACE)
    for end in range(len(sealed)):
        with pytest.raises(Undecipherable):
            RING.open(dek, sealed[:end], aad=PLACE)
    for end in range(len(wrapped)):
        with pytest.raises(Undecipherable):
            RING.unwrap(wrapped[:end], aad=ROW)


def test_the_key_of_one_row_does_not_open_another() -> None:
    one, _ = RING.new_dek(aad=ROW)
    other, _ = RING.new_dek(aad=ROW)
    with pytest.raises(Undecipherable):
        RING.open(other, RING.seal(one, "张三", aad=PLACE), aad=PLACE)


def test_a_wrapped_key_and_a_sealed_text_are_not_taken_for_each_other() -> None:
    dek, wrapped = RING.new_dek(aad=PLACE)
    with pytest.raises(Undecipherable):
        RING.open(dek, wrapped, aad=PLACE)
    with pytest.raises(Undecipherable):
        RING.unwrap(RING.seal(dek, "张三", aad=PLACE), aad=PLACE)


def test_the_same_text_never_looks_the_same() -> None:
    dek, _ = RING.new_dek(aad=ROW)
    made = {RING.seal(dek, "张三", aad=PLACE) for _ in range(1000)}
    assert len(made) == len({sealed[1:13] for sealed in made}) == 1000
    assert not any("张三".encode() in sealed for sealed in made)


def test_the_newest_key_wraps_and_every_key_of_the_ring_unwraps() -> None:
    dek, by_old = KeyRing.parse(OLD).new_dek(aad=ROW)
    assert KeyRing.key_id(by_old) == "2025"
    assert RING.unwrap(by_old, aad=ROW) == dek
    by_new = RING.rewrap(by_old, aad=ROW)
    assert KeyRing.key_id(by_new) == "2026"
    assert KeyRing.parse(NEW).unwrap(by_new, aad=ROW) == dek


def test_a_text_sealed_before_a_change_of_keys_opens_after_it() -> None:
    before = KeyRing.parse(OLD)
    dek, wrapped = before.new_dek(aad=ROW)
    sealed = before.seal(dek, "张三", aad=PLACE)
    wrapped = RING.rewrap(wrapped, aad=ROW)
    after = KeyRing.parse(NEW)
    assert after.open(after.unwrap(wrapped, aad=ROW), sealed, aad=PLACE) == "张三"


def test_a_key_that_left_the_ring_opens_nothing() -> None:
    _, by_old = KeyRing.parse(OLD).new_dek(aad=ROW)
    with pytest.raises(Undecipherable, match="2025"):
        KeyRing.parse(NEW).unwrap(by_old, aad=ROW)
    with pytest.raises(Undecipherable):
        KeyRing.parse(KeyRing.make_key("2025")).unwrap(by_old, aad=ROW)


def test_a_wrapped_key_cannot_be_moved_or_relabelled() -> None:
    same = OLD.partition(":")[2]
    ring = KeyRing.parse(f"aaaa:{same},bbbb:{same}")
    _, wrapped = ring.new_dek(aad=ROW)
    with pytest.raises(Undecipherable):
        ring.unwrap(wrapped, aad="parties|dek_e|2")
    with pytest.raises(Undecipherable):
        ring.unwrap(wrapped.replace(b"aaaa", b"bbbb"), aad=ROW)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        ",",
        "k",
        "k:",
        f":{encoded(32)}",
        f"k:{encoded(31)}",
        f"k:{encoded(33)}",
        f"k:{encoded(32)},",
        f"k:{encoded(32)},k:{encoded(32)}",
        "k:not base64!",
        "k:钥匙",
        f"钥:{encoded(32)}",
        f"{'k' * 65}:{encoded(32)}",
    ],
)
def test_a_ring_that_is_not_one_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="data key"):
        KeyRing.parse(wrong)


def test_a_ring_is_read_with_spaces_and_the_longest_id() -> None:
    name = "k" * 64
    ring = KeyRing.parse(f" {name}:{encoded(32)} , b:{encoded(32)} ")
    dek, wrapped = ring.new_dek(aad=ROW)
    assert KeyRing.key_id(wrapped) == name
    assert ring.unwrap(wrapped, aad=ROW) == dek


def test_keys_are_not_shown() -> None:
    secret = OLD.partition(":")[2]
    with pytest.raises(ValueError, match="k") as refused:
        KeyRing.parse(f"k:{secret[:-8]}")
    for shown in (repr(RING), str(RING), str(refused.value)):
        assert secret[:12] not in shown
        assert str(base64.b64decode(secret))[2:12] not in shown
    assert repr(KeyedHash(b"secret" * 8)) == "KeyedHash(…)"


def test_keys_are_drawn_afresh() -> None:
    assert len({KeyRing.make_key("k") for _ in range(50)}) == 50
    assert len({RING.new_dek(aad=ROW)[0] for _ in range(50)}) == 50


@given(plain, plain)
def test_a_hash_depends_on_key_purpose_and_value(one: str, other: str) -> None:
    hashes = KeyedHash(b"a" * 32)
    assert hashes.code("phone", one) == KeyedHash(b"a" * 32).code("phone", one)
    assert (hashes.code("phone", one) == hashes.code("phone", other)) is (one == other)
    assert hashes.code("phone", one) != hashes.code("uscc", one)
    assert hashes.code("phone", one) != KeyedHash(b"b" * 32).code("phone", one)


def test_hashes_have_the_lengths_of_their_columns() -> None:
    hashes = KeyedHash(secrets.token_bytes(32))
    assert len(hashes.index("phone", "13800000000")) == INDEX_BYTES == 16
    assert len(hashes.code("access", "0000-0000-0000-0000")) == 32
    assert hashes.code("phone", "1").startswith(hashes.index("phone", "1"))


def test_a_hash_stays_the_same_from_release_to_release() -> None:
    """These stand in databases: whoever changes them must write every row anew."""
    hashes = KeyedHash(b"k" * 32)
    assert hashes.index("phone", "13800000000").hex() == "3959db992a0d31a4a1b0cfe854c73db0"
    assert hashes.code("access", "0123456789ABCDEF").hex() == (
        "4451dda4af71577f810b8b115839ab87b6d6e2bf0830e9b87a21b5f9373a9374"
    )


def test_a_token_and_the_key_are_both_needed() -> None:
    """The key in the database's place plus the ring, without the browser's token, open nothing."""
    hashes, token = KeyedHash(b"k" * 32), secrets.token_hex(32).encode()
    sealed = RING.seal(hashes.token_key("draft", token), "草稿", aad=PLACE)
    assert RING.open(hashes.token_key("draft", token), sealed, aad=PLACE) == "草稿"
    for key in (
        hashes.token_key("draft", secrets.token_bytes(32)),
        hashes.token_key("letter", token),
        KeyedHash(b"j" * 32).token_key("draft", token),
        hashes.code("draft", token.decode()),
        token_hash(token.decode()),
    ):
        with pytest.raises(Undecipherable):
            RING.open(key, sealed, aad=PLACE)
