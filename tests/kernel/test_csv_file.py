"""A CSV is read by names, row by row; what cannot be read is named by its line."""

from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel

from desk.kernel.csv_file import LONGEST_CELL, Row, file_digest, rows_of
from desk.kernel.errors import Invalid

NEEDED = ("code", "name")


@pytest.fixture(autouse=True)
def speaking() -> object:
    app = Flask("bare")
    Babel(app, default_locale="en")
    with app.app_context():
        yield


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    return path


def read(tmp_path: Path, content: bytes | str, **how: object) -> list[Row]:
    raw = content.encode() if isinstance(content, str) else content
    return list(rows_of(written(tmp_path, raw), NEEDED, **how))  # type: ignore[arg-type]


def refusal(tmp_path: Path, content: bytes | str, **how: object) -> str:
    with pytest.raises(Invalid) as caught:
        read(tmp_path, content, **how)
    return caught.value.message


TWO_ROWS = [Row(2, {"code": "1", "name": "甲"}), Row(3, {"code": "2", "name": "乙"})]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("code,name\n1,甲\n2,乙\n".encode(), "utf-8"),
        ("\ufeffcode,name\n1,甲\n2,乙".encode(), "utf-8"),
        ("code,name\r\n1,甲\r\n2,乙\r\n".encode(), "utf-8"),
        ("code,name\r1,甲\r2,乙\r".encode(), "utf-8"),
        ("code;name\n1;甲\n2;乙\n".encode(), "utf-8"),
        ("code\tname\n1\t甲\n2\t乙\n".encode(), "utf-8"),
        ("code,name\n1,甲\n2,乙\n".encode("gb18030"), "gb18030"),
        ("code,name\n1,甲\n2,乙\n".encode("utf-16"), "utf-16"),
        ("code,name,,\n1,甲,,\n2,乙,,\n,,,\n\n".encode(), "utf-8"),
    ],
    ids=["plain", "bom", "crlf", "cr", "semicolon", "tab", "gb18030", "utf-16", "empty-cells"],
)
def test_every_usual_form_reads_the_same(tmp_path: Path, content: bytes, encoding: str) -> None:
    assert read(tmp_path, content, encoding=encoding) == TWO_ROWS


def test_columns_may_stand_in_any_order_beside_others(tmp_path: Path) -> None:
    assert read(tmp_path, "x,name,code\n9,甲,1\n") == [
        Row(2, {"x": "9", "name": "甲", "code": "1"})
    ]


def test_a_cell_keeps_its_line_breaks_and_spaces(tmp_path: Path) -> None:
    content = 'code,name\n1," a\n\r\nb\r "\n2,=HYPERLINK("x")\n'.replace('("x")', "(x)")
    rows = read(tmp_path, content)
    assert rows[0].cells["name"] == " a\n\r\nb\r "
    assert rows[1].cells["name"] == "=HYPERLINK(x)"


def test_a_row_says_what_is_wrong_with_it_and_reading_goes_on(tmp_path: Path) -> None:
    rows = read(tmp_path, "code,name\n1,a,b\n2,\0\n3\n")
    assert [(row.line, row.fault is None) for row in rows] == [(2, False), (3, False), (4, True)]
    assert "3 cells, but the header names 2" in str(rows[0].fault)
    assert "NUL" in str(rows[1].fault)
    assert rows[2].cells == {"code": "3", "name": ""}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "The file is empty. It needs code, name."),
        ("\n", "The file is empty. It needs code, name."),
        ("code,name\n", "The file has a header but no rows. It needs code, name."),
        ("code,name\n,\n\n", "The file has a header but no rows. It needs code, name."),
        ("code\n1\n", "These columns are missing: name."),
        ("1,甲\n2,乙\n", "These columns are missing: code, name."),
        ("code,name,code\n1,2,3\n", "These columns stand there twice: code."),
        ('code,name\n1,a\n2,"b\n3,c\n', "The row that begins on line 3 cannot be read."),
        ('code,name\n1,"a"b\n', "The row that begins on line 2 cannot be read."),
        ("code,name" + ",x" * 300 + "\n1,2\n", "more than 200 columns"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, content: str, said: str) -> None:
    assert said in refusal(tmp_path, content)


def test_a_broken_byte_is_found_in_its_line(tmp_path: Path) -> None:
    content = "code,name\n1,甲\n".encode() + b"2,\xff\n"
    assert "Line 3 cannot be read as UTF-8" in refusal(tmp_path, content)
    assert "Line 2" in refusal(tmp_path, "code,name\n1,甲\n".encode("gb18030"))
    cut = "code,name\n1,甲\n".encode("utf-16")[:-1]
    assert "UTF-16" in refusal(tmp_path, cut, encoding="utf-16")


def test_sizes_are_limited(tmp_path: Path) -> None:
    assert "more than 2 rows" in refusal(tmp_path, "code,name\n1,a\n2,b\n3,c\n", most=2)
    assert len(read(tmp_path, "code,name\n1,a\n2,b\n", most=2)) == 2
    assert "line 2" in refusal(tmp_path, f"code,name\n1,{'x' * (LONGEST_CELL + 1)}\n")
    assert "Line 2 is too long" in refusal(tmp_path, f"code,name\n1,{'x' * 5_000_000}\n")


def test_an_encoding_that_is_not_offered_is_refused(tmp_path: Path) -> None:
    assert "utf-8, gb18030, utf-16" in refusal(tmp_path, "code,name\n1,2\n", encoding="rot13")


def test_the_digest_is_that_of_the_bytes(tmp_path: Path) -> None:
    path = written(tmp_path, b"abc")
    assert file_digest(path).startswith("ba7816bf8f01cfea")
