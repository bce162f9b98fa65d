"""Ratings go upwards once, each answered for itself, and come back as they went."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from desk.access.actors import SYSTEM
from desk.audit.queries import faults
from desk.insight import rebuilding
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import Invalid
from desk.ratings import exchange
from desk.ratings.actions.standing import decide
from desk.ratings.models import Rating, RatingExchange, StandingCause
from desk.ratings.records import WordTable
from tests.api.systems import RATINGS, Town, let_in, tell, town


@pytest.fixture
def place(app: Flask) -> Town:
    return town()


@pytest.fixture
def given_ones(client: FlaskClient, place: Town) -> int:
    """Twelve ratings of five levels, one of them a default, one with words."""
    token = let_in(place)
    tell(client, [place.event(n, stage=3) for n in range(12)], token)
    lines = [place.rating(n, 3 + n % 3, channel="sms") for n in range(10)]
    lines += [place.rating(10, 5, is_default=True), place.rating(11, 4, comment="不错", tags=[])]
    return int(tell(client, lines, token, RATINGS).json["created"])


def desk(app: Flask, *args: object) -> Result:
    return app.test_cli_runner().invoke(args=["desk", *map(str, args)])


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_what_was_told_is_told_once_and_again_only_for_a_reason(
    app: Flask, given_ones: int, tmp_path: Path
) -> None:
    out, answers = tmp_path / "out.ndjson", tmp_path / "answers.ndjson"
    export = ("export-ratings", out, "--target", "province")
    assert "12 told" in desk(app, *export).output
    assert "0 told" in desk(app, *export).output
    told = lines_of(out)
    assert len(told) == given_ones == 12
    assert sorted(record["level"] for record in told if record["is_default"]) == [5]
    said = [{"record_id": record["record_id"], "result": "ok"} for record in told[:10]]
    said += [{"record_id": told[10]["record_id"], "result": "error", "reason": "no such item"}]
    said += [{"record_id": "0" * 32, "result": "ok"}, {"record_id": 1}]
    answers.write_text("\n".join(map(json.dumps, said)) + "\n{")
    done = desk(app, "acknowledge-ratings", answers, "--target", "province")
    assert "11 answers kept, 1 of records never told, 2 bad." in done.output
    assert "1 told" in desk(app, *export).output
    again = lines_of(out)[-1]
    assert again["record_id"] == told[10]["record_id"]
    with transaction():
        rating = db.session.scalars(select(Rating).where(Rating.project_no == "P3")).one()
        decide(rating, effective=False, cause=StandingCause.VERDICT, rule="untrue",
               by=SYSTEM, now=utc_now())  # fmt: skip
    assert "1 told" in desk(app, *export).output
    assert lines_of(out)[-1]["effective"] is False
    assert "12 told" in desk(app, "export-ratings", out, "--target", "city").output
    end_read()
    assert faults() == []


def test_cut_off_before_it_is_kept_it_is_told_again_under_the_same_name(
    app: Flask, given_ones: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.ndjson"

    def cut_off(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(exchange, "mark_told", cut_off)
        desk(app, "export-ratings", out, "--target", "province")
    assert "12 told" in desk(app, "export-ratings", out, "--target", "province").output
    times = Counter(record["record_id"] for record in lines_of(out))
    assert set(times.values()) == {2}
    assert len(times) == 12


def test_what_goes_out_in_their_words_comes_back_in_ours(
    app: Flask, place: Town, given_ones: int, tmp_path: Path
) -> None:
    table, out = tmp_path / "table.csv", tmp_path / "out.ndjson"
    example = (exchange.MAPPINGS / "example.csv").read_text()
    table.write_text(f"{example}department,{place.department},91330100000000000X\n")
    desk(app, "export-ratings", out, "--target", "province", "--table", table)
    first = lines_of(out)[0]
    assert (first["deptCode"], first["pf"], first["applicantType"]) == (
        "91330100000000000X", "7", "1",
    )  # fmt: skip
    assert not {"department", "level", "clerk_id"} & first.keys()
    back = ("import-records", out, "--system", "upper", "--hall", place.hall, "--table", table)
    done = desk(app, *back)
    assert "Services: 12 new, 0 known, 0 bad." in done.output
    assert "Ratings: 12 new, 0 known, 0 bad." in done.output
    assert "Ratings: 0 new, 12 known, 0 bad." in desk(app, *back).output
    end_read()
    kept = {system: Counter[Any]() for system in ("hall-a", "upper")}
    for rating in db.session.scalars(select(Rating)):
        words = (rating.project_no, rating.level, rating.round, rating.channel, rating.comment)
        kept[str(rating.source_system)][words] += 1
    assert kept["hall-a"] == kept["upper"]
    assert rebuilding.differences() == []


def test_a_word_they_lack_is_held_back_and_nothing_wrong_is_told(
    app: Flask, given_ones: int, tmp_path: Path
) -> None:
    table, out = tmp_path / "table.csv", tmp_path / "out.ndjson"
    table.write_text("list,ours,theirs\ndepartment,SOMEBODY,1\n")
    done = desk(app, "export-ratings", out, "--target", "province", "--table", table)
    assert "0 told, 12 held back." in done.output
    assert out.read_text() == ""
    end_read()
    assert db.session.scalars(select(RatingExchange)).all() == []
    for broken in ("a,b\n", "list,ours,theirs\nnothing,a,b\n", "list,ours,theirs\nfield,x,y\n",
                   "list,ours,theirs\ntags,1,2\ntags,1,3\n"):  # fmt: skip
        table.write_text(broken)
        refused = desk(app, "export-ratings", out, "--target", "province", "--table", table)
        assert refused.exit_code == 1
        assert "Traceback" not in refused.output


WORDS = st.text("abc", min_size=1, max_size=2)


@given(st.dictionaries(WORDS, WORDS, min_size=1), st.lists(WORDS, max_size=4))
def test_a_table_that_is_one_to_one_loses_nothing(words: dict[str, str], tags: list[str]) -> None:
    table = WordTable({"tags": "evalDetail"}, {"tags": words})
    record = {"tags": tags, "level": 5}
    if not set(tags) <= words.keys():
        with pytest.raises(Invalid):
            table.outward(record)
    elif len(set(words.values())) == len(words):
        assert table.inward(table.outward(record)) == record
