"""A mapping names columns and values, holds no code, and says what it does not know."""

from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel

from desk.kernel.errors import Invalid
from desk.kernel.mapping import own_columns, read_mapping

FIELDS = ("code", "name", "online", "unit", "parts")
NEEDED = ("code", "name")
GOOD = """
about = "Test"
[columns]
code = "task_code"
name = "item_name"
online = "网办"
[values.online]
"是" = "yes"
"*" = "no"
[values.unit]
"工作日" = "working_day"
[lists]
parts = ";"
[constants]
unit = "working_day"
"""


@pytest.fixture(autouse=True)
def speaking() -> object:
    app = Flask("bare")
    Babel(app, default_locale="en")
    with app.app_context():
        yield


def read(tmp_path: Path, text: str, name: str = "m.toml") -> object:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_mapping(path, FIELDS, NEEDED)


def test_columns_values_and_constants_become_fields(tmp_path: Path) -> None:
    mapping = read(tmp_path, GOOD)
    cells = {"task_code": "A1", "item_name": " 甲 ", "网办": "是", "else": "x"}
    assert mapping.fields_of(cells) == {
        "code": "A1", "name": " 甲 ", "online": "yes", "unit": "working_day",
    }  # fmt: skip
    assert mapping.fields_of({**cells, "网办": "部分"})["online"] == "no"
    assert mapping.fields_of({**cells, "网办": ""})["online"] == ""
    assert mapping.required == ["task_code", "item_name", "网办"]
    assert mapping.unused(cells) == ["else"]
    assert (mapping.separator("parts"), mapping.separator("other")) == (";", "|")


def test_json_says_the_same(tmp_path: Path) -> None:
    mapping = read(tmp_path, '{"columns": {"code": "a", "name": "b"}}', "m.json")
    assert mapping.fields_of({"a": "1", "b": "2"}) == {"code": "1", "name": "2"}


def test_an_unknown_word_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    text = '[columns]\ncode="a"\nname="b"\nunit="u"\n[values.unit]\n"工作日"="working_day"\n'
    mapping = read(tmp_path, text)
    with pytest.raises(Invalid) as caught:
        mapping.fields_of({"a": "1", "b": "2", "u": "月"})
    assert (caught.value.field, caught.value.message) == (
        "unit", "“月” is not among the words known here: 工作日.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("columns = 3", "“columns” is not a table"),
        ("about = 'x'", "has no part “columns”"),
        ('[columns]\ncode="a"', "does not say where to read name"),
        ('[columns]\ncode="a"\nname="b"\nprice="c"', "names what does not exist: columns.price"),
        ('[columns]\ncode="a"\nname="b"\n[code]\nrun="rm"', "names what does not exist: code"),
        ('[columns]\ncode="a"\nname="b"\n[values]\nunit="x"', "“values” is not a table"),
        ('[columns]\ncode="a"\nname=["b"]', "“columns” is not a table"),
        ("[columns", "cannot be read"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(tmp_path, text)
    assert said in caught.value.message


def test_an_absent_file_and_broken_json_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        read_mapping(tmp_path / "none.toml", FIELDS, NEEDED)
    with pytest.raises(Invalid):
        read(tmp_path, "[1, 2", "m.json")
    with pytest.raises(Invalid):
        read(tmp_path, "[1, 2]", "m.json")


def test_own_columns_need_only_what_is_needed() -> None:
    mapping = own_columns(FIELDS, NEEDED)
    assert mapping.required == NEEDED
    assert mapping.fields_of({"code": "1", "name": "2"})["online"] == ""
