"""Whatever somebody does to the ledger behind the desk's back is found."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from desk.audit.anchoring import last_anchored, mark
from desk.audit.models import LedgerLine, LedgerSeal, LedgerStream
from desk.audit.sealing import last_seal, seal
from desk.audit.seals import Leaf, is_signed, key_of, leaf_hash, pack, public_key, root_of, unpack
from desk.audit.verifying import waiting_faults
from desk.casework.actions.acts import add_note
from desk.casework.workflow import Move
from desk.kernel.db import db, dialect_name, end_read, transaction
from desk.kernel.second_place import PlaceAway
from desk.schedules import anchor as anchor_all
from desk.schedules import seal as seal_all
from tests.casework.test_life import Desk

ROOT = Path(__file__).resolve().parents[2]
SEED = bytes(range(32))
leaves = st.lists(
    st.builds(Leaf, st.text(max_size=20), st.integers(1, 10**9), st.binary(min_size=32, max_size=32)),
    max_size=40,
)  # fmt: skip


@given(leaves)
def test_packed_leaves_come_back(given_leaves: list[Leaf]) -> None:
    assert unpack(pack(given_leaves)) == given_leaves


@given(leaves.filter(len), st.data())
def test_no_leaf_can_change_without_the_root(given_leaves: list[Leaf], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(given_leaves) - 1))
    changed = list(given_leaves)
    changed[at] = Leaf(changed[at].stream, changed[at].seq + 1, changed[at].head)
    assert root_of(changed) != root_of(given_leaves)
    assert root_of(given_leaves[:1]) == leaf_hash(given_leaves[0])


def test_a_signature_is_of_one_key_and_one_hash() -> None:
    signature = key_of(SEED).sign(b"x" * 32)
    assert is_signed(public_key(SEED), signature, b"x" * 32)
    assert not is_signed(public_key(SEED), signature, b"y" * 32)
    assert not is_signed(public_key(bytes(32)), signature, b"x" * 32)
    assert not is_signed(b"short", signature, b"x" * 32)
    with pytest.raises(ValueError, match="no leaves"):
        unpack(b"nothing")


@pytest.fixture
def sealed(app: Flask) -> Desk:
    """A case with three lines in its chain, sealed after the second and after the third."""
    desk = Desk(app)
    desk.go(Move.ASK_SUPPLEMENT, "clerk", text="请补身份证。")
    seal_all(desk.now + timedelta(minutes=1))
    desk.go(Move.SUPPLY, "complainant", text="补了。")
    seal_all(desk.now + timedelta(minutes=1))
    desk.go(Move.ASK_SUPPLEMENT, "clerk", text="还差一页。")
    seal_all(desk.now + timedelta(minutes=1))
    return desk


def verify(app: Flask, *more: str) -> tuple[int, str]:
    end_read()
    answer = app.test_cli_runner().invoke(args=["desk", "verify-ledger", *more])
    return answer.exit_code, answer.output


def test_what_nobody_touched_holds(app: Flask, sealed: Desk) -> None:
    assert verify(app) == (0, "The ledger holds.\n")
    assert db.session.scalar(select(func.count()).select_from(LedgerSeal)) == 3
    assert (
        db.session.scalar(select(func.count()).where(LedgerStream.sealed_seq < LedgerStream.seq))
        == 0
    )
    with transaction():
        assert seal(sealed.region.id, SEED, now=sealed.now) is None


def behind_the_back(*statements: str) -> None:
    """Do what an administrator of the database could do: take the triggers off, then write."""
    with transaction():
        connection = db.session.connection()
        if dialect_name() == "sqlite":
            names = connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            )
            for (name,) in names.fetchall():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            for table in ("ledger", "ledger_seals", "ledger_streams"):
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            connection.execute(text(statement))


LAST = "seq = (SELECT max(seq) FROM ledger l WHERE l.stream = ledger.stream) AND stream LIKE 'c/%'"
TAMPERING = {
    "edited": ("UPDATE ledger SET what = 'accept' WHERE seq = 2 AND stream LIKE 'c/%'",),
    "body edited": ("UPDATE ledger SET body = '{\"seen\": 9}' WHERE seq = 2",),
    "deleted": ("DELETE FROM ledger WHERE seq = 2 AND stream LIKE 'c/%'",),
    "inserted": (
        (
            "INSERT INTO ledger SELECT region_id, stream, 9, at, actor_kind, user_id, role, what,"
            " from_status, to_status, visibility, body, salt, body_hash, prev, hash, request_id"
            " FROM ledger WHERE seq = 3 AND stream LIKE 'c/%'"
        ),
    ),
    "swapped": (
        "UPDATE ledger SET seq = 30 WHERE seq = 2 AND stream LIKE 'c/%'",
        "UPDATE ledger SET seq = 2 WHERE seq = 3 AND stream LIKE 'c/%'",
        "UPDATE ledger SET seq = 3 WHERE seq = 30 AND stream LIKE 'c/%'",
    ),
    "tail cut, head set back": (
        f"DELETE FROM ledger WHERE {LAST}",
        (
            "UPDATE ledger_streams SET seq = seq - 1, sealed_seq = seq - 1, head = (SELECT hash FROM"
            " ledger WHERE ledger.stream = ledger_streams.stream ORDER BY seq DESC LIMIT 1)"
            " WHERE stream LIKE 'c/%'"
        ),
    ),
    "whole case gone from the ledger": (
        "DELETE FROM ledger WHERE stream LIKE 'c/%'",
        "DELETE FROM ledger_streams WHERE stream LIKE 'c/%'",
    ),
    "seal removed": ("DELETE FROM ledger_seals WHERE no = 2",),
    "first seal removed": ("DELETE FROM ledger_seals WHERE no = 1",),
    "newest seal removed": ("DELETE FROM ledger_seals WHERE no = 3",),
    "seal dated back": ("UPDATE ledger_seals SET sealed_at = '2026-01-01 00:00:00' WHERE no = 2",),
    "status without a line": ("UPDATE cases SET status = 'submitted'",),
    "stream without its case": (
        "UPDATE ledger_streams SET sealed_seq = 0, stream = stream || '0' WHERE stream LIKE 'c/%'",
    ),
    "line shown to others": ("UPDATE ledger SET visibility = 'supervisors' WHERE seq = 3",),
    "another request named": ("UPDATE ledger SET request_id = 'another' WHERE seq = 2",),
    "a user named": ("UPDATE ledger SET user_id = user_id + 1 WHERE user_id IS NOT NULL",),
    "line dated back": ("UPDATE ledger SET at = '2026-01-01 00:00:00' WHERE seq = 2",),
    "body without its salt": ("UPDATE ledger SET salt = NULL WHERE seq = 2",),
    "case dated back": ("UPDATE cases SET filed_at = '2026-01-01 00:00:00'",),
    "head written back before its seal": ("UPDATE ledger_streams SET sealed_seq = 1",),
    "leaves of a seal exchanged": (
        (
            "UPDATE ledger_seals SET leaves = (SELECT leaves FROM ledger_seals o WHERE o.no = 1)"
            " WHERE no = 2"
        ),
    ),
}


@pytest.mark.parametrize("name", TAMPERING)
def test_tampering_is_found(app: Flask, sealed: Desk, name: str) -> None:
    behind_the_back(*TAMPERING[name])
    code, said = verify(app)
    assert code == 1, name
    assert "faults." in said


@pytest.mark.parametrize("read_back", ["by itself", "brought"])
def test_the_second_place_finds_that_everything_new_is_gone(
    app: Flask, sealed: Desk, tmp_path: Path, read_back: str
) -> None:
    """Who cuts off lines, heads and seals together leaves a ledger that fits itself."""
    kept = tmp_path / "anchors.ndjson"
    given = app.extensions["settings"]
    app.extensions["settings"] = replace(given, anchor_url=f"file:{kept}")
    anchor_all(sealed.now + timedelta(minutes=5))
    anchor_all(sealed.now + timedelta(minutes=65))
    (told,) = [json.loads(line) for line in kept.read_text().splitlines()]
    assert told["seal"] == 3
    assert is_signed(
        bytes.fromhex(told["ed25519"]),
        bytes.fromhex(told["signature"]),
        bytes.fromhex(told["hash"]),
    )
    assert verify(app) == (0, "The ledger holds.\n")
    behind_the_back(
        "DELETE FROM ledger_seals WHERE no = 3",
        "DELETE FROM ledger WHERE seq > 3",
        "UPDATE ledger_streams SET seq = 3, sealed_seq = 3, head = (SELECT hash FROM ledger"
        " WHERE ledger.stream = ledger_streams.stream AND seq = 3)",
        "UPDATE cases SET status = 'submitted'",
    )
    if read_back == "brought":
        app.extensions["settings"] = given
        assert verify(app) == (0, "The ledger holds.\n")
        code, said = verify(app, "--anchors", str(kept))
    else:
        code, said = verify(app)
    assert code == 1
    assert "line 3: the second place holds a seal that is not here" in said


def test_a_second_place_with_another_seal_or_nonsense_is_said(
    app: Flask, sealed: Desk, tmp_path: Path
) -> None:
    kept = tmp_path / "brought"
    region = sealed.region.id
    kept.write_text(f'{{"region": {region}, "seal": 2, "hash": "00"}}\n\nnothing\n[1]\n')
    code, said = verify(app, "--anchors", str(kept))
    assert code == 1
    assert said.splitlines() == [
        f"region {region} stream seals line 2: the second place holds another seal",
        "region 0 stream anchors line 3: this line of the second place cannot be read",
        "region 0 stream anchors line 4: this line of the second place cannot be read",
        "3 faults.",
    ]


def test_the_second_place_is_told_once_an_hour(app: Flask, sealed: Desk, tmp_path: Path) -> None:
    kept = tmp_path / "anchors.ndjson"
    app.extensions["settings"] = replace(app.extensions["settings"], anchor_url=f"file:{kept}")
    step, told = timedelta(minutes=5), []
    for _ in range(25):
        with transaction():
            add_note(
                sealed.number, "记一笔。", version=None, by=sealed.people["clerk"], now=sealed.now
            )
        seal_all(sealed.now)
        anchor_all(sealed.now)
        told.append(len(kept.read_text().splitlines()))
        sealed.now += step
    assert (told[0], told[11], told[12], told[23], told[24]) == (1, 1, 2, 2, 3)


def test_a_place_that_is_away_is_told_later(app: Flask, sealed: Desk, tmp_path: Path) -> None:
    given, folder = app.extensions["settings"], tmp_path / "mounted"
    app.extensions["settings"] = replace(given, anchor_url=f"file:{folder}/anchors")
    with pytest.raises(PlaceAway):
        anchor_all(sealed.now)
    assert last_anchored(sealed.region.id) is None
    folder.mkdir()
    anchor_all(sealed.now)
    anchored = last_anchored(sealed.region.id)
    assert anchored is not None
    assert (anchored.no, anchored.anchored_at) == (3, sealed.now)


def test_chains_that_nobody_seals_are_a_fault(app: Flask, sealed: Desk) -> None:
    sealed.go(Move.SUPPLY, "complainant", text="补齐了。")
    assert waiting_faults(sealed.now + timedelta(minutes=5)) == []
    (fault,) = waiting_faults(sealed.now + timedelta(minutes=30))
    assert fault.what == "1 chains have waited too long for their seal"


def test_a_true_line_with_an_older_date_lies_outside_its_seals(app: Flask, sealed: Desk) -> None:
    earlier = sealed.now - timedelta(days=3)
    with transaction():
        add_note(
            sealed.number, "三天前说过的。", version=None, by=sealed.people["clerk"], now=earlier
        )
    seal_all(sealed.now + timedelta(minutes=30))
    code, said = verify(app)
    assert code == 1
    assert "its date lies outside its seals" in said


def test_another_key_does_not_pass_for_ours(app: Flask, sealed: Desk) -> None:
    with transaction():
        db.session.execute(
            LedgerStream.__table__.update().values(sealed_seq=0)  # type: ignore[attr-defined]
        )
        assert seal(sealed.region.id, SEED, now=sealed.now) is not None
    code, said = verify(app)
    assert code == 1
    assert "it was not signed with our key" in said


def test_erasing_a_body_breaks_nothing(app: Flask, sealed: Desk) -> None:
    with transaction():
        db.session.execute(text("UPDATE ledger SET body = NULL, salt = NULL WHERE seq = 2"))
    assert verify(app)[0] == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_seals SET n = 9",
        "UPDATE ledger_seals SET n = 9, anchored_at = sealed_at",
        "DELETE FROM ledger_seals",
        "DELETE FROM ledger_streams",
        "UPDATE ledger_streams SET seq = seq - 1",
        "UPDATE ledger_streams SET stream = 'c/other'",
    ],
)
def test_the_database_itself_refuses_to_change_a_seal_or_shorten_a_chain(
    sealed: Desk, statement: str
) -> None:
    with pytest.raises(DatabaseError), transaction():
        db.session.execute(text(statement))


def test_an_export_is_checked_without_the_desk(app: Flask, sealed: Desk, tmp_path: Path) -> None:
    file = tmp_path / "ledger.ndjson"
    end_read()
    said = app.test_cli_runner().invoke(args=["desk", "export-ledger", str(file)]).output
    key = public_key(app.extensions["settings"].seal_seed()).hex()
    assert key in said

    def check(*more: str) -> tuple[int, str]:
        command = [sys.executable, str(ROOT / "scripts/verify_export.py"), str(file), *more]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        return done.returncode, done.stdout

    assert check() == (0, "The export holds.\n")
    assert check(key)[0] == 0
    assert check(public_key(SEED).hex())[0] == 1
    shown = app.test_cli_runner().invoke(args=["desk", "show-seals"]).output
    anchors = tmp_path / "anchors"
    anchors.write_text(shown)
    assert check(key, str(anchors))[0] == 0
    anchors.write_text(shown.replace('"seal": 3', '"seal": 4'))
    assert check(key, str(anchors)) == (
        1,
        f"there is no seal 4 of region {sealed.region.id}\n",
    )
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    assert not any(word in file.read_text() for word in ("请补", 'body"', "salt"))
    changes: tuple[Callable[[list[dict[str, object]]], object], ...] = (
        lambda r: r.pop(),
        lambda r: r.pop(1),
        lambda r: r[-2].update(what="accept"),
        lambda r: r[2].update(at="2026-01-01T00:00:00+00:00"),
    )
    for change in changes:
        altered = [dict(row) for row in rows]
        change(altered)
        file.write_text("\n".join(json.dumps(row) for row in altered))
        assert check()[0] == 1


def test_the_board_gives_the_key_and_the_newest_seal(app: Flask, sealed: Desk) -> None:
    told = app.test_client().get("/board.json").get_json()["ledger"]
    newest = last_seal(sealed.region.id)
    assert newest is not None
    assert told["hash"] == bytes(newest.hash).hex()
    assert is_signed(
        bytes.fromhex(told["ed25519"]), bytes.fromhex(told["signature"]), bytes(newest.hash)
    )
    assert told["anchor"] is None
    with transaction():
        mark((sealed.region.id, 2, ""), now=sealed.now)
    told = app.test_client().get("/board.json").get_json()["ledger"]["anchor"]
    assert told["seal"] == 2


def test_a_line_written_meanwhile_comes_with_the_next_seal(app: Flask, sealed: Desk) -> None:
    before = last_seal(sealed.region.id)
    sealed.go(Move.SUPPLY, "complainant", text="补齐了。")
    seal_all(sealed.now + timedelta(minutes=1))
    after = last_seal(sealed.region.id)
    assert before is not None
    assert after is not None
    assert after.no == before.no + 1
    last = db.session.scalar(select(func.max(LedgerLine.seq)).where(LedgerLine.stream.like("c/%")))
    assert {leaf.seq for leaf in unpack(after.leaves) if leaf.stream.startswith("c/")} == {last}
