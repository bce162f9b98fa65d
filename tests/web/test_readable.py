"""Bytes that are no UTF-8 and half characters are refused in words, in every part of a request."""

import json
from urllib.parse import unquote_to_bytes

import pytest
from flask import Flask, g, jsonify, request
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage

from desk.access.doors import public
from desk.web.readable import is_text
from tests.conftest import running_app

NO_TEXT = (
    "%ff%fe",
    "a%80b",
    "%ed%a0%80",
    "%ed%b0%80%ed%a0%80",
    "%c0%80",
    "%f8%88%80%80%80",
    "%e4%b8",
)
"""No UTF-8: stray bytes, half characters alone and swapped, too long, beyond Unicode, cut off."""
RAW = tuple(bytes.fromhex(one) for one in ("fffe", "618062", "eda080", "c080", "e4b8"))
TEXTS = ("字", "𠮷", "é", "\ufffd", "a+b", "100%", "%zz")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    browser = app.test_client()
    browser.set_cookie("lang", "en")
    return browser


def refused(answer: object) -> str:
    page = answer.get_data(as_text=True)  # type: ignore[attr-defined]
    assert answer.status_code == 400, page[:300]  # type: ignore[attr-defined]
    assert "cannot be read" in page
    assert page.count("<h1") == 1
    return str(page)


def multipart(name: bytes, value: bytes, more: bytes = b"") -> dict[str, object]:
    part = b'--x\r\nContent-Disposition: form-data; name="' + name + b'"' + more
    body = part + b"\r\n\r\n" + value + b"\r\n--x--\r\n"
    return {"data": body, "content_type": "multipart/form-data; boundary=x"}


@pytest.mark.parametrize("bad", NO_TEXT)
def test_a_form_that_is_no_text_is_refused_and_what_could_be_read_is_shown(
    client: FlaskClient, bad: str
) -> None:
    urlencoded = "application/x-www-form-urlencoded"
    for body in (f"number={bad}&words=something+typed", f"{bad}=x&words=something+typed"):
        answer = client.post("/complaints/track", data=body, content_type=urlencoded)
        assert "something typed" in refused(answer)


@pytest.mark.parametrize("bad", RAW)
def test_raw_bytes_are_refused_wherever_they_stand(client: FlaskClient, bad: bytes) -> None:
    urlencoded = "application/x-www-form-urlencoded"
    refused(client.post("/complaints/track", data=b"number=" + bad, content_type=urlencoded))
    refused(client.post("/complaints/track", **multipart(b"number", bad)))  # type: ignore[arg-type]
    refused(client.post("/complaints/track", **multipart(bad, b"x")))  # type: ignore[arg-type]
    name = b'; filename="' + bad + b'.pdf"'
    refused(client.post("/complaints/new/tell", **multipart(b"files", b"x", name)))  # type: ignore[arg-type]
    text = bad.decode("iso-8859-1")
    for header in ("HTTP_USER_AGENT", "HTTP_ACCEPT_LANGUAGE", "HTTP_REFERER", "CONTENT_TYPE"):
        refused(client.get("/", environ_overrides={header: text}))
    cookie = client.application.test_client(use_cookies=False)
    answer = cookie.get("/", environ_overrides={"HTTP_COOKIE": f"lang={text}"})
    assert answer.status_code == 400
    refused(client.get("/", environ_overrides={"PATH_INFO": f"/items/{text}"}))
    refused(client.get("/", environ_overrides={"QUERY_STRING": f"q={text}"}))


@pytest.mark.parametrize("bad", NO_TEXT)
def test_an_address_that_is_no_text_is_refused(client: FlaskClient, bad: str) -> None:
    refused(client.get(f"/items?q={bad}"))
    refused(client.get(f"/items?{bad}=1"))
    path = unquote_to_bytes(bad).decode("iso-8859-1")
    for start in ("/items/", "/static/", "/complaints/", "/"):
        refused(client.get("/", environ_overrides={"PATH_INFO": start + path}))


def test_an_address_elsewhere_may_be_written_otherwise(client: FlaskClient) -> None:
    referer = "https://search.example/s?q=%c4%e3%ba%c3"
    assert client.get("/healthz", headers={"Referer": referer}).status_code == 200


def test_what_is_text_comes_through_unchanged(database_url: str) -> None:
    with running_app(database_url) as app:

        @app.post("/echo")
        @public
        def echo() -> object:
            return jsonify(
                [*request.args.getlist("t"), *request.form.getlist("words"), g.request_id]
            )

        client = app.test_client()
        for text in TEXTS:
            query = {"t": text}
            plain = client.post("/echo", query_string=query, data={"words": text}).json
            file = FileStorage(name="f", filename="名.txt")
            parts = client.post("/echo", query_string=query, data={"words": text, "f": file}).json
            assert plain[:2] == parts[:2] == [text, text]


def test_json_that_no_database_can_keep_is_refused(client: FlaskClient) -> None:
    deep = "[" * 50_000 + "]" * 50_000
    for body in (
        b'{"a": "\xff"}',
        b'{"a": "\\ud800"}',
        b'{"\\udfff\\ud800": 1}',
        '{"a": "字"}'.encode("utf-16"),
    ):
        refused(client.post("/complaints/track", data=body, content_type="application/json"))
    for broken in (deep, "{", "[1,]", ""):
        answer = client.post("/complaints/track", data=broken, content_type="application/json")
        assert answer.status_code == 400
        assert "send it again" in answer.get_data(as_text=True)
    whole = json.dumps({"a": "字𠮷"})
    answer = client.post("/complaints/track", data=whole, content_type="application/json")
    assert answer.status_code == 422


def test_a_form_without_shape_is_refused_and_not_taken_for_an_empty_one(
    client: FlaskClient,
) -> None:
    kind = "multipart/form-data"
    nameless = b"--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--x--\r\n"
    for data, content_type in (
        (b"x", kind),
        (b"x", f"{kind}; boundary=x"),
        (nameless, f"{kind}; boundary=x"),
        (b"--x\r\n\r\nx\r\n--x--\r\n", f"{kind}; boundary=x"),
        (b"x", f"{kind}; boundary=\xe9".encode("iso-8859-1").decode("iso-8859-1")),
    ):
        answer = client.post("/complaints/track", data=data, content_type=content_type)
        assert answer.status_code == 400, (data, content_type)
        assert "<h1" in answer.get_data(as_text=True)


def test_nothing_is_read_of_a_body_whose_texts_are_no_text_though_it_is_too_large(
    client: FlaskClient,
) -> None:
    sent = multipart(b"story", b"\xff\xfe")
    answer = client.post(
        "/complaints/new/tell", **sent, environ_overrides={"CONTENT_LENGTH": str(60 * 1024 * 1024)}
    )  # type: ignore[arg-type]
    refused(answer)


def test_utf8_is_told_from_what_is_none() -> None:
    assert all(is_text(text.encode()) for text in TEXTS)
    assert not any(map(is_text, RAW))
