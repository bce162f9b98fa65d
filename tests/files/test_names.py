"""Names of files: whatever comes, what is shown is harmless and what is saved is right."""

from email.message import Message
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.files.names import disposition, ending_of, tidy_name, with_ending


@pytest.mark.parametrize(
    ("given_name", "wanted"),
    [
        ("照片.JPG", "照片.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\合同.pdf", "合同.pdf"),
        ("a/b.pdf", "b.pdf"),
        ("a.php.jpg", "a_php.jpg"),
        ("2026.11.20.jpg", "2026.11.20.jpg"),
        ("a.jpg\0.exe", "a_jpg.exe"),
        ("evil\u202egpj.exe", "evilgpj.exe"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie_ x.pdf"),
        ('q"uo;te.pdf', "q_uo;te.pdf"),
        ("CON.pdf", "_CON.pdf"),
        (".htaccess", "htaccess"),
        ("", "file"),
        (".pdf", "pdf"),
        ("..pdf", "pdf"),
        ("no ending", "no ending"),
        ("字" * 300 + ".pdf", "字" * 96 + ".pdf"),
        ("\ud800𠮷野家.png", "?𠮷野家.png".replace("?", "_")),
        ("e\u0301.png", "é.png"),
        ("👨‍👩‍👧.jpg", "👨‍👩‍👧.jpg"),
        ("zero\u200bwidth.pdf", "zerowidth.pdf"),
    ],
)
def test_a_name_becomes_harmless(given_name: str, wanted: str) -> None:
    assert tidy_name(given_name) == wanted


NAMES = st.text() | st.lists(st.sampled_from(list("./\\ .p_字\0\u202e")) | st.just("pdf")).map(
    "".join
)


@given(NAMES)
def test_no_name_does_harm(name: str) -> None:
    tidied = tidy_name(name)
    assert 0 < len(tidied) <= 100
    assert tidy_name(tidied) == tidied
    assert not set(tidied) & set('/\\\0\r\n"<>|?*:')
    assert not tidied.startswith((".", " "))
    assert ending_of(tidied) == ending_of(name)
    tidied.encode()


@given(NAMES, st.booleans())
def test_a_browser_reads_the_name_back(name: str, inline: bool) -> None:
    tidied = tidy_name(name)
    header = disposition(tidied, inline=inline)
    assert header.isascii()
    assert "\n" not in header
    full = header.split("filename*=UTF-8''")[1]
    assert unquote(full) == tidied
    read = Message()
    read["content-disposition"] = header
    assert read.get_content_disposition() == ("inline" if inline else "attachment")


def test_the_ending_follows_what_the_copy_is() -> None:
    assert with_ending("IMG_1.heic", "jpg") == "IMG_1.jpg"
    assert with_ending("字" * 97 + ".heic", "jpg") == "字" * 96 + ".jpg"
